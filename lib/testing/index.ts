export type { FakeRefusal } from './fakeConnection.js';
export { type FakeGateway, type FakeGatewayConfig, fakeGateway, type SentMessage } from './fakeGateway.js';
export { type FakeSession, type FakeSessionOptions, fakeSession } from './fakeSession.js';
