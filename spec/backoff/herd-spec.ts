import { expect } from 'chai';
import { defer, mergeMap, of, throwError, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { equalJitter } from '../../lib/backoff/equalJitter.js';
import { exponential } from '../../lib/backoff/exponential.js';
import { fixedDelays } from '../../lib/backoff/fixedDelays.js';
import { fullJitter } from '../../lib/backoff/fullJitter.js';
import { proportionalJitter } from '../../lib/backoff/proportionalJitter.js';
import { ConnectionLostError } from '../../lib/errors/gatewayErrors.js';
import type { GatewayEvent } from '../../lib/events/gatewayEvent.js';
import { type RetryPolicy, retryBackoff } from '../../lib/operators/retryBackoff.js';
import { criticalDistance, type Distribution, distance, uniform } from './kolmogorovSmirnov.js';
import { seededRandom } from './seededRandom.js';

const lost = new ConnectionLostError(1012, 'restart', true);

/**
 * When each of many clients comes back, in virtual time after a gateway restarts under all of them at once and then refuses the first
 * `refusals` attempts of each. All clients draw from one seeded source.
 */
function comeBack(clients: number, policy: RetryPolicy, { seed = 1, refusals = 0, error = lost } = {}) {
  const random = seededRandom(seed);
  const instants: number[] = [];
  const delays: number[] = [];
  for (let client = 0; client < clients; client++) {
    // Clients do not know of each other, so each has a virtual time of its own: one queue of all their timers is slow.
    const rxTest = new TestScheduler(() => true);
    let attempt = 0;
    const gateway = defer(() => {
      attempt++;
      if (attempt === 1) return timer(60_000).pipe(mergeMap(() => throwError(() => error)));
      if (attempt <= refusals + 1) return throwError(() => error);
      instants.push(rxTest.now() - 60_000);
      return of('session');
    });
    const next = (event: GatewayEvent) => event.type === 'retrying' && delays.push(event.delay);
    rxTest.run(() => gateway.pipe(retryBackoff({ random, ...policy, events: { next } })).subscribe());
  }
  return { instants, delays };
}

/** The largest share of `instants` that falls into one tenth of the window. */
const fullestTenth = (instants: readonly number[], from: number, to: number): number => {
  const tenths = new Array<number>(10).fill(0);
  for (const instant of instants) {
    const tenth = Math.min(9, Math.floor(((instant - from) / (to - from)) * 10));
    tenths[tenth]! += 1;
  }
  return Math.max(...tenths) / instants.length;
};

const known = new Map<RetryPolicy, ReturnType<typeof comeBack>>();
/** 2,000 clients with one policy. The same seed makes them the same each time, so they come back once for all that looks at them. */
const herdOf = (policy: RetryPolicy): ReturnType<typeof comeBack> => {
  const herd = known.get(policy) ?? comeBack(2_000, policy);
  known.set(policy, herd);
  return herd;
};

const windows: readonly [string, RetryPolicy, number, number][] = [
  ['decorrelatedJitter (default)', {}, 1_000, 3_000],
  ['fullJitter', { strategy: fullJitter }, 0, 1_000],
  ['equalJitter', { strategy: equalJitter }, 500, 1_000],
  ['proportionalJitter', { strategy: proportionalJitter }, 800, 1_200],
];
const constant: readonly [string, RetryPolicy][] = [
  ['exponential', { strategy: exponential }],
  ['a table', { strategy: fixedDelays([2_000]) }],
];

describe('1,000 clients after a restart', () => {
  const clients = 1_000;

  for (const [name, policy, from, to] of windows)
    it(`P28: come back over the whole window, no tenth of it with more than 15 %: ${name}`, () => {
      const instants = herdOf(policy).instants.slice(0, clients);
      expect(instants).to.have.length(clients);
      expect(Math.min(...instants)).to.be.at.least(from);
      expect(Math.max(...instants)).to.be.at.most(to);
      expect(fullestTenth(instants, from, to)).to.be.at.most(0.15);
    });

  it('P28: come back over the window that the gateway advises', () => {
    const error = new ConnectionLostError(1013, '', true, { retryAfter: 40_000, spread: 20_000 });
    const { instants } = comeBack(clients, {}, { error });
    expect(Math.min(...instants)).to.be.at.least(40_000);
    expect(Math.max(...instants)).to.be.at.most(60_000);
    expect(fullestTenth(instants, 40_000, 60_000)).to.be.at.most(0.15);
  });

  for (const [name, policy] of [...constant, ['a random number that is none', { random: () => 0.4 }]] as const)
    it(`P28: come back in one moment without jitter: ${name}`, () => {
      const { instants } = herdOf(policy);
      expect(fullestTenth(instants, 1_000, 3_000)).to.equal(1);
    });

  it('P28: wait between initialDelay and maxDelay each time, however long the gateway refuses them', () => {
    const { delays } = comeBack(300, { initialDelay: 500, maxDelay: 8_000 }, { refusals: 9 });
    expect(delays).to.have.length(3_000);
    expect(delays.filter((delay) => !(delay >= 500 && delay <= 8_000))).to.deep.equal([]);
    expect(Math.max(...delays)).to.equal(8_000);
    expect(Math.min(...delays)).to.be.below(600);
  });

  it('P28: the same seed gives the same instants, another seed gives others', () => {
    const { instants } = comeBack(100, {}, { seed: 7, refusals: 3 });
    expect(comeBack(100, {}, { seed: 7, refusals: 3 }).instants).to.deep.equal(instants);
    expect(comeBack(100, {}, { seed: 8, refusals: 3 }).instants).to.not.deep.equal(instants);
  });
});

describe('the delays of 2,000 clients', () => {
  const clients = 2_000;
  const critical = criticalDistance(clients);

  for (const [name, policy, from, to] of windows)
    it(`P28: before the first retry fit the distribution of ${name}`, () => {
      expect(distance(herdOf(policy).delays, uniform(from, to))).to.be.below(critical);
    });

  it('P28: before the first retry fit no other distribution', () => {
    for (const [name, policy] of [...windows, ...constant])
      for (const [other, , from, to] of windows)
        if (other !== name) expect(distance(herdOf(policy).delays, uniform(from, to)), `${name}, ${other}`).to.be.above(critical);
  });

  it('P28: before the second retry fit what follows from the first', () => {
    // The first delay u is even in [1, 3] s and the second even in [1, 3u] s; so F(x) is the mean of min(1, (x − 1)/(3u − 1)) over u.
    const second: Distribution = (milliseconds) => {
      const x = Math.min(9, Math.max(1, milliseconds / 1_000));
      const certain = Math.max(1, x / 3);
      return (certain - 1 + ((x - 1) / 3) * Math.log(8 / (3 * certain - 1))) / 2;
    };
    const { delays } = comeBack(clients, {}, { refusals: 1 });
    const seconds = delays.filter((_, i) => i % 2);
    expect(seconds).to.have.length(clients);
    expect(distance(seconds, second)).to.be.below(critical);
    expect(distance(seconds, uniform(1_000, 9_000))).to.be.above(critical);
    // As if `previous` were not handed on.
    expect(distance(seconds, uniform(1_000, 3_000))).to.be.above(critical);
  });
});
