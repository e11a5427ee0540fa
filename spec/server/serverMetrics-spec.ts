import { expect } from 'chai';
import { filter, firstValueFrom, interval, map, NEVER, take, tap, throwError, timer } from 'rxjs';
import { createCounters } from 'rxgate';
import {
  commands,
  createEventLoopMonitor,
  createServerCounters,
  type Peer,
  sampleServerMetrics,
  type ServerMetrics,
  serverMetrics,
  topics,
} from 'rxgate/server';
import { fakePeer } from 'rxgate/testing';
import { activeResources, resourcesBackTo } from '../support/activeResources.js';
import { virtualTime } from '../testing/virtualTime.js';
import { makeTimersLate } from '../support/lateTimers.js';

describe('serverMetrics', () => {
  it('samples at once, and then at the interval, until it is unsubscribed from', () => {
    virtualTime(({ expectObservable }) => {
      const counters = createServerCounters();
      const times = (interval?: number) => serverMetrics({ counters, interval }).pipe(map(({ time }) => time));
      expectObservable(times(2), '-----!').toBe('a-b-c', { a: 0, b: 2, c: 4 });
      expectObservable(times(), '2500ms !').toBe('a 999ms b 999ms c', { a: 0, b: 1_000, c: 2_000 });
    });
  });

  it('tells the rates since the sample before', () => {
    virtualTime(({ flush, acts }) => {
      const counters = createServerCounters();
      const rates: unknown[] = [];
      counters.commands.answered = 3;
      counters.commands.failed = 1;
      counters.messagesIn = 100;
      serverMetrics({ counters, interval: 500 })
        .pipe(take(4))
        .subscribe(({ messageRate, errorRate }) => rates.push([messageRate, errorRate]));
      acts('100ms a 699ms b', {
        a: () => {
          counters.messagesIn += 10;
          counters.messagesOut += 30;
          counters.commands.refused += 1;
          counters.commands.answered += 1;
          counters.commands.stopped += 7;
        },
        b: () => {
          counters.messagesOut += 5;
        },
      });
      flush();
      expect(rates).to.deep.equal([
        [0, 0.25],
        [80, 0.5],
        [10, 0],
        [0, 0],
      ]);
    });
  });

  it('measures the rates by the clock that is given', () => {
    virtualTime(({ flush }) => {
      const counters = createServerCounters();
      let time = 0;
      const clock = () => (time += 2_000);
      const rates: number[] = [];
      serverMetrics({ counters, interval: 10, clock })
        .pipe(
          take(2),
          tap(() => (counters.messagesIn += 10)),
        )
        .subscribe(({ messageRate }) => rates.push(messageRate));
      flush();
      expect(rates).to.deep.equal([0, 5]);
    });
  });

  it('tells no rate for a clock that was set back', () => {
    virtualTime(({ flush }) => {
      const counters = createServerCounters();
      let time = 0;
      const rates: number[] = [];
      serverMetrics({ counters, interval: 10, clock: () => (time -= 5) })
        .pipe(
          take(2),
          tap(() => (counters.messagesIn += 10)),
        )
        .subscribe(({ messageRate }) => rates.push(messageRate));
      flush();
      expect(rates).to.deep.equal([0, 0]);
    });
  });

  it('tells how late timers are while it is subscribed to, and holds no resource after', async () => {
    // So that the timer of mocha is among them.
    await new Promise(setImmediate);
    const before = activeResources();
    const delays = serverMetrics({ counters: createServerCounters(), interval: 100 }).pipe(
      map(({ eventLoopDelay }) => eventLoopDelay),
      // On a busy machine a sample may come before the measurement.
      filter((delay) => delay !== undefined),
    );
    // Blocks the loop between two samples, so that there is something to measure.
    const blocking = interval(35).subscribe(() => {
      const until = performance.now() + 25;
      while (performance.now() < until);
    });
    const late = await firstValueFrom(delays.pipe(filter(({ max }) => max >= 10)));
    blocking.unsubscribe();
    expect(late.max).to.be.below(5_000);
    expect(late.p99).to.be.within(late.p50, late.max);
    expect(late.p50).to.be.least(0);
    await resourcesBackTo(before);
  });

  it('gives each subscriber a timer and rates of its own', () => {
    virtualTime(({ flush, acts }) => {
      const counters = createServerCounters();
      const metrics$ = serverMetrics({ counters, interval: 1_000 });
      const rates: Record<string, number[]> = { a: [], b: [] };
      const listen = (name: string) => metrics$.pipe(take(2)).subscribe(({ messageRate }) => rates[name]?.push(messageRate));
      listen('a');
      acts('500ms b', {
        b: () => {
          counters.messagesIn = 100;
          listen('b');
        },
      });
      flush();
      expect(rates).to.deep.equal({ a: [0, 100], b: [0, 0] });
    });
  });
});

describe('sampleServerMetrics', () => {
  it('S13: is a copy that does not change, of all that there is', () => {
    const counters = createServerCounters();
    Object.assign(counters, {
      connections: 2,
      sessions: 5,
      attempts: 6,
      messagesIn: 7,
      messagesOut: 8,
      bytesIn: 9,
      bytesOut: 10,
    });
    Object.assign(counters, { subscriptions: 3, running: 4, streams: 1, rateLimited: 11, invalid: 15 });
    Object.assign(counters.rejected, { loginRefused: 1, loginTimeout: 2, refreshRefused: 128, limit: 4 });
    Object.assign(counters.upgradesRefused, { authenticate: 8, authenticateTimeout: 16, authenticateFailed: 32, origin: 64 });
    counters.drops.malformed = 12;
    counters.handled('a', 'answered', 8);
    counters.handled('a', 'failed', 4);
    const sample = sampleServerMetrics({ counters, users: new Map([['ann', 1]]), rooms: new Set(), clock: () => 99 });
    counters.connections = 0;
    counters.drops.malformed = 0;
    counters.commands.failed = 0;
    counters.rejected.limit = 0;
    const { drops, responseTime, responseTimeByCommand, ...rest } = sample;
    expect(rest).to.deep.equal({
      ...{ time: 99, connections: 2, opened: 5, attempts: 6, users: 1, rooms: 0, subscriptions: 3 },
      ...{ messagesIn: 7, messagesOut: 8, bytesIn: 9, bytesOut: 10, running: 4, streams: 1, invalid: 15 },
      commands: { answered: 1, refused: 0, failed: 1, stopped: 0 },
      ...{ messageRate: 0, errorRate: 0.5, rateLimited: 11, authenticationFailures: 187 },
      rejected: { loginRefused: 1, loginTimeout: 2, refreshRefused: 128, limit: 4 },
      upgradesRefused: { authenticate: 8, authenticateTimeout: 16, authenticateFailed: 32, origin: 64 },
    });
    expect(drops.malformed).to.equal(12);
    expect(responseTime).to.include({ count: 2, sum: 12 });
    expect(responseTime.buckets.slice(0, 2)).to.deep.equal([
      { le: 5, count: 1 },
      { le: 10, count: 2 },
    ]);
    expect(responseTimeByCommand['a']).to.deep.include({ count: 2, sum: 12 });
    expect(responseTime.p50).to.be.closeTo(4, 0.4);
    expect(responseTime.p99).to.be.closeTo(8, 0.8);
    const parts: unknown[] = [
      sample,
      drops,
      responseTime,
      responseTimeByCommand,
      sample.rejected,
      sample.upgradesRefused,
      sample.commands,
    ];
    expect(parts.filter((part) => !Object.isFrozen(part))).to.deep.equal([]);
  });

  it('S13: tells how late timers are, as a monitor measured it', async () => {
    const eventLoop = createEventLoopMonitor();
    const counters = createServerCounters();
    await makeTimersLate();
    const { eventLoopDelay } = sampleServerMetrics({ counters, eventLoop });
    eventLoop.stop();
    expect(eventLoopDelay?.max).to.be.within(20, 5_000);
    expect(Object.isFrozen(eventLoopDelay)).to.equal(true);
    expect(() => sampleServerMetrics({ counters, eventLoop: {} as never })).to.throw(TypeError, /eventLoop\.sample/);
  });

  it('S13: holds what others call activeStreams, messageRate, errorRate and averageResponseTime', () => {
    virtualTime(({ flush }) => {
      const counters = createServerCounters();
      const client = fakePeer({ counters });
      client.peer$
        .pipe(
          commands<Peer>({
            slow: () => timer(100).pipe(map(() => 1)),
            slower: () => timer(300).pipe(map(() => 1)),
            fails: () => throwError(() => new Error('broken')),
            ticks: () => NEVER,
          }),
          topics<Peer>({ news: () => NEVER }),
        )
        .subscribe();
      const samples: ServerMetrics[] = [];
      serverMetrics({ counters, interval: 1_000 })
        .pipe(take(2))
        .subscribe((sample) => samples.push(sample));
      ['slow', 'slower', 'fails', 'ticks'].forEach((command, index) =>
        client.receive({ kind: 'request', id: `${index}`, command, stream: command === 'ticks' }),
      );
      client.receive({ kind: 'subscribe', id: 's', key: 'news', topic: 'news' });
      flush();
      const [, { streams, subscriptions, messageRate, errorRate, responseTime }] = samples as [unknown, ServerMetrics];
      expect({ activeStreams: streams + subscriptions, messageRate, errorRate }).to.deep.equal({
        ...{ activeStreams: 2, messageRate: 9, errorRate: 1 / 3 },
      });
      expect(responseTime.sum / responseTime.count).to.be.closeTo(400 / 3, 1e-9);
    });
  });

  it('has no users, rooms and delays where there are none', () => {
    const sample: ServerMetrics = sampleServerMetrics({ counters: createServerCounters() });
    expect(sample).to.not.have.any.keys('users', 'rooms', 'eventLoopDelay');
  });

  it('checks its options, as serverMetrics does', () => {
    const counters = createServerCounters();
    const wrong: readonly [unknown, RegExp][] = [
      [undefined, /options/],
      [{}, /counters/],
      [{ counters: createCounters() }, /counters must be what createServerCounters\(\) gives/],
      [{ counters, users: {} }, /users/],
      [{ counters, rooms: { size: '1' } }, /rooms/],
      [{ counters, clock: 5 }, /clock/],
    ];
    for (const [options, text] of wrong) {
      expect(() => sampleServerMetrics(options as never)).to.throw(TypeError, text);
      expect(() => serverMetrics(options as never)).to.throw(TypeError, text);
    }
    expect(() => serverMetrics({ counters, interval: 0 })).to.throw(RangeError, /interval/);
  });
});
