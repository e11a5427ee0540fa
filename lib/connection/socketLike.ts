import type { GatewayError, VerdictErrorOptions } from '../errors/gatewayErrors.js';
import type { Verdict } from './verdict.js';

/** What the library needs of a WebSocket; the platform's and that of `ws` both have it. No DOM types, so that Node programs compile. */
export interface SocketLike {
  readonly readyState: number;
  readonly bufferedAmount: number;
  readonly protocol: string;
  binaryType: string;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  /** Bytes never lie in shared memory: the platform's types refuse those. */
  send(data: string | (Uint8Array & { readonly buffer: ArrayBuffer })): void;
  close(code?: number, reason?: string): void;
  /** Drops the connection without a close handshake, where the socket can. */
  terminate?(): void;
  /**
   * Tells the data of each frame without an event, where the socket can: to make one for each costs more than to take it. `more`: it came with
   * the one before, at the same time.
   */
  listen?(take: (data: unknown, more: boolean) => void): void;
  /** Calls back at the end of the turn, where the socket can: what is sent in one turn may then leave as fewer frames. */
  atTurnEnd?(run: () => void): void;
  /** Sends a ping of the WebSocket protocol, where the socket can. */
  ping?(): void;
}

/** What a socket may be opened with, beside url and subprotocols; a browser's cannot. */
export interface SocketOptions {
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Options of `ws`: agent, ca, perMessageDeflate, maxPayload and so on. */
  readonly socketOptions?: Readonly<Record<string, unknown>> | undefined;
  /** Milliseconds that a close handshake may take. */
  readonly closeTimeout?: number;
}

/** What a socket tells of besides its four events, where it can. */
export interface SocketHooks {
  /** The upgrade was answered with an HTTP status; `errorWith` makes the error of it. */
  rejected(verdict: Verdict, errorWith: (options: VerdictErrorOptions) => GatewayError): void;
  /** A ping or pong of the WebSocket protocol came in. */
  alive(pong: boolean): void;
}

/** Opens a socket. What it throws is a failed attempt. */
export type SocketFactory = (url: string, protocols: readonly string[], options: SocketOptions, hooks: SocketHooks) => SocketLike;
