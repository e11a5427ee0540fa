export type { ProtocolAbility } from './contract/ability.js';
export type { ContractBatch, ContractGateway, ProtocolSubject } from './contract/protocolSubject.js';
export { describeProtocol, type TestRunner } from './describeProtocol.js';
export type { FakeRefusal } from './fakeConnection.js';
export { type FakeGateway, type FakeGatewayConfig, fakeGateway } from './fakeGateway.js';
export { type FakePeer, type FakePeerOptions, fakePeer } from './fakePeer.js';
export { type FakeServe, type FakeServeOptions, fakeServe, type SentMessage } from './fakeServe.js';
export { type FakeSession, type FakeSessionOptions, fakeSession } from './fakeSession.js';
export { type ContractCase, protocolContract } from './protocolContract.js';
