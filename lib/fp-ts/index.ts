// Requests
export { requestEither } from './requestEither.js';
export { toReaderTaskEither } from './toReaderTaskEither.js';
export { toTaskEither } from './toTaskEither.js';

// Errors
export { isGatewayError } from '../errors/isGatewayError.js';
export { type ErrorCases, matchError } from './matchError.js';
export type { GatewayErrorOf, TaggedGatewayError } from '../errors/taggedGatewayError.js';
