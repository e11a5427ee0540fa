import type { ContractDefinition } from '../../contract/contractOf.js';
import { createNames } from '../identifiers.js';
import type { Shape } from '../shape.js';
import type { PayloadShapes } from './payloadShapes.js';
import { writeChannel } from './writeChannel.js';
import { writeShape } from './writeShape.js';

type Parts = Record<string, unknown>;

/** What a document of version 3 says of commands and topics. */
export interface WrittenOperations {
  readonly channels: Parts;
  readonly operations: Parts;
  readonly messages: Parts;
}

const reference = (...keys: readonly string[]): { readonly $ref: string } => ({ $ref: `#/${keys.join('/')}` });
const connection = 'connection';

const message = (name: string, shape: Shape | undefined): Parts => ({ name, ...(shape && { payload: writeShape(shape) }) });

/**
 * The channels, operations and messages of a contract. Commands go over the channel of the connection itself, which has no address; each topic is a
 * channel of its own. The gateway receives commands and sends topics.
 */
export function writeOperations(
  { commands = {}, topics = {} }: ContractDefinition,
  payloads: Pick<PayloadShapes, 'of'>,
): WrittenOperations {
  const [channels, operations, messages, own]: readonly [Parts, Parts, Parts, Parts] = [{}, {}, {}, {}];
  const nameFor = createNames([connection]);
  const idFor = (name: string): string => nameFor(name.replace(/[^\w.-]+/g, '_').replace(/^_+|_+$/g, '') || 'topic');
  const onConnection = (name: string, shape: Shape | undefined): string => {
    const id = idFor(name);
    messages[id] = message(name, shape);
    own[id] = reference('components/messages', id);
    return id;
  };
  const use = (channel: string, id: string): Parts => ({
    channel: reference('channels', channel),
    messages: [reference('channels', channel, 'messages', id)],
  });
  for (const [name, { reply }] of Object.entries(commands)) {
    const id = onConnection(name, payloads.of(`commands["${name}"].request`));
    const answer = reply && onConnection(`${name}.reply`, payloads.of(`commands["${name}"].reply`));
    operations[id] = {
      action: 'receive',
      ...use(connection, id),
      ...(answer !== undefined && { reply: use(connection, answer) }),
    };
  }
  if (Object.keys(own).length > 0) channels[connection] = { address: null, messages: own };
  for (const template of Object.keys(topics)) {
    const id = idFor(template);
    messages[id] = message(template, payloads.of(`topics["${template}"].data`));
    const channel = writeChannel(template, payloads.of(`topics["${template}"].params`));
    channels[id] = { ...channel, messages: { [id]: reference('components/messages', id) } };
    operations[id] = { action: 'send', ...use(id, id) };
  }
  return { channels, operations, messages };
}
