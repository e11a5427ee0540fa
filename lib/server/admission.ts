import { EMPTY, Observable, of } from 'rxjs';
import { createReporter } from '../events/reporter.js';
import { authenticateUpgrade } from './authenticateUpgrade.js';
import { addressOfSocket, type ServeSettings } from './checkServe.js';
import type { Identity } from './identity.js';
import { type Refusal, refuseUpgrade } from './refuseUpgrade.js';
import { pathOf, type Upgrade } from './upgrade.js';
import { upgradeRate } from './upgradeRate.js';

/** An upgrade, and where it comes from. */
interface Located extends Upgrade {
  readonly address: string;
}

/** An upgrade that may be done. */
export interface Admitted extends Located {
  readonly identity: Identity | undefined;
}

/** What decides on the upgrades of one server. */
export interface Admission {
  /** Emits the upgrade if it is admitted, and completes; one that is refused is answered. Unsubscribing refuses what is undecided. */
  admit(upgrade: Upgrade): Observable<Admitted>;
}

/** Admits upgrades by the settings; `connected` tells how many peers there are. */
export function createAdmission(settings: ServeSettings, connected: () => number): Admission {
  const { path, drain, authenticate, authenticateTimeout, counters, retryAfter, maxConnections } = settings;
  const report = createReporter(settings.events);
  const wait = upgradeRate(settings.maxUpgradesPerSecond);
  let pending = 0;

  const failed =
    (hook: string) =>
    (cause: unknown): void => {
      report({ type: 'hookFailed', hook, cause });
    };
  const refuse = ({ address, socket }: Located, refusal: Refusal): void => {
    const { status, reason } = refusal;
    report({ type: 'upgradeRefused', status, reason, address });
    refuseUpgrade(socket, refusal);
  };
  const addressOf = (request: Upgrade['request']): string => {
    try {
      const address: unknown = settings.addressOf(request);
      if (typeof address !== 'string') throw new TypeError('addressOf must give a text');
      return address;
    } catch (cause) {
      failed('addressOf')(cause);
      return addressOfSocket(request);
    }
  };
  const isAllowedOrigin = (upgrade: Upgrade): boolean => {
    try {
      return settings.isAllowedOrigin(upgrade.request);
    } catch (cause) {
      failed('origins')(cause);
      return false;
    }
  };
  /** Why an upgrade is refused that nobody was asked about yet. */
  const refusalOf = (upgrade: Upgrade): Refusal | undefined => {
    if (path !== undefined && pathOf(upgrade.request) !== path) return { status: 400, reason: 'path' };
    if (drain?.draining) return { status: 503, reason: 'draining', retryAfter };
    const tooSoon = wait();
    if (tooSoon > 0) return { status: 429, reason: 'maxUpgradesPerSecond', retryAfter: Math.max(tooSoon, retryAfter) };
    if (connected() + pending >= maxConnections) return { status: 503, reason: 'maxConnections', retryAfter };
    return isAllowedOrigin(upgrade) ? undefined : { status: 403, reason: 'origin' };
  };

  /** Asks `authenticate`, for as long as the client is there. */
  const identified = (upgrade: Located, ask: NonNullable<typeof authenticate>): Observable<Admitted> =>
    new Observable((subscriber) => {
      const { request, socket } = upgrade;
      let undecided = true;
      const decide = (): boolean => {
        const first = undecided;
        undecided = false;
        return first;
      };
      const gone = (): void => {
        if (decide()) socket.destroy();
        subscriber.complete();
      };
      for (const event of ['error', 'end', 'close']) socket.on(event, gone);
      // Before `ws` adds its own: an array of listeners that grew keeps room for many more.
      const unhear = (): void => {
        for (const event of ['error', 'end', 'close']) socket.off(event, gone);
      };
      pending++;
      const work = authenticateUpgrade(
        { authenticate: ask, within: authenticateTimeout, retryAfter },
        request,
        failed('authenticate'),
      ).subscribe((outcome) => {
        if (!decide()) return;
        unhear();
        if ('refusal' in outcome) refuse(upgrade, outcome.refusal);
        else if (drain?.draining) refuse(upgrade, { status: 503, reason: 'draining', retryAfter });
        else subscriber.next({ ...upgrade, identity: outcome.identity });
        subscriber.complete();
      });
      return () => {
        pending--;
        work.unsubscribe();
        unhear();
        if (decide()) refuse(upgrade, { status: 503, reason: 'stopped', retryAfter });
      };
    });

  return {
    admit: (asked) => {
      counters.attempts++;
      const upgrade = { ...asked, address: addressOf(asked.request) };
      const refusal = refusalOf(upgrade);
      if (!refusal) return authenticate ? identified(upgrade, authenticate) : of({ ...upgrade, identity: undefined });
      refuse(upgrade, refusal);
      return EMPTY;
    },
  };
}
