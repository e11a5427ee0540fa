import { ReplaySubject } from 'rxjs';
import { checkDuration, checkFunction, checkName, checkObject, longestDelay } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
import { type Drain, type DrainedServer, drainHandle, type DrainProgress } from './drain.js';
import { drainPeers } from './drainPeers.js';

/** A message that tells clients of a drain: they get it as `send(command, data)`. */
export interface DrainNotice {
  readonly command: string;
  readonly data?: unknown;
}

/** Options of {@link createDrain}. Durations are milliseconds. */
export interface DrainOptions {
  /** The closes are spread evenly over so long, so that the clients do not all come back at once. Default 10 000; 0: all at once. */
  readonly window?: number | undefined;
  /** Who is still there after so long is dropped. At least `window`. Default 30 000. */
  readonly deadline?: number | undefined;
  /** Sent to every peer when the drain begins. Default: nothing. */
  readonly notice?: DrainNotice | undefined;
  /** What a client is advised to wait whose request comes too late. Default 1 000. */
  readonly retryAfter?: number | undefined;
  /** Where in its part of the window each close falls: a number in [0, 1). Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

const checkNotice = (owner: string, name: string, value: DrainNotice): DrainNotice => {
  checkName(owner, `${name}.command`, checkObject(owner, name, value).command);
  return value;
};

/**
 * Makes what ends a server gently, for a deploy for example. It is yours: give it to `serve({ drain })` and begin it when the time has come.
 * Several servers may share one; it is good for one drain.
 *
 * `drain.begin()` refuses upgrades with HTTP 503 and new requests with the failure `DRAINING` and an advice to try again; requests that run may
 * finish. Each peer gets the `notice`, if there is one, and is closed with 1012 in its part of the `window`, or once its requests are done. At
 * the `deadline` the rest is dropped. Then `serve` completes, and a server of its own stops listening. The observable that `begin` returns
 * tells how far it is, and completes.
 *
 * @example
 * const drain = createDrain({ notice: { command: 'restarting' } });
 * serve({ port: 8080, protocol: commandNotify(), drain }).subscribe();
 * process.once('SIGTERM', () => drain.begin().subscribe({ next: console.log, complete: () => process.exit() }));
 *
 * @throws TypeError or RangeError at the call, with the name of the option that is invalid.
 */
export function createDrain(options: DrainOptions = {}): Drain {
  const { window, deadline, ...rest } = readOptions('createDrain', options, {
    window: [checkDuration, 10_000, {}],
    deadline: [checkDuration, Math.max(30_000, Math.min(longestDelay, options.window ?? 0)), {}],
    notice: [checkNotice],
    retryAfter: [checkDuration, 1_000, {}],
    random: [checkFunction, Math.random],
  });
  checkDuration('createDrain', 'deadline', deadline, { min: window });
  const servers = new Set<DrainedServer>();
  let progress: ReplaySubject<DrainProgress> | undefined;

  return {
    get draining() {
      return progress !== undefined;
    },
    begin() {
      if (!progress) {
        const told = (progress = new ReplaySubject(1));
        const peers = [...servers].flatMap((server) => server.peers());
        drainPeers(peers, { window, deadline, ...rest }).subscribe({
          next: (value) => {
            told.next(value);
          },
          complete: () => {
            for (const server of [...servers]) server.finish();
            told.complete();
          },
        });
      }
      return progress.asObservable();
    },
    [drainHandle]: {
      add(server) {
        servers.add(server);
        return () => {
          servers.delete(server);
        };
      },
    },
  };
}
