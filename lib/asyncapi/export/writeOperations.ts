import type { ContractDefinition } from '../../contract/contractOf.js';
import { createNames } from '../identifiers.js';
import type { PayloadShapes } from './payloadShapes.js';
import { writeChannel } from './writeChannel.js';
import type { WrittenSchema } from './writeShape.js';

type Parts = Record<string, unknown>;

/** What a document of version 3 says of commands and topics. */
export interface WrittenOperations {
  readonly channels: Parts;
  readonly operations: Parts;
  readonly messages: Parts;
}

const reference = (...keys: readonly string[]): { readonly $ref: string } => ({ $ref: `#/${keys.join('/')}` });
const connection = 'connection';

const message = (name: string, payload: WrittenSchema | undefined, description?: string): Parts => ({
  name,
  ...(description !== undefined && { description }),
  ...(payload !== undefined && { payload }),
});

/**
 * The channels, operations and messages of a contract. Commands, and what comes unasked, go over the channel of the connection itself, which has no
 * address; each other topic is a channel of its own. The gateway receives commands and sends topics.
 */
export function writeOperations(
  { commands = {}, topics = {} }: ContractDefinition,
  payloads: Pick<PayloadShapes, 'of' | 'written'>,
): WrittenOperations {
  const [channels, operations, messages, own]: readonly [Parts, Parts, Parts, Parts] = [{}, {}, {}, {}];
  const nameFor = createNames([connection]);
  const idFor = (name: string): string => nameFor(name.replace(/[^\w.-]+/g, '_').replace(/^_+|_+$/g, '') || 'topic');
  const onConnection = (name: string, payload: WrittenSchema | undefined, description?: string): string => {
    const id = idFor(name);
    messages[id] = message(name, payload, description);
    own[id] = reference('components/messages', id);
    return id;
  };
  const use = (channel: string, id: string): Parts => ({
    channel: reference('channels', channel),
    messages: [reference('channels', channel, 'messages', id)],
  });
  for (const [name, { reply, description }] of Object.entries(commands)) {
    const id = onConnection(name, payloads.written(`commands["${name}"].request`), description);
    const answer = reply && onConnection(`${name}.reply`, payloads.written(`commands["${name}"].reply`));
    operations[id] = {
      action: 'receive',
      ...use(connection, id),
      ...(answer !== undefined && { reply: use(connection, answer) }),
    };
  }
  for (const [template, { unasked, description }] of Object.entries(topics)) {
    const data = payloads.written(`topics["${template}"].data`);
    if (unasked) {
      const id = onConnection(template, data, description);
      operations[id] = { action: 'send', ...use(connection, id) };
      continue;
    }
    const id = idFor(template);
    messages[id] = message(template, data, description);
    const channel = writeChannel(template, payloads.of(`topics["${template}"].params`));
    channels[id] = { ...channel, messages: { [id]: reference('components/messages', id) } };
    operations[id] = { action: 'send', ...use(id, id) };
  }
  const connected = Object.keys(own).length > 0 && { [connection]: { address: null, messages: own } };
  return { channels: { ...connected, ...channels }, operations, messages };
}
