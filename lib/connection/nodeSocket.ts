import { type ClientOptions, WebSocket } from 'ws';
import { verdictOnStatus } from './verdictOnStatus.js';
import type { SocketFactory } from './socketLike.js';

/** Opens a socket of `ws`. What is sent in one turn leaves in one system call at the end of the turn. */
export const openSocket: SocketFactory = (url, protocols, { headers, socketOptions, closeTimeout }, hooks) => {
  const socket = new WebSocket(url, [...protocols], {
    closeTimeout,
    ...socketOptions,
    headers: { ...(socketOptions?.headers as object | undefined), ...headers },
  } as ClientOptions);
  socket.on('unexpected-response', (_request, response) => {
    const status = response.statusCode ?? 0;
    hooks.rejected(status, verdictOnStatus(status, response.headers['retry-after']));
    socket.terminate();
  });
  socket.on('ping', () => {
    hooks.alive(false);
  });
  socket.on('pong', () => {
    hooks.alive(true);
  });
  socket.on('upgrade', ({ socket: stream }) => {
    const send = socket.send.bind(socket) as (data: string | Uint8Array) => void;
    const flush = (): void => {
      corked = false;
      stream.uncork();
    };
    let corked = false;
    socket.send = (data: string | Uint8Array) => {
      if (!corked) {
        corked = true;
        stream.cork();
        process.nextTick(flush);
      }
      send(data);
    };
  });
  return socket;
};
