import type { Socket } from 'node:net';
import { mergeMap, Observable, type Subscriber } from 'rxjs';
import { WebSocketServer } from 'ws';
import type { Contract } from '../contract/contract.js';
import { createReporter } from '../events/reporter.js';
import { type Admitted, createAdmission } from './admission.js';
import { checkServe, type ServeSettings } from './checkServe.js';
import { createPeers } from './createPeers.js';
import { drainHandle } from './drain.js';
import { listening } from './listening.js';
import type { Peer } from './peer.js';
import type { ServeOptions } from './serveOptions.js';

/** Serves for as long as it is subscribed to. */
function run(settings: ServeSettings, subscriber: Subscriber<Peer>): void {
  const { drain, maxPayload, perMessageDeflate, closeTimeout } = settings;
  const report = createReporter(settings.events);
  const peers = createPeers(settings, (peer) => {
    subscriber.next(peer);
  });
  const admission = createAdmission(settings, () => peers.size);
  const webSockets = new WebSocketServer({
    ...{ noServer: true, clientTracking: false, maxPayload, perMessageDeflate },
    handleProtocols: settings.chooseSubprotocol,
    // Newer than the types. Where `ws` does not know it, the socket's own deadline ends what hangs.
    ...({ closeTimeout } as object),
  });
  const upgrade = ({ request, socket, head, address, identity }: Admitted): void => {
    let done = false;
    try {
      // It calls back at once, or not at all: then it has refused.
      webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        done = true;
        peers.accept({ webSocket, request, stream: socket as Socket, address, identity });
      });
      if (!done) report({ type: 'upgradeRefused', status: 400, reason: 'malformed', address });
    } catch (cause) {
      // Not done: somebody else upgraded this connection. Done: it has no peer, and nobody else would drop it.
      report({ type: 'hookFailed', hook: 'upgrade', cause });
      if (done) socket.destroy();
    }
  };

  if (drain) subscriber.add(drain[drainHandle].add({ peers: peers.list, finish: () => subscriber.complete() }));
  const upgrades = listening(settings).pipe(mergeMap((asked) => admission.admit(asked)));
  subscriber.add(
    upgrades.subscribe({
      next: upgrade,
      error: (error: unknown) => {
        subscriber.error(error);
      },
    }),
  );
  subscriber.add(() => {
    peers.leave();
  });
}

/**
 * Listens for WebSocket connections. Stages such as `commands`, `topics` and `heartbeat` make a gateway of it.
 *
 * Emits one {@link Peer} per connection, when its upgrade is done. Errors with `ConnectFailedError` (`'network'`, with the cause) when it
 * cannot listen, and as the given `upgrades` do. Completes when its `drain` is done, else never.
 *
 * Unsubscribing closes every peer with 1001, refuses upgrades that are undecided with 503, stops listening and takes all its listeners off; a
 * given `server` is left running. Subscribing listens anew, so `retryBackoff` can follow it.
 *
 * A peer's own trouble ends that peer only: a bad or too large frame (1002, 1007, 1009), a socket error, a client that reads nothing
 * (`maxBuffered`, 4408), `peer.terminate(error)`. Its `closed` tells how it ended; there, `error` is set unless the end was clean. After a
 * reconnect a client is a new peer.
 *
 * @example
 * serve({ port: 8080, protocol: commandNotify(), listening: ({ port }) => console.log(`listening on ${port}`) })
 *   .pipe(heartbeat(), commands({ 'orders.place': (order: Order) => place(order) }))
 *   .subscribe();
 *
 * @example
 * // Beside the routes of Express; of Fastify it is `fastify.server`.
 * const server = app.listen(8080);
 * serve({ server, path: '/ws', protocol: commandNotify(), authenticate: (request) => verify(request.headers.cookie) }).subscribe();
 *
 * @throws TypeError or RangeError at the call, with the name of the option that is invalid.
 */
export function serve<C extends Contract = Contract>(options: ServeOptions<C>): Observable<Peer<NoInfer<C>>> {
  const settings = checkServe(options);
  const peers = new Observable<Peer>((subscriber) => {
    // A drain is good for one end, and this one had it.
    if (settings.drain?.draining) subscriber.complete();
    else run(settings, subscriber);
  });
  return peers as Observable<Peer<C>>;
}
