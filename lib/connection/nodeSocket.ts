import { type ClientOptions, WebSocket } from 'ws';
import { HandshakeRejectedError } from '../errors/gatewayErrors.js';
import { isRecord, isToken } from '../options/check.js';
import { checkProvider } from './checkProvider.js';
import { verdictOnStatus } from './verdictOnStatus.js';
import type { SocketFactory, SocketLike } from './socketLike.js';
import { writeByTurns } from './writeByTurns.js';

/** Opens a socket of `ws`. What is sent in one turn leaves in one system call at the end of the turn, or in few if it is much. */
export const openSocket: SocketFactory = (url, protocols, { headers, socketOptions, closeTimeout }, hooks) => {
  const { allowSynchronousEvents = true } = socketOptions ?? {};
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
  /** Whether a frame of this read was told. */
  let told = false;
  socket.listen = (take) => {
    // With compression they come one by one, when each is inflated; and where that is asked for, each in a turn of its own.
    const atOnce = socket.extensions === '' && Boolean(allowSynchronousEvents);
    socket.on('message', (data, isBinary) => {
      const more = told;
      told = atOnce;
      take(isBinary ? data : (data as Buffer).toString(), more);
    });
  };
  writeByTurns(socket);
  socket.on('ping', () => {
    hooks.alive(false);
  });
  socket.on('pong', () => {
    hooks.alive(true);
  });
  socket.on('upgrade', ({ socket: stream }) => {
    // Not now: a stream that is listened to flows, and what came with the answer to the upgrade would be gone before `ws` listens.
    socket.on('open', () => {
      // Before `ws` hears of it, and takes it apart.
      stream.prependListener('data', () => {
        told = false;
      });
    });
  });
  return socket;
};

const areHeaders = (value: unknown): boolean =>
  isRecord(value) &&
  Object.entries(value).every(([name, text]) => isToken(name) && typeof text === 'string' && /^[\t -~\x80-\xff]*$/.test(text));

/** Returns the headers if the upgrade can carry them, or if a provider gives them; else throws an error that names the option. */
export const checkHeaders = /* @__PURE__ */ checkProvider('names to texts without control characters', areHeaders);
