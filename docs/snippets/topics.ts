import { type Peer, topics } from 'rxgate/server';
import { defer, finalize, map, timer } from 'rxjs';

/** How many producers run now. */
export const producers = { running: 0 };

const bars = (symbol: string, resolution: string) =>
  defer(() => {
    producers.running++;
    return timer(0, 1_000).pipe(
      map((n) => ({ symbol, resolution, close: 1_400 + n })),
      finalize(() => producers.running--),
    );
  });
const mayRead = (peer: Peer, topic: string): boolean => topic.endsWith(':1D') || peer.identity !== undefined;

// #region topics
export const served = topics<Peer>(
  { 'bars:{symbol}:{resolution}': ({ symbol = '', resolution = '' }) => bars(symbol, resolution) },
  {
    authorize: (topic, { peer }) => mayRead(peer, topic),
    linger: 5_000,
    maxTopics: 100,
  },
);
// #endregion
