import { expect } from 'chai';
import { defer, NEVER, Observable, Subject } from 'rxjs';
import { commands, type CommandsConfig } from '../../lib/server/commands.js';
import { type FakePeer, fakePeer } from '../../lib/testing/fakePeer.js';
import type { GatewayEvent } from '../../lib/events/gatewayEvent.js';
import { createCounters } from '../../lib/events/createCounters.js';
import { slowConsumers } from '../../lib/server/slowConsumers.js';
import type { Message } from '../../lib/protocols/message.js';
import { broadcast } from '../../lib/server/broadcast.js';
import { frozenTime } from '../testing/virtualTime.js';

describe('pacedReplies', () => {
  const time = frozenTime();
  const counters = createCounters();
  let ticks: Subject<unknown>;
  let client: FakePeer;
  let events: GatewayEvent[];
  beforeEach(() => {
    ticks = new Subject();
    events = [];
    counters.drops.slowConsumer = 0;
  });

  /** Streams are asked for; then the client reads no more, and its socket is full. */
  const stalled = (config: CommandsConfig = {}, streams = 1, source: Observable<unknown> = ticks): void => {
    client = fakePeer({ counters, events: { next: (event) => events.push(event) } });
    client.peer$.pipe(commands({ ticks: () => source }, config)).subscribe();
    for (let id = 1; id <= streams; id++) client.receive({ kind: 'request', id, command: 'ticks', stream: true });
    fill();
  };
  const fill = (): void => {
    client.stall();
    client.peer.send('fill', 'x'.repeat(70_000));
  };
  /** What the streams sent: `id:data`, `id|` at the end, `id!code` for a failure. */
  const told = (): string[] =>
    client.sent.flatMap((message: Message) => {
      if (message.kind === 'failure') return [`${message.id}!${message.code}`];
      if (message.kind !== 'reply') return [];
      return [message.last ? `${message.id}|` : `${message.id}:${String(message.data).slice(0, 3)}`];
    });
  const resume = (): void => {
    client.resume();
    time.tick(5);
  };
  const kilobyte = (name: string): string => name + 'x'.repeat(1_000 - name.length);

  it('S9: holds the values of an observable while its peer is behind, and sends them in order, the end after them', () => {
    stalled();
    for (const value of ['a', 'b', 'c']) ticks.next(value);
    ticks.complete();
    time.tick(400);
    expect(told()).to.deep.equal([]);
    resume();
    expect(told()).to.deep.equal(['1:a', '1:b', '1:c', '1|']);
    expect([counters.drops.slowConsumer, time.timers]).to.deep.equal([0, 0]);
  });

  it('sends an error after what is held as well', () => {
    stalled();
    ticks.next('a');
    ticks.error(new Error('broken'));
    expect(told()).to.deep.equal([]);
    resume();
    expect(told()).to.deep.equal(['1:a', '1!INTERNAL_ERROR']);
  });

  it('S9: ends a stream that needs more than maxBuffered with SLOW_CONSUMER: its producer is released, and what it held is counted', () => {
    stalled({ maxBuffered: 2_500 });
    for (const name of ['a', 'b']) ticks.next(kilobyte(name));
    expect([told(), ticks.observed]).to.deep.equal([[], true]);
    ticks.next(kilobyte('c'));
    expect([told(), ticks.observed]).to.deep.equal([['1!SLOW_CONSUMER'], false]);
    expect(counters.drops.slowConsumer).to.equal(3);
    expect(client.peer.open).to.equal(true);
    resume();
    expect([told(), time.timers]).to.deep.equal([['1!SLOW_CONSUMER'], 0]);
  });

  it('bounds all streams of a peer together', () => {
    stalled({ maxBuffered: 2_500 }, 3);
    ticks.next(kilobyte('a'));
    expect(told()).to.deep.equal(['3!SLOW_CONSUMER']);
    resume();
    expect(told()).to.deep.equal(['3!SLOW_CONSUMER', '1:axx', '2:axx']);
    // What was sent makes room.
    fill();
    ticks.next(kilobyte('b'));
    resume();
    expect(told().slice(3)).to.deep.equal(['1:bxx', '2:bxx']);
  });

  it('lets one value that is larger than the bound wait alone', () => {
    stalled({ maxBuffered: 10 });
    ticks.next(kilobyte('a'));
    expect(told()).to.deep.equal([]);
    resume();
    expect(told()).to.deep.equal(['1:axx']);
  });

  /** Emits so many kilobytes before it returns; tells how many it got to. */
  const burst = (count: number) => {
    const state = { produced: 0 };
    const source = new Observable<unknown>((subscriber) => {
      while (!subscriber.closed && state.produced < count) subscriber.next(kilobyte(`${100 + state.produced++}`));
      subscriber.complete();
    });
    return { source, state };
  };

  it('S9: holds what an observable emits at once, up to the bound, and sends all of it', () => {
    const { source } = burst(200);
    stalled({ maxBuffered: 250_000 }, 0, source);
    client.receive({ kind: 'request', id: 1, command: 'ticks', stream: true });
    expect(told()).to.deep.equal([]);
    resume();
    expect(told()).to.have.length(201);
    expect([told()[0], told()[200]]).to.deep.equal(['1:100', '1|']);
    expect(counters.drops.slowConsumer).to.equal(0);
  });

  it('S9: ends an observable that emits more at once with TOO_MUCH_AT_ONCE, stops it, counts what was held, and tells the author why', () => {
    const { source, state } = burst(1_000);
    stalled({ maxBuffered: 5_000 }, 0, source);
    client.receive({ kind: 'request', id: 1, command: 'ticks', stream: true });
    expect(told()).to.deep.equal(['1!TOO_MUCH_AT_ONCE']);
    expect(state.produced).to.be.below(10);
    expect(counters.drops.slowConsumer).to.equal(state.produced);
    const [failure] = events.filter(({ type }) => type === 'hookFailed');
    expect(failure).to.include({ hook: 'ticks' });
    expect(String((failure as { cause: unknown }).cause)).to.match(/RangeError.*"ticks".*maxBuffered \(5000 bytes\)/);
  });

  it('blames the client, not the observable, where it is the other streams that hold most', () => {
    const { source } = burst(3);
    const sources = [ticks, source];
    stalled(
      { maxBuffered: 5_000 },
      1,
      defer(() => sources.shift() ?? NEVER),
    );
    for (const name of ['a', 'b', 'c']) ticks.next(kilobyte(name));
    client.receive({ kind: 'request', id: 2, command: 'ticks', stream: true });
    expect(told()).to.deep.equal(['2!SLOW_CONSUMER']);
    resume();
    expect(told().slice(1)).to.deep.equal(['1:axx', '1:bxx', '1:cxx']);
  });

  it('fills the socket no higher than before while what is held flows', () => {
    stalled();
    for (let n = 0; n < 100; n++) ticks.next(kilobyte(`${n}`));
    client.resume();
    client.stall();
    time.tick(5);
    const first = told().length;
    expect(first).to.be.within(60, 70);
    resume();
    expect(told()).to.have.length(100);
  });

  it('keeps nothing of a stream that is cancelled, and none of its timers', () => {
    stalled({ maxBuffered: 2_500 }, 2);
    ticks.next(kilobyte('a'));
    client.receive({ kind: 'cancel', id: 1 });
    ticks.next(kilobyte('b'));
    expect(told()).to.deep.equal([]);
    client.receive({ kind: 'cancel', id: 2 });
    expect([time.timers, ticks.observed]).to.deep.equal([0, false]);
    resume();
    expect(told()).to.deep.equal([]);
  });

  it('waits for a peer that slowConsumers has something for, too', () => {
    client = fakePeer({ counters });
    client.peer$.pipe(slowConsumers({ highWater: 1_000, lowWater: 100 }), commands({ ticks: () => ticks })).subscribe();
    client.receive({ kind: 'request', id: 1, command: 'ticks', stream: true });
    client.stall();
    for (let n = 0; n < 3; n++) broadcast(client.peer, 'news', kilobyte(`${n}`));
    expect(client.peer.bufferedAmount).to.be.below(10_000);
    ticks.next('a');
    expect(told()).to.deep.equal([]);
    client.resume();
    time.tick(30);
    expect(told()).to.deep.equal(['1:a']);
  });

  const settled = async () => {
    for (let step = 0; step < 20; step++) await Promise.resolve();
  };

  describe('from many iterables of one peer', () => {
    const page = 'x'.repeat(65_536);
    const count = 300;
    /** Asked for all at once; each iterable gives three pages, as soon as `ready` says. */
    const scene = (ready: () => Promise<unknown>) => {
      const state = { asked: 0, given: 0 };
      async function* pages() {
        for (let n = 0; n < 3; n++) {
          state.asked++;
          await ready();
          state.given++;
          yield page;
        }
      }
      client = fakePeer({ counters });
      client.peer$.pipe(commands({ pages })).subscribe();
      client.stall();
      for (let id = 1; id <= count; id++) client.receive({ kind: 'request', id, command: 'pages', stream: true });
      const replies = () => client.sent.filter((message: Message) => message.kind === 'reply' && !message.last).length;
      /** The client reads it all, and then no more; what is sent after that waits. */
      const read = async () => {
        client.resume();
        client.stall();
        for (let ms = 0; ms < 5; ms++) {
          await settled();
          time.tick(1);
        }
        await settled();
      };
      return { state, replies, read };
    };
    const ends = () => client.sent.filter((message: Message) => message.kind === 'reply' && message.last).length;

    it('S9: asks one after the other, for as much as there is room: nothing is made to be held', async () => {
      const { state, replies, read } = scene(async () => undefined);
      for (let round = 0; round < 20; round++) {
        await read();
        expect(state.given - replies()).to.be.within(0, 1);
        expect(client.peer.bufferedAmount).to.be.below(3 * page.length);
      }
      expect(state.asked).to.be.within(15, 60);
      // Cancelled: nobody is left who waits.
      for (let id = 1; id <= count; id++) client.receive({ kind: 'cancel', id });
      expect(time.timers).to.equal(0);
    });

    it('S9: cuts none of them though all answer late and together, and gives each its turn', async function () {
      this.timeout(20_000);
      const waiting: (() => void)[] = [];
      const { replies, read } = scene(() => new Promise<void>((resolve) => waiting.push(resolve)));
      for (let round = 0; ends() < count && round < 5_000; round++) {
        // Long enough for all that may be asked to have been.
        if (waiting.length > 0 && round % 20 === 0) for (const resolve of waiting.splice(0)) resolve();
        await read();
      }
      expect(replies()).to.equal(3 * count);
      expect([ends(), counters.drops.slowConsumer, time.timers]).to.deep.equal([count, 0, 0]);
      expect(client.sent.filter(({ kind }: Message) => kind === 'failure')).to.deep.equal([]);
    });
  });

  it('S9: an iterable that waits for an event holds up nobody', async () => {
    const never = new Promise<never>(() => undefined);
    async function* quiet() {
      yield await never;
    }
    async function* quick() {
      yield* ['a', 'b'];
    }
    client = fakePeer({ counters });
    client.peer$.pipe(commands({ quiet, quick })).subscribe();
    client.receive({ kind: 'request', id: 1, command: 'quiet', stream: true });
    client.receive({ kind: 'request', id: 2, command: 'quick', stream: true });
    for (let turn = 0; turn < 5; turn++) {
      time.tick(1);
      await settled();
    }
    expect(told()).to.deep.equal(['2:a', '2:b', '2|']);
    client.receive({ kind: 'cancel', id: 1 });
    expect(time.timers).to.equal(0);
  });

  it('answers a value that cannot be encoded as a failure of the command, after what is held', () => {
    stalled();
    ticks.next('a');
    ticks.next(1n);
    expect([told(), ticks.observed]).to.deep.equal([[], false]);
    resume();
    expect(told()).to.deep.equal(['1:a', '1!INTERNAL_ERROR']);
    expect(time.timers).to.equal(0);
  });
});
