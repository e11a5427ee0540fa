import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Answers an upgrade with an HTTP status. */
export function refuseWith(stream: Duplex, status: number, headers: Readonly<Record<string, string>> = {}): true {
  const lines = Object.entries({ Connection: 'close', 'Content-Length': '0', ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  stream.end([`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', ''].join('\r\n'));
  return true;
}

/** Drops a connection without an answer. */
export function drop(stream: Duplex): true {
  stream.destroy();
  return true;
}
