import { createTokenBuckets, limits, type Peer, rateLimit, slowConsumers } from 'rxgate/server';
import type { Observable } from 'rxjs';

// #region limits
export const guarded = (peer$: Observable<Peer>) =>
  peer$.pipe(
    slowConsumers({ policy: 'conflate', maxStalled: 10_000 }),
    limits({ total: 10_000, perAddress: 100, perUser: 5, policy: 'closeOldest' }),
    rateLimit({
      perConnection: { points: 50, duration: 1_000 },
      perUser: createTokenBuckets({ points: 100, duration: 1_000 }),
      perCommand: { 'orders.place': { points: 2, duration: 10_000 } },
      costs: { 'bars.history': 10 },
    }),
  );
// #endregion
