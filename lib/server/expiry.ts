import { asyncScheduler, merge, mergeMap, Observable, of, takeUntil } from 'rxjs';
import { type Deadlines, watch } from '../connection/deadlines.js';
import { checkCount, checkDuration, checkFunction, checkName, checkObject } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
import { exemptCommands } from './commands.js';
import type { Peer } from './peer.js';
import { peerStage, type PeerStage } from './peerStage.js';
import { peerLink } from './peerLink.js';
import { refreshing, type RefreshSettings } from './refreshing.js';
import { type CheckIdentity, revalidated } from './revalidated.js';
import { sendAway } from './sendAway.js';
import type { VerifyIdentity } from './verifyIdentity.js';

/** Options of {@link expiry}. Durations are milliseconds. */
export interface ExpiryConfig<D = unknown> {
  /** How long before the end a peer is warned; 0: not at all. Default 30 000. */
  readonly warnBefore?: number | undefined;
  /** The command of the warning. Default `'auth.expiring'`. */
  readonly notice?: string | undefined;
  /** Lets a client give a new credential on the live connection. Default: it cannot. */
  readonly refresh?: RefreshConfig<D> | undefined;
  /** Asks again, from time to time, whether the peer may stay. Default: nobody asks. */
  readonly revalidate?: RevalidateConfig | undefined;
  /** Where the moment of the first check comes from, which is up to `every` away: a number in [0, 1). Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** How a client gives a new credential. */
export interface RefreshConfig<D = unknown> {
  /** The command that carries it. Default `'auth.refresh'`. */
  readonly command?: string | undefined;
  /** Finds out whose it is, as in `login`. Asked for one credential of a peer at a time. */
  readonly verify: VerifyIdentity<D>;
  /**
   * How many refreshes of one peer may be refused, or cancelled while they are checked, since the last that was taken; the last one ends its
   * connection. Default 3.
   */
  readonly attempts?: number | undefined;
  /** How long a check may take. Default 10 000. */
  readonly timeout?: number | undefined;
}

/** How a peer is checked again. */
export interface RevalidateConfig {
  /** Milliseconds between two checks, and the longest that one may take. */
  readonly every: number;
  /**
   * Whether the peer may stay: `false` closes with 4401, `'final'` with 4403. One that throws, takes too long or says nothing ends nobody. A
   * no about an identity that was refreshed meanwhile is asked again at once; that answer counts.
   */
  readonly check: CheckIdentity;
}

const readRefresh = <D>({
  command = 'auth.refresh',
  verify,
  attempts = 3,
  timeout = 10_000,
}: RefreshConfig<D>): RefreshSettings<D> => ({
  command: checkName('expiry', 'refresh.command', command),
  verify: checkFunction('expiry', 'refresh.verify', verify),
  attempts: checkCount('expiry', 'refresh.attempts', attempts, { min: 1 }),
  timeout: checkDuration('expiry', 'refresh.timeout', timeout, { min: 1 }),
});

/** Warns one peer, and ends it; `sweep` looks at the identity as it is now. */
const createExpiry = (peer: Peer, warnBefore: number, notice: string): Deadlines => {
  const link = peerLink(peer);
  let warnedOf: number | undefined;
  return {
    due: Infinity,
    sweep: () => {
      const { expiresAt = Infinity } = link.identity ?? {};
      const left = expiresAt - asyncScheduler.now();
      if (left <= 0) {
        // Who leaves anyway could not refresh it, and is not to take its credential for bad.
        sendAway(link, link.leaving ? 1012 : 4401, 'expired');
        return Infinity;
      }
      if (left > warnBefore) return expiresAt - warnBefore;
      if (warnedOf !== expiresAt) link.tell({ kind: 'send', command: notice, data: { expiresAt } });
      warnedOf = expiresAt;
      return expiresAt;
    },
  };
};

/**
 * Ends a peer when its credential does: at `peer.identity.expiresAt`.
 *
 * Emits each peer as it comes. Before the end it is sent the command `notice` with `{ expiresAt }` (ms since 1970). A client that answers with the
 * command of `refresh` and a new credential stays: the new identity takes the place of the old one, and its time counts. A credential that is
 * refused, or of another user (`FORBIDDEN`), is answered with an error reply, and changes nothing; after `attempts` in a row the connection is
 * closed with 4401 (4403 if the code is `FORBIDDEN`). A check that is cancelled counts as one; the last one closes with 1013 and advice. A check
 * that fails, or takes longer than `timeout`, is reported, is answered with `INTERNAL_ERROR`, and counts for nothing. One is checked at a time;
 * of those that come meanwhile the last one waits, and the others fail with `SUPERSEDED`: what was asked last counts in the end. At its end the connection is closed with
 * 4401, upon which the client's `authenticate({ refresh })` gets a new credential; with 1012 where a drain or `lifetime` refuses requests already,
 * a refresh among them.
 *
 * With `revalidate`, each peer with an identity is checked again every so often, and closed when the check says no. A check that fails by itself is
 * reported (`hookFailed`, hook `revalidate`), and the peer stays until the next one: trouble of a directory is not to empty the server.
 *
 * Ends are reported as the event `rejected`. Errors and completes with the source. Unsubscribing stops timers and checks. After a reconnect a
 * client is a new peer, with an identity of its own. It stands behind the stage that authenticates; peers without an identity just pass.
 *
 * @example
 * serve({ ...options, authenticate }).pipe(expiry({ refresh: { verify: ({ token }: Credentials) => byToken(token) } })).subscribe();
 *
 * @throws TypeError or RangeError at the call, with the name of the option that is invalid.
 */
export function expiry<D = unknown>(config: ExpiryConfig<D> = {}): PeerStage {
  const { warnBefore, notice, random, refresh, revalidate } = readOptions('expiry', config, {
    warnBefore: [checkDuration, 30_000, {}],
    notice: [checkName, 'auth.expiring'],
    random: [checkFunction, Math.random],
    refresh: [checkObject],
    revalidate: [checkObject],
  });
  const renewal = refresh && readRefresh(refresh);
  if (revalidate) {
    checkDuration('expiry', 'revalidate.every', revalidate.every, { min: 1 });
    checkFunction('expiry', 'revalidate.check', revalidate.check);
  }

  return peerStage(
    mergeMap((peer) => {
      const expiring = createExpiry(peer, warnBefore, notice);
      const look = (): void => {
        watch(expiring, expiring.sweep());
      };
      const watched = new Observable<never>(() => {
        look();
        return () => {
          watch(expiring, -Infinity);
        };
      });
      const checked = revalidate ? [revalidated(peer, revalidate.every, revalidate.check, random)] : [];
      const passed = renewal ? of(peer).pipe(exemptCommands({ [renewal.command]: refreshing(peer, renewal, look) })) : of(peer);
      return merge(passed, merge(watched, ...checked).pipe(takeUntil(peer.closed)));
    }),
  );
}
