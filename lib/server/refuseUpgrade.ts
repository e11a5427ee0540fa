import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { UpgradeRefusal } from '../events/gatewayEvent.js';

/** How an upgrade is refused. */
export interface Refusal {
  /** The HTTP status. */
  readonly status: number;
  readonly reason: UpgradeRefusal;
  /** Advice to the client, in ms: it goes out as `Retry-After`, in whole seconds. */
  readonly retryAfter?: number | undefined;
}

/** Answers an upgrade with an HTTP status, and drops the connection. */
export function refuseUpgrade(socket: Duplex, { status, retryAfter }: Refusal): void {
  const text = STATUS_CODES[status] ?? '';
  const lines = [
    `HTTP/1.1 ${status} ${text}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${text.length}`,
    ...(retryAfter === undefined ? [] : [`Retry-After: ${Math.ceil(retryAfter / 1_000)}`]),
  ];
  // The client may be gone already: that is nobody's trouble.
  socket.on('error', () => {
    socket.destroy();
  });
  // What the client sent meanwhile must be read: a connection that is dropped with unread data takes the answer with it.
  socket.resume();
  socket.once('finish', () => {
    socket.destroy();
  });
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`);
}
