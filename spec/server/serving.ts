import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { firstValueFrom, type Observable, ReplaySubject } from 'rxjs';
import type { SessionEnd } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { type Peer, serve, type ServeAddress, type ServeOptions } from 'rxgate/server';
import { WebSocket } from 'ws';
import { activeResources } from '../support/activeResources.js';
import { atTestEnd } from '../support/atTestEnd.js';
import { type Recorded, recorded } from '../support/recorded.js';

const protocol = commandNotify();

/** A server that listens, what its stream does, and its clients. */
export interface Serving {
  readonly port: number;
  readonly peers: Recorded<Peer>;
  /** A raw client; not open yet. */
  client(path?: string, subprotocols?: readonly string[], headers?: Readonly<Record<string, string>>): WebSocket;
  url(path?: string): string;
}

/** Raw clients of a port. */
export function clientsOf(port: number): Pick<Serving, 'client' | 'url'> {
  const url = (path = '/'): string => `ws://127.0.0.1:${port}${path}`;
  return {
    url,
    client: (path, subprotocols = [], headers = {}) => {
      const client = new WebSocket(url(path), [...subprotocols], { headers });
      // A refused upgrade and a reset are errors, which the tests see as a close.
      client.on('error', () => undefined);
      atTestEnd(() => client.terminate());
      return client;
    },
  };
}

/** Serves until the test is over. */
export async function serving(
  options: Partial<ServeOptions> = {},
  stages: (peers: Observable<Peer>) => Observable<Peer> = (peers) => peers,
): Promise<Serving> {
  const listening = new ReplaySubject<ServeAddress>(1);
  const where = options.server ? {} : { host: '127.0.0.1', port: 0 };
  const peers = recorded(stages(serve({ ...where, protocol, listening: (address) => listening.next(address), ...options })));
  atTestEnd(() => peers.subscription.unsubscribe());
  const { port } = await firstValueFrom(listening);
  return { port, peers, ...clientsOf(port) };
}

export const opened = async (client: WebSocket): Promise<WebSocket> => {
  await once(client, 'open');
  return client;
};
export const closeOf = async (client: WebSocket): Promise<number> => ((await once(client, 'close')) as [number])[0];
export const nextFrame = async (client: WebSocket): Promise<any> => JSON.parse(String((await once(client, 'message'))[0]));
export const endOf = (peer: Peer): Promise<SessionEnd> => firstValueFrom(peer.closed);
export const httpServer = async (): Promise<Server & { readonly port: number }> => {
  const server = createServer((_request, response) => response.end('hello'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atTestEnd(() => server.close());
  return Object.assign(server, { port: (server.address() as AddressInfo).port });
};
/** Mocha's own timer begins only with the first turn of a test. */
export const resourcesNow = async (): Promise<readonly string[]> => {
  await new Promise(setImmediate);
  return activeResources();
};
export const listeners = (server: Server) =>
  ['upgrade', 'listening', 'error', 'connection'].map((event) => server.listenerCount(event));

/** The answer to an upgrade that is refused. */
export const refusalOf = async (
  client: WebSocket,
): Promise<{ readonly status: number | undefined; readonly retryAfter?: string; readonly body: string }> => {
  const [, response] = (await once(client, 'unexpected-response')) as [unknown, IncomingMessage];
  const { 'retry-after': retryAfter } = response.headers;
  const body = (await response.setEncoding('utf8').toArray()).join('');
  return { status: response.statusCode, ...(retryAfter !== undefined && { retryAfter }), body };
};
