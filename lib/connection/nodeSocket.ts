import { type ClientOptions, WebSocket } from 'ws';
import { HandshakeRejectedError } from '../errors/gatewayErrors.js';
import { isRecord, isToken } from '../options/check.js';
import { joinWrites } from './joinWrites.js';
import { verdictOnStatus } from './verdictOnStatus.js';
import type { SocketFactory, SocketLike } from './socketLike.js';

/** Opens a socket of `ws`; what it sends is joined by {@link joinWrites}. */
export const openSocket: SocketFactory = (url, protocols, { headers, socketOptions, closeTimeout }, hooks) => {
  const socket: WebSocket & Pick<SocketLike, 'listen'> = new WebSocket(url, [...protocols], {
    closeTimeout,
    ...socketOptions,
    headers: { ...(socketOptions?.headers as object | undefined), ...headers },
  } as ClientOptions);
  socket.on('unexpected-response', (_request, response) => {
    const status = response.statusCode ?? 0;
    const verdict = verdictOnStatus(status, response.headers['retry-after']);
    hooks.rejected(verdict, (options) => new HandshakeRejectedError(status, options));
    socket.terminate();
  });
  socket.listen = (take) => {
    socket.on('message', (data, isBinary) => {
      take(isBinary ? data : (data as Buffer).toString());
    });
  };
  socket.on('ping', () => {
    hooks.alive(false);
  });
  socket.on('pong', () => {
    hooks.alive(true);
  });
  socket.on('upgrade', ({ socket: stream }) => {
    joinWrites(socket, stream, socketOptions?.generateMask);
  });
  return socket;
};

/** Whether these are names to texts that the upgrade can carry. */
export const areHeaders = (value: unknown): boolean =>
  isRecord(value) &&
  Object.entries(value).every(([name, text]) => isToken(name) && typeof text === 'string' && /^[\t -~\x80-\xff]*$/.test(text));
