import { ConnectFailedError } from '../errors/gatewayErrors.js';
import type { SocketFactory, SocketLike } from './socketLike.js';

/** Opens a WebSocket of the platform. */
export const openSocket: SocketFactory = (url, protocols, { headers, socketOptions }) => {
  const { WebSocket } = globalThis as unknown as { WebSocket?: new (url: string, protocols: readonly string[]) => SocketLike };
  if (!WebSocket) throw new ConnectFailedError('unsupported', 'There is no WebSocket here: give connect a webSocketFactory');
  if (headers ?? socketOptions) throw new ConnectFailedError('unsupported', 'A browser takes no headers and no socketOptions');
  return Object.assign(new WebSocket(url, protocols), {
    atTurnEnd: (run: () => void) => {
      void Promise.resolve().then(run);
    },
  });
};

/** Headers are refused with each attempt, whatever is in them. */
export const checkHeaders = <T>(_owner: string, _name: string, headers: T): T => headers;
