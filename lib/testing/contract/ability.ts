/** What a protocol may be able to do. What it cannot is said in `cannot`, with the reason. */
export type ProtocolAbility =
  /** Requests get replies. Without it, neither errors, streams nor cancelling. */
  | 'request'
  /** A request can be answered with an error. */
  | 'failure'
  /** The gateway is told that nobody waits for a reply any more. */
  | 'cancel'
  /** A request can have many replies. */
  | 'stream'
  /** A command can go out that nobody answers. */
  | 'send'
  /** The gateway can ask the client, under an id that is a number. */
  | 'numberIds'
  /** The gateway can ask the client, under an id that is a string. */
  | 'stringIds'
  /** The gateway sends notifications by topic. Without it, none of what follows about topics. */
  | 'topics'
  /** The gateway is told which topics are wanted. Without it, neither params nor refusals. */
  | 'subscribe'
  /** A topic is asked for with params. */
  | 'params'
  /** The gateway confirms a topic. Without it, the codec does. */
  | 'confirmation'
  /** The gateway can refuse a topic. */
  | 'refusal'
  /** The gateway is told that a topic is not wanted any more. */
  | 'unsubscribe'
  /** The gateway can end a topic. */
  | 'ended'
  /** A gateway that is gone is found out. */
  | 'heartbeat'
  /** The client can ask the gateway for a sign of life, by a message. */
  | 'ping'
  /** The gateway can ask the client for a sign of life, by a message. */
  | 'pong'
  /** A greeting can be refused. Asked only of a protocol that has one. */
  | 'rejection'
  /** There are frames that can be read and have no meaning to this adapter. */
  | 'unknown'
  /** A frame may hold several messages. */
  | 'batch'
  /** What comes as text may come as bytes as well. */
  | 'binary';

/** What cannot be either, where something cannot be. */
export const dependent: Readonly<Partial<Record<ProtocolAbility, readonly ProtocolAbility[]>>> = {
  request: ['failure', 'cancel', 'stream', 'batch'],
  topics: ['subscribe', 'params', 'confirmation', 'refusal', 'unsubscribe', 'ended'],
  subscribe: ['params', 'confirmation', 'refusal', 'unsubscribe'],
  heartbeat: ['ping'],
};

/** All of them, each with what one says of a protocol that cannot. */
export const abilities: Readonly<Record<ProtocolAbility, string>> = {
  request: 'answer requests',
  failure: 'answer with an error',
  cancel: 'cancel a request',
  stream: 'stream replies',
  send: 'send without a reply',
  numberIds: 'ask the client under a number',
  stringIds: 'ask the client under a string',
  topics: 'notify by topic',
  subscribe: 'tell the gateway which topics are wanted',
  params: 'ask for a topic with params',
  confirmation: 'confirm a topic',
  refusal: 'refuse a topic',
  unsubscribe: 'give a topic up',
  ended: 'end a topic',
  heartbeat: 'find out that the gateway is gone',
  ping: 'ping the gateway by a message',
  pong: 'be pinged by a message',
  rejection: 'refuse a greeting',
  unknown: 'tell what is unknown from what is malformed',
  batch: 'put several messages into a frame',
  binary: 'read text that comes as bytes',
};
