export type { Permission } from './allowed.js';
export type { Authenticated, AuthenticateUpgrade } from './authenticateUpgrade.js';
export { broadcast, type BroadcastOptions, type BroadcastResult } from './broadcast.js';
export type { CommandOutcome } from './commandOutcome.js';
export { type CommandHandler, commands, type CommandsConfig } from './commands.js';
export type { CommandHandlers, Elsewhere, Handled, ServedCommand, ServedTopic, TopicHandlers } from './contractHandlers.js';
export { createDrain, type DrainNotice, type DrainOptions } from './createDrain.js';
export { createEventLoopMonitor, type EventLoopDelay, type EventLoopMonitor } from './createEventLoopMonitor.js';
export { createGatewayServer, type GatewayServer, type GatewayServerConfig } from './createGatewayServer.js';
export { createRooms, type RoomChange, type Rooms } from './createRooms.js';
export { createTokenBuckets } from './createTokenBuckets.js';
export { createUsers, type UserChange, type Users, type UsersOptions } from './createUsers.js';
export type { Drain, DrainProgress } from './drain.js';
export { expiry, type ExpiryConfig, type RefreshConfig, type RevalidateConfig } from './expiry.js';
export type { HandlerContext } from './handlerContext.js';
export type { Identity } from './identity.js';
export { limits, type LimitsConfig } from './limits.js';
export { login, type LoginConfig } from './login.js';
export { lifetime, type LifetimeOptions } from './lifetime.js';
export type { Origins } from './originCheck.js';
export type { SlowPolicy } from './outboundLine.js';
export type { Peer, ServedBy } from './peer.js';
export type { PeerStage } from './peerStage.js';
export type { Presence, PresenceEntry, PresenceList, PresenceOptions } from './presence.js';
export { prometheusText, type PrometheusOptions } from './prometheusText.js';
export { rateLimit } from './rateLimit.js';
export type { RateLimit, RateLimitConfig } from './rateLimitConfig.js';
export type { RateLimitAnswer, RateLimitResult, RateLimitStore } from './rateLimitStore.js';
export { type PeerReply, requestAll, type RequestAllOptions } from './requestAll.js';
export type { CheckIdentity } from './revalidated.js';
export type { ResponseBucket, ResponseTimes } from './responseTimes.js';
export type { RoomCommandsOptions } from './roomCommands.js';
export { serve } from './serve.js';
export type { ServeAddress, ServeAdmission, ServeOptions, ServePeers, ServeSource } from './serveOptions.js';
export { createServerCounters, type ServerCounters, type ServerCountersOptions } from './serverCounters.js';
export {
  sampleServerMetrics,
  serverMetrics,
  type ServerMetrics,
  type ServerMetricsOptions,
  type ServerSampleOptions,
} from './serverMetrics.js';
export { slowConsumers, type SlowConsumersConfig } from './slowConsumers.js';
export type { PeerSet, Targets } from './targets.js';
export type { TokenBuckets, TokenBucketsConfig } from './tokenBuckets.js';
export type { AuthorizeTopic, TopicContext, TopicHandler, TopicRequest } from './topicHandler.js';
export { topics, type TopicsConfig } from './topics.js';
export type { Upgrade } from './upgrade.js';
export { validated, type ValidatedConfig } from './validated.js';
export type { VerifyIdentity } from './verifyIdentity.js';
export { withSnapshot } from './withSnapshot.js';
