export { type CommandHandler, commands } from './commands.js';
export type { HandlerContext } from './handlerContext.js';
export type { Identity } from './identity.js';
export type { Peer } from './peer.js';
export { serve } from './serve.js';
export type { ServeAddress, ServeOptions } from './serveOptions.js';
export type { TopicContext, TopicHandler } from './topicHandler.js';
export { topics, type TopicsConfig } from './topics.js';
export { validated } from './validated.js';
