import { AsyncApiError } from '../errors/asyncApiError.js';
import { type DocumentNode, entriesOf, fieldsOf, itemsOf, member, resolved, textOf } from './documentNode.js';
import { type MessageNode, readMessage, readOperationMessages } from './readMessages.js';

/** What a client sends on a channel. */
export interface SentNode {
  readonly message: MessageNode;
  readonly replies: readonly MessageNode[];
}

/** A channel of a document, as the client sees it. */
export interface ChannelNode {
  /** `undefined`: the connection as a whole. */
  readonly template: string | undefined;
  readonly parameters: DocumentNode;
  /** What whoever subscribes gives, if that is more than parameters can say. */
  readonly params: DocumentNode;
  readonly sends: readonly SentNode[];
  readonly receives: readonly MessageNode[];
  readonly description: string | undefined;
  readonly pointer: string;
}

/** Whose actions the document tells: those of the gateway, as the specification has it, or those of its client. */
export type Perspective = 'gateway' | 'client';

/** An address that is only the path of the connection names no topic. */
const templateOf = (address: string | undefined): string | undefined =>
  address === undefined || address === '' || (address.startsWith('/') && !address.includes('{')) ? undefined : address;

/** The channels of AsyncAPI 2: `publish` is what the others publish to the application that is described. */
export function readChannels2(root: DocumentNode, perspective: Perspective): readonly ChannelNode[] {
  const [sends, receives] = perspective === 'gateway' ? ['publish', 'subscribe'] : ['subscribe', 'publish'];
  return entriesOf(member(root, 'channels')).map(([address, given]) => {
    const node = resolved(root, given);
    return {
      template: templateOf(address),
      parameters: member(node, 'parameters'),
      params: member(node, 'x-rxgate-params'),
      sends: readOperationMessages(root, member(node, sends)).map((message) => ({
        message,
        replies: message.response ? [message.response] : [],
      })),
      receives: readOperationMessages(root, member(node, receives)),
      description: textOf(member(node, 'description')),
      pointer: node.pointer,
    };
  });
}

/** The messages that an operation or a reply of version 3 names; all of its channel where it names none. */
function messagesOf(root: DocumentNode, node: DocumentNode, channel: DocumentNode | undefined): readonly MessageNode[] {
  const listed = member(node, 'messages');
  const all =
    listed.value === undefined && channel ? entriesOf(member(channel, 'messages')).map(([, one]) => one) : itemsOf(listed);
  return all.map((one) => readMessage(root, one, false));
}

interface Operation {
  readonly action: 'send' | 'receive';
  readonly channel: DocumentNode;
  readonly messages: readonly MessageNode[];
  readonly replies: readonly MessageNode[];
}

function readOperation(root: DocumentNode, given: DocumentNode): Operation {
  const node = resolved(root, given);
  const action = member(node, 'action');
  if (action.value !== 'send' && action.value !== 'receive')
    throw new AsyncApiError(action.pointer, 'must be "send" or "receive"');
  const channel = resolved(root, member(node, 'channel'));
  fieldsOf(channel);
  const reply = member(node, 'reply');
  if (reply.value === undefined) return { action: action.value, channel, messages: messagesOf(root, node, channel), replies: [] };
  const answer = resolved(root, reply);
  const way = member(answer, 'channel');
  return {
    action: action.value,
    channel,
    messages: messagesOf(root, node, channel),
    replies: messagesOf(root, answer, way.value === undefined ? undefined : resolved(root, way)),
  };
}

/** The channels of AsyncAPI 3, each with the operations on it: `receive` is what the application that is described receives. */
export function readChannels3(root: DocumentNode, perspective: Perspective): readonly ChannelNode[] {
  const sending = perspective === 'gateway' ? 'receive' : 'send';
  const channels = new Map<string, ChannelNode>();
  for (const [, given] of entriesOf(member(root, 'operations'))) {
    const { action, channel, messages, replies } = readOperation(root, given);
    const address = member(channel, 'address');
    const before = channels.get(channel.pointer) ?? {
      template: textOf(member(channel, 'x-rxgate-topic')) ?? templateOf(address.value === null ? undefined : textOf(address)),
      parameters: member(channel, 'parameters'),
      params: member(channel, 'x-rxgate-params'),
      sends: [],
      receives: [],
      description: textOf(member(channel, 'description')),
      pointer: channel.pointer,
    };
    if (action !== sending && replies.length > 0)
      throw new AsyncApiError(member(given, 'reply').pointer, 'requests that the gateway sends are not supported');
    channels.set(
      channel.pointer,
      action === sending
        ? { ...before, sends: [...before.sends, ...messages.map((message) => ({ message, replies }))] }
        : { ...before, receives: [...before.receives, ...messages] },
    );
  }
  return [...channels.values()];
}
