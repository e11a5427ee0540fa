export { colonTopicName } from './colonTopicName.js';
export { commandNotify, type CommandNotifyOptions } from './commandNotify.js';
export type { GraphqlDocuments, GraphqlOperation } from './graphqlOperations.js';
export { graphqlTransportWs, type GraphqlTransportWsOptions } from './graphqlTransportWs.js';
export { jsonRpc, type JsonRpcOptions } from './jsonRpc.js';
export { jsonRpcEvents } from './jsonRpcEvents.js';
export { jsonRpcSubscriptions, type JsonRpcSubscriptionsOptions } from './jsonRpcSubscriptions.js';
export {
  type JsonRpcCall,
  type JsonRpcTopicCalls,
  type JsonRpcTopicName,
  type JsonRpcTopics,
  jsonRpcTopics,
} from './jsonRpcTopics.js';
export { jsonTopicName } from './jsonTopicName.js';
export type {
  CancelMessage,
  ClosedMessage,
  ConfirmationMessage,
  EndedMessage,
  FailureMessage,
  MalformedMessage,
  Message,
  MessageId,
  MessageKind,
  NotificationMessage,
  OtherMessage,
  PingMessage,
  PongMessage,
  Position,
  RefusalMessage,
  ReplyMessage,
  RequestMessage,
  SendMessage,
  SubscribeMessage,
  UnsubscribeMessage,
} from './message.js';
export { phoenix, type PhoenixEvent, type PhoenixOptions } from './phoenix.js';
export { type PhoenixMeta, phoenixPresence, type PhoenixPresences } from './phoenixPresence.js';
export type { Codec, Encoded, Frame, Greeting, GreetingOutcome, HeartbeatDefaults, JoinFrames, Protocol } from './protocol.js';
export { socketIo, type SocketIoFailure, type SocketIoOptions } from './socketIo.js';
export type { SocketIoAsk, SocketIoCall, SocketIoTopics } from './socketIoTopics.js';
export { stomp, type StompMessage, type StompOptions } from './stomp.js';
export type { StompCredentials } from './stompGreeting.js';
export { typedTopics, type TypedTopicsOptions } from './typedTopics.js';
