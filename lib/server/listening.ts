import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Observable } from 'rxjs';
import { ConnectFailedError } from '../errors/gatewayErrors.js';
import type { ServeSettings } from './checkServe.js';
import { pathOf, type Upgrade } from './upgrade.js';

/** Marks our listeners, and the requests that one of them took; registered, so that two copies of the library understand each other. */
const ours: unique symbol = Symbol.for('rxgate.upgrade') as never;

const wantsUpgrade = (_request: IncomingMessage, response: ServerResponse): void => {
  response.writeHead(426, { 'content-type': 'text/plain', connection: 'Upgrade', upgrade: 'websocket' });
  response.end('Upgrade Required');
};

const ownServer = (requestTimeout: number): Server =>
  createServer(
    {
      // It bounds Node's `headersTimeout` as well, and counts from the connection on.
      requestTimeout,
      // Node looks after slow clients every so often: half as often as they are to be found.
      connectionsCheckingInterval: Math.max(1, requestTimeout / 2),
    },
    wantsUpgrade,
  );

/** Takes the upgrades that are for this `serve`; returns what stops that. */
function takeUpgrades(server: Server, path: string | undefined, take: (upgrade: Upgrade) => void): () => void {
  /** Nobody else may want what none of us knows: then it is up to the last of us to say so. */
  const isLastResort = (): boolean => {
    const all = server.listeners('upgrade');
    return all.at(-1) === onUpgrade && all.every((listener) => ours in listener);
  };
  const onUpgrade = Object.assign(
    (request: IncomingMessage & { [ours]?: true }, socket: Duplex, head: Buffer): void => {
      if (request[ours] || !(path === undefined || pathOf(request) === path || isLastResort())) return;
      request[ours] = true;
      take({ request, socket, head });
    },
    { [ours]: true },
  );
  server.on('upgrade', onUpgrade);
  return () => {
    server.off('upgrade', onUpgrade);
  };
}

/** The upgrades for a `serve`. Listens for as long as it is subscribed to; errors when it cannot. */
export function listening({ upgrades, port, host, path, requestTimeout, ...settings }: ServeSettings): Observable<Upgrade> {
  if (upgrades) return upgrades;
  return new Observable((subscriber) => {
    const server = settings.server ?? ownServer(requestTimeout);
    const own = server !== settings.server;
    const onListening = (): void => {
      const address = server.address();
      if (typeof address === 'string') settings.listening?.({ host: address, port: 0 });
      else if (address) settings.listening?.({ host: address.address, port: address.port });
    };
    const onError = (cause: Error): void => {
      const { code = cause.message } = cause as NodeJS.ErrnoException;
      const where = own ? ` on port ${port}` : '';
      subscriber.error(new ConnectFailedError('network', `Could not listen${where}: ${code}`, { cause }));
    };
    const leave = takeUpgrades(server, path, (upgrade) => {
      subscriber.next(upgrade);
    });

    server.on('listening', onListening).on('error', onError);
    if (own) server.listen({ port, host });
    else if (server.listening) onListening();

    return () => {
      leave();
      server.off('listening', onListening).off('error', onError);
      if (!own) return;
      // An error of a socket that is closing is nobody's.
      server.on('error', () => undefined);
      server.close();
      // Clients that never finished their request would hold it open; upgraded ones are not among them.
      (server as Server).closeAllConnections();
    };
  });
}
