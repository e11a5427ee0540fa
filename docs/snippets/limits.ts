import { createTokenBuckets, limits, type Peer, rateLimit, slowConsumers } from 'rxgate/server';
import { concatMap, from, type Observable, take, tap } from 'rxjs';

// #region limits
export const guarded = (peer$: Observable<Peer>) =>
  peer$.pipe(
    slowConsumers({ policy: 'conflate', maxStalled: 10_000 }),
    limits({ total: 10_000, perAddress: 100, perUser: 5, policy: 'closeOldest' }),
    rateLimit({
      perConnection: { points: 50, duration: 1_000 },
      perUser: createTokenBuckets({ points: 100, duration: 1_000 }),
      perCommand: { 'orders.place': { points: 2, duration: 10_000 } },
      costs: { 'bars.history': 10, 'bars:{symbol}:{resolution}': 5 },
    }),
  );
// #endregion

// #region drained
/** Pages go out as fast as this peer reads them. */
export const sendPages = (peer: Peer, pages: readonly unknown[]) =>
  from(pages).pipe(
    concatMap((page) =>
      peer.drained.pipe(
        take(1),
        tap(() => peer.send('page', page)),
      ),
    ),
  );
// #endregion
