import type { Observable } from 'rxjs';
import type { Session } from '../connection/session.js';
import type { Contract } from '../contract/contract.js';
import type { Identity } from './identity.js';

declare const serves: unique symbol;

/**
 * One connected client, with the face of a {@link Session}: `request` asks the client, `close` and `terminate` end this peer alone. `C` is what the
 * server promised it; what the server asks of a client is no part of that.
 */
export interface Peer<C extends Contract = Contract> extends Session {
  /** Never there: so that stages know what they have to answer. */
  readonly [serves]?: C;
  /** The other end of the connection, as `host:port`. */
  readonly address: string;
  /** The headers of the upgrade, names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Who it is, once it authenticated: at the upgrade, or by `login`. A refresh replaces it. */
  readonly identity: Identity | undefined;
  /** Bytes that were sent to it and that the network has not taken: `bufferedAmount`, and what waits in the line of `slowConsumers`. */
  readonly buffered: number;
  /**
   * Tells a producer of yours when to go on: emits when there is room for more, which is at once if there is, and then each time that there is
   * again; of several subscribers, one after the other, as long as what they send leaves room. There is room while nothing waits in the line of `slowConsumers`, and the socket holds no more than its `lowWater` (64 KiB without
   * that stage). Completes with the peer, and never errors. Nobody is looked at who is not subscribed to. Unsubscribing sends nothing.
   *
   * @example
   * pages$.pipe(concatMap((page) => peer.drained.pipe(take(1), tap(() => peer.send('page', page)))))
   */
  readonly drained: Observable<void>;
}

/** The contract that a peer is served by. */
export type ServedBy<S> = S extends { readonly [serves]?: infer C extends Contract } ? C : Contract;
