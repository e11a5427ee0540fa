import { asyncScheduler } from 'rxjs';
import type { Validation } from '../contract/boundary.js';
import type { Contract, ServerContract } from '../contract/contract.js';
import type { Counters } from '../events/counters.js';
import { createCounters } from '../events/createCounters.js';
import type { EventObserver } from '../events/gatewayEvent.js';
import { checkCount, checkCounting, checkDuration, checkFunction, checkObserver } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
import { commandNotify } from '../protocols/commandNotify.js';
import type { Protocol } from '../protocols/protocol.js';
import type { AuthenticateUpgrade } from '../server/authenticateUpgrade.js';
import { countEvents } from '../server/countEvents.js';
import { servedContract } from '../server/servedContract.js';

/** What `fakeServe` takes. Durations are milliseconds of RxJS time. */
export interface FakeServeOptions<C extends Contract = Contract> {
  /** What is spoken. Default `commandNotify()`. A protocol without a `server` codec is spoken with its client's. */
  readonly protocol?: Protocol | undefined;
  /** Milliseconds from one side to the other. Default 0: a later turn of the same moment. */
  readonly latency?: number | undefined;
  /** As in `serve`. Of the request it is given `url` and `headers`; there is no more. */
  readonly authenticate?: AuthenticateUpgrade | undefined;
  /** As in `serve`. Default 10 000. */
  readonly authenticateTimeout?: number | undefined;
  /** As in `serve`. Default 10 000. */
  readonly confirmTimeout?: number | undefined;
  /** As in `serve`. Default 1 000. */
  readonly maxHeld?: number | undefined;
  /** As in `serve`. */
  readonly contract?: ServerContract<C> | undefined;
  /** As in `serve`. Default `'strict'`. */
  readonly validation?: Validation | undefined;
  readonly events?: EventObserver | undefined;
  readonly counters?: Counters | undefined;
  /** For round trips, in ms. Default: RxJS time. */
  readonly clock?: (() => number) | undefined;
}

/** The checked options, with their defaults. */
export function checkFakeServe(options: FakeServeOptions) {
  const settings = readOptions('fakeServe', options, {
    latency: [checkDuration, 0, {}],
    authenticate: [checkFunction],
    authenticateTimeout: [checkDuration, 10_000, { min: 1 }],
    confirmTimeout: [checkDuration, 10_000, { min: 1, infinite: true }],
    maxHeld: [checkCount, 1_000, {}],
    events: [checkObserver],
    counters: [checkCounting, createCounters()],
    clock: [checkFunction, () => asyncScheduler.now()],
  });
  const { protocol = commandNotify() } = options;
  checkFunction('fakeServe', 'protocol.client', (protocol as Partial<Protocol> | null)?.client);
  const contract = servedContract('fakeServe', options.contract, options.validation);
  return { ...settings, protocol, contract, events: countEvents(settings.counters, settings.events) };
}
