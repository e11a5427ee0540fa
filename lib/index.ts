// Sessions
export { connect } from './connection/connect.js';
export type { ConnectConfig } from './connection/connectConfig.js';
export { failover, type Failover } from './connection/failover.js';
export type { Provider, ProviderContext } from './connection/provider.js';
export type {
  AnySession,
  CommandArgs,
  DataOf,
  Opened,
  ReplyOf,
  RequestOptions,
  SendOptions,
  Session,
  SessionEnd,
  TopicArgs,
  TopicOptions,
  TopicParams,
} from './connection/session.js';
export type { SocketLike, SocketOptions } from './connection/socketLike.js';
export { type Verdict, type VerdictRule, verdictOnClose } from './connection/verdict.js';
export { verdictOnStatus } from './connection/verdictOnStatus.js';
export { verdictTable } from './connection/verdictTable.js';

// Stages, in the order of the pipeline
export { authenticate, type AuthenticateConfig, type HandshakeContext } from './operators/authenticate.js';
export { heartbeat, type HeartbeatConfig } from './operators/heartbeat.js';
export { type RetryPolicy, retryBackoff } from './operators/retryBackoff.js';
export { shareSession, type ShareConfig } from './operators/shareSession.js';

// Requests and topics
export { type NotificationData, type NotificationName, notifications } from './operators/notifications.js';
export { request } from './operators/request.js';
export {
  type AnswerOf,
  type AskOf,
  type CommandCall,
  type CommandOf,
  type FittingItems,
  type ItemsOf,
  requestEach,
  type RequestEachConfig,
  type Settled,
} from './operators/requestEach.js';
export { send } from './operators/send.js';
export { topic } from './operators/topic.js';

// The end
export type { DrainReport } from './connection/drainRun.js';
export { drain, type DrainConfig } from './operators/drain.js';

// Contracts
export type { Validation } from './contract/boundary.js';
export {
  type ClientContract,
  type CommandName,
  type Contract,
  contract,
  type ContractOf,
  type ServerContract,
  type TopicName,
  type Untyped,
} from './contract/contract.js';
export type { Received, ReceivedParams, Sent, SentParams } from './contract/payloadTypes.js';
export {
  type ConcreteTopic,
  type TopicPlaceholder,
  type TopicTemplate,
  topicTemplate,
  type TopicTemplateParams,
} from './contract/topicTemplate.js';

// Assembled
export { createGateway, type Gateway, type GatewayConfig } from './gateway/createGateway.js';
export { createGateways, type Gateways } from './gateway/createGateways.js';

// Backoff strategies
export { decorrelatedJitter } from './backoff/decorrelatedJitter.js';
export { equalJitter } from './backoff/equalJitter.js';
export { exponential } from './backoff/exponential.js';
export { fixedDelays } from './backoff/fixedDelays.js';
export { fullJitter } from './backoff/fullJitter.js';
export { proportionalJitter } from './backoff/proportionalJitter.js';
export type { BackoffContext, BackoffStrategy } from './backoff/strategy.js';

// States, events, metrics
export type { ConnectionState, ConnectionStatus } from './events/connectionState.js';
export { connectionStates } from './events/connectionStates.js';
export { connectionTransitions } from './events/connectionTransitions.js';
export type { Counters } from './events/counters.js';
export { createCounters } from './events/createCounters.js';
export type { DropReason, EventObserver, GatewayEvent, RejectReason, UpgradeRefusal } from './events/gatewayEvent.js';
export type { Histogram } from './events/histogram.js';
export { type LogOptions, type LogTarget, logTo } from './events/logTo.js';
export { type DurationSummary, type Metrics, metrics, type MetricsOptions, sampleMetrics } from './events/metrics.js';

// Errors
export {
  type AnsweredErrorOptions,
  AuthenticationError,
  ConnectFailedError,
  ConnectionLostError,
  ConnectTimeoutError,
  GatewayClosedError,
  GatewayError,
  type GatewayErrorKind,
  type GatewayErrorOptions,
  HandshakeRejectedError,
  HeartbeatTimeoutError,
  MalformedMessageError,
  OutboxOverflowError,
  RequestFailedError,
  RequestTimeoutError,
  SubscriptionRejectedError,
  ValidationError,
  type VerdictErrorOptions,
} from './errors/gatewayErrors.js';
export { isGatewayError } from './errors/isGatewayError.js';
export type { GatewayErrorOf, TaggedGatewayError } from './errors/taggedGatewayError.js';

// Shapes
export type {
  ClientOf,
  CommandCodecs,
  ContractDefinition,
  CoversPlaceholders,
  ServerOf,
  TopicCodecs,
} from './contract/contractOf.js';
export type {
  IoTsIssue,
  IoTsOutcome,
  IoTsPayload,
  PayloadCodec,
  StandardIssue,
  StandardOutcome,
  StandardPayload,
} from './contract/payloadCodec.js';
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
} from './protocols/message.js';
export type { Codec, Encoded, Frame, Greeting, GreetingOutcome, HeartbeatDefaults, Protocol } from './protocols/protocol.js';
