import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** A client asks for a WebSocket: what an `upgrade` event of an HTTP server tells. */
export interface Upgrade {
  readonly request: IncomingMessage;
  /** The connection, on which nothing was answered yet. */
  readonly socket: Duplex;
  /** What the client sent right after its request. */
  readonly head: Buffer;
}

/** The path of a request, without its query. */
export const pathOf = ({ url = '/' }: IncomingMessage): string => url.split('?', 1)[0] as string;
