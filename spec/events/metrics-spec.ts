import { expect } from 'chai';
import { asyncScheduler, take } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { createCounters } from '../../lib/events/createCounters.js';
import { type Metrics, metrics, sampleMetrics } from '../../lib/events/metrics.js';

const nothing = { count: 0, p50: undefined, p95: undefined, p99: undefined };
const atZero: Metrics = {
  uptime: 0,
  attempts: 0,
  sessions: 0,
  messagesIn: 0,
  messagesOut: 0,
  bytesIn: 0,
  bytesOut: 0,
  invalid: 0,
  pending: 0,
  drops: createCounters().drops,
  rtt: nothing,
  replyTime: nothing,
};

describe('sampleMetrics', () => {
  it('gives zeros and no percentiles before anything happened', () => {
    expect(sampleMetrics(createCounters())).to.deep.equal(atZero);
  });

  it('copies every number, and sums up the durations', () => {
    const counters = createCounters();
    const counts = { attempts: 1, sessions: 2, messagesIn: 3, messagesOut: 4, bytesIn: 5, bytesOut: 6, pending: 7, invalid: 8 };
    Object.assign(counters, counts);
    counters.drops.heldOverflow = 8;
    for (const [times, ms] of [
      [50, 10],
      [45, 100],
      [4, 1_000],
      [1, 9_999],
    ] as const)
      for (let time = 0; time < times; time++) counters.rtt.record(ms);
    counters.replyTime.record(500);

    const { rtt, replyTime, ...rest } = sampleMetrics(counters);
    expect(rest).to.deep.equal({ uptime: 0, ...counts, drops: { ...atZero.drops, heldOverflow: 8 } });
    expect(rtt.count).to.equal(100);
    expect(rtt.p50).to.be.within(9, 11);
    expect(rtt.p95).to.be.within(90, 110);
    expect(rtt.p99).to.be.within(900, 1_100);
    expect(replyTime.count).to.equal(1);
    expect(replyTime.p50).to.be.within(450, 550).and.equal(replyTime.p99);
  });

  it('does not change when the counters do, nor can it be changed', () => {
    const counters = createCounters();
    const sample = sampleMetrics(counters);
    counters.attempts++;
    counters.drops.malformed++;
    counters.rtt.record(1);
    expect(sample).to.deep.equal(atZero);
    for (const part of [sample, sample.drops, sample.rtt, sample.replyTime]) expect(part).to.be.frozen;
  });

  it('is not fooled by a clock that was set back', () => {
    expect(sampleMetrics({ ...createCounters(), since: asyncScheduler.now() + 60_000 }).uptime).to.equal(0);
  });
});

describe('metrics', () => {
  let scheduler: TestScheduler;

  beforeEach(() => {
    scheduler = new TestScheduler((actual, expected) => {
      expect(actual).to.deep.equal(expected);
    });
  });

  it('emits a sample on subscription and then every second, until unsubscribed', () => {
    scheduler.run(({ expectObservable }) => {
      const subs = '    ^ 2500ms !';
      const expected = 'a 999ms b 999ms b 499ms -';
      const counters = { ...createCounters(), attempts: 1 };
      asyncScheduler.schedule(() => (counters.attempts = 2), 500);
      expectObservable(metrics(counters), subs).toBe(expected, { a: { ...atZero, attempts: 1 }, b: { ...atZero, attempts: 2 } });
    });
  });

  it('samples as often as `every` says, each subscriber from its own beginning', () => {
    scheduler.run(({ expectObservable }) => {
      const samples = metrics(createCounters(), { every: 3 });
      expectObservable(samples, '^--------!').toBe('   a--a--a--', { a: atZero });
      expectObservable(samples, '-^-------!').toBe('   -a--a--a-', { a: atZero });
    });
  });

  it('measures uptime from `since`, in virtual time too, and has none without a session', () => {
    scheduler.run(({ expectObservable }) => {
      const counters = createCounters();
      asyncScheduler.schedule(() => (counters.since = asyncScheduler.now()), 5);
      asyncScheduler.schedule(() => (counters.since = undefined), 25);
      expectObservable(metrics(counters, { every: 10 }), '^ 31ms !').toBe('a 9ms b 9ms c 9ms a', {
        a: atZero,
        b: { ...atZero, uptime: 5 },
        c: { ...atZero, uptime: 15 },
      });
    });
  });

  it('asks `pending` at each sample, and falls back on the counters if it throws', () => {
    scheduler.run(({ expectObservable }) => {
      const counters = { ...createCounters(), pending: 9 };
      let asked = 0;
      const pending = (): number => {
        if (++asked === 2) throw new Error('not now');
        return asked;
      };
      expectObservable(metrics(counters, { every: 2, pending }), '^----!').toBe('a-b-c', {
        a: { ...atZero, pending: 1 },
        b: { ...atZero, pending: 9 },
        c: { ...atZero, pending: 3 },
      });
    });
    metrics(createCounters(), { pending: () => 1 })
      .pipe(take(1))
      .subscribe((sample) => expect(sample).to.be.frozen);
  });

  it('names the option that is invalid, at the call', () => {
    expect(() => metrics(createCounters(), { every: 0 })).to.throw(RangeError, 'metrics: every');
    expect(() => metrics(createCounters(), { every: '1' as never })).to.throw(TypeError, 'metrics: every');
    expect(() => metrics(createCounters(), { every: 2 ** 31 })).to.throw(RangeError, 'metrics: every');
    for (const counters of [undefined, null, {}])
      expect(() => metrics(counters as never)).to.throw(TypeError, 'metrics: counters must be');
    expect(() => metrics(createCounters(), 500 as never)).to.throw(TypeError, 'metrics: options must be');
    expect(() => metrics(createCounters(), { pending: 3 as never })).to.throw(TypeError, 'metrics: pending');
  });
});
