import { heartbeat } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { createDrain, lifetime, type ServeAddress, serve } from 'rxgate/server';
import { type Observable, tap } from 'rxjs';

// #region life
const drain = createDrain({ window: 10_000, deadline: 30_000, notice: { command: 'restarting' } });

export const gateway = (port: number, listening: (address: ServeAddress) => void) =>
  serve({ port, protocol: commandNotify(), drain, listening }).pipe(
    heartbeat({ interval: 25_000, timeout: 5_000 }),
    lifetime({ max: 3_600_000, jitter: 600_000 }),
  );

/** For SIGTERM. Completes when the last client is gone. */
export const leave = (log: (line: string) => void): Observable<unknown> =>
  drain.begin().pipe(tap(({ peers, closed, forced }) => log(`${peers} left, ${closed} closed, ${forced} dropped`)));
// #endregion
