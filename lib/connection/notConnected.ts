import { ConnectionLostError } from '../errors/gatewayErrors.js';

/** What a sender gets that needs a session and does not wait for one. */
export const notConnected = (): ConnectionLostError => new ConnectionLostError(1006, 'no session is open', false);
