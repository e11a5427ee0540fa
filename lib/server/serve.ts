import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Observable, type Subscriber } from 'rxjs';
import { type WebSocket, WebSocketServer } from 'ws';
import { ConnectFailedError, ConnectionLostError } from '../errors/gatewayErrors.js';
import { createReporter } from '../events/reporter.js';
import { createPeer, type OwnedPeer } from './createPeer.js';
import type { Peer } from './peer.js';
import { type PeerSocket, peerSocket } from './peerSocket.js';
import { checkServe, type ServeOptions, type ServeSettings } from './serveOptions.js';

/** The peers of one server. */
interface Peers {
  accept(socket: WebSocket, request: IncomingMessage): void;
  /** Closes them all with 1001. */
  leave(): void;
}

function createPeers(settings: ServeSettings, subscriber: Subscriber<Peer>): Peers {
  const { counters, closeTimeout } = settings;
  const report = createReporter(settings.events);
  const all = new Map<OwnedPeer, PeerSocket>();
  let lastId = 0;

  return {
    accept(webSocket, request) {
      const id = ++lastId;
      const stream = request.socket;
      const socket = peerSocket(webSocket, stream, closeTimeout, {
        frame: (frame) => {
          owned.receive(frame);
        },
        alive: (pong) => {
          owned.heard(pong);
        },
        closed: (code, reason, cause) => {
          const wasClean = code !== 1006;
          const by = owned.closing ? 'us' : 'them';
          const error = by === 'us' || wasClean ? undefined : new ConnectionLostError(code, reason, wasClean, { cause });
          owned.end({ code, reason, wasClean, by, ...(error && { error }) });
        },
      });
      const [url = '/'] = (request.url ?? '/').split('?');
      const opened = { url, subprotocol: webSocket.protocol };
      const owned: OwnedPeer = createPeer(
        {
          ...settings,
          ...{ id, opened, socket, codec: settings.codec() },
          onEnd: () => {
            all.delete(owned);
            report({ type: 'released', session: id });
          },
        },
        { address: `${stream.remoteAddress ?? ''}:${stream.remotePort ?? ''}`, headers: request.headers },
      );
      all.set(owned, socket);
      counters.sessions++;
      report({ type: 'opened', session: id, ...opened });
      // In the turn of the upgrade: frames are read in a later one, when every stage knows the peer.
      subscriber.next(owned.session);
      if (!owned.gated) owned.ready();
    },
    leave() {
      for (const [owned, socket] of all) {
        socket.abandon(1001);
        owned.end({ code: 1001, reason: '', wasClean: true, by: 'us' });
      }
    },
  };
}

const wantsUpgrade = (_request: IncomingMessage, response: ServerResponse): void => {
  response.writeHead(426, { 'content-type': 'text/plain', connection: 'Upgrade', upgrade: 'websocket' });
  response.end('Upgrade Required');
};

/** Listens for as long as it is subscribed to. */
function listen(settings: ServeSettings, subscriber: Subscriber<Peer>): () => void {
  const { path, host, port } = settings;
  const peers = createPeers(settings, subscriber);
  const server: Server = settings.server ?? createServer(wantsUpgrade);
  const own = server !== settings.server;
  const upgrades = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: settings.maxPayload,
    handleProtocols: settings.chooseSubprotocol,
    ...(path !== undefined && { path }),
    // Newer than the types. Where `ws` does not know it, the socket's own deadline ends what hangs.
    ...({ closeTimeout: settings.closeTimeout } as object),
  });

  const onListening = (): void => {
    const address = server.address();
    if (typeof address === 'string') settings.listening?.({ host: address, port: 0 });
    else if (address) settings.listening?.({ host: address.address, port: address.port });
  };
  const onUpgrade = (request: IncomingMessage, socket: Socket, head: Buffer): void => {
    // Somebody else who listens to this server may want it.
    if (!upgrades.shouldHandle(request) && server.listenerCount('upgrade') > 1) return;
    upgrades.handleUpgrade(request, socket, head, (webSocket) => {
      peers.accept(webSocket, request);
    });
  };
  const onError = (cause: Error): void => {
    const { code = cause.message } = cause as NodeJS.ErrnoException;
    const where = own ? ` on port ${port}` : '';
    subscriber.error(new ConnectFailedError('network', `Could not listen${where}: ${code}`, { cause }));
  };

  server.on('upgrade', onUpgrade).on('listening', onListening).on('error', onError);
  if (own) server.listen({ port, host });
  else if (server.listening) onListening();

  return () => {
    server.off('upgrade', onUpgrade).off('listening', onListening).off('error', onError);
    peers.leave();
    if (!own) return;
    // An error of a socket that is closing is nobody's.
    server.on('error', () => undefined);
    server.close();
  };
}

/**
 * Listens for WebSocket connections. Stages such as `commands`, `topics` and `heartbeat` make a gateway of it.
 *
 * Emits one {@link Peer} per connection, when its upgrade is done. Errors with `ConnectFailedError` (`'network'`, with the cause) when it
 * cannot listen. Completes never.
 *
 * Unsubscribing closes every peer with 1001, stops listening and takes all its listeners off; a given `server` is left running. Subscribing
 * listens anew, so `retryBackoff` can follow it.
 *
 * A peer's own trouble ends that peer only: a bad or too large frame (1002, 1007, 1009), a socket error, `peer.terminate(error)`. Its
 * `closed` tells how it ended; there, `error` is set unless the end was clean. After a reconnect a client is a new peer.
 *
 * @example
 * serve({ port: 8080, protocol: commandNotify(), listening: ({ port }) => console.log(`listening on ${port}`) })
 *   .pipe(heartbeat(), commands({ 'orders.place': (order: Order) => place(order) }))
 *   .subscribe();
 *
 * @throws TypeError or RangeError at the call, with the name of the option that is invalid.
 */
export function serve(options: ServeOptions): Observable<Peer> {
  const settings = checkServe(options);
  return new Observable((subscriber) => listen(settings, subscriber));
}
