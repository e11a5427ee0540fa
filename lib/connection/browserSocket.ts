import { ConnectFailedError } from '../errors/gatewayErrors.js';
import type { SocketFactory, SocketLike } from './socketLike.js';

/** Opens a WebSocket of the platform. */
export const openSocket: SocketFactory = (url, protocols, { headers, socketOptions }) => {
  const { WebSocket } = globalThis as unknown as { WebSocket?: new (url: string, protocols: readonly string[]) => SocketLike };
  if (!WebSocket) throw new ConnectFailedError('unsupported', 'This runtime has no WebSocket: give connect a webSocketFactory');
  if (headers ?? socketOptions)
    throw new ConnectFailedError(
      'unsupported',
      'A browser sends no headers and takes no socketOptions: use protocols or the first message',
    );
  return new WebSocket(url, protocols);
};
