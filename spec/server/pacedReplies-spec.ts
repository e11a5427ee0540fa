import { expect } from 'chai';
import { Observable, Subject } from 'rxjs';
import { commands, type CommandsConfig } from '../../lib/server/commands.js';
import { type FakePeer, fakePeer } from '../../lib/testing/fakePeer.js';
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
  beforeEach(() => {
    ticks = new Subject();
    counters.drops.slowConsumer = 0;
  });

  /** Streams are asked for; then the client reads no more, and its socket is full. */
  const stalled = (config: CommandsConfig = {}, streams = 1, source: Observable<unknown> = ticks): void => {
    client = fakePeer({ counters });
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
    time.tick(1_000);
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

  it('stops a producer that emits more in one go', () => {
    let produced = 0;
    const source = new Observable<unknown>((subscriber) => {
      while (!subscriber.closed && produced < 1_000) subscriber.next(`${++produced}`);
    });
    stalled({ maxBuffered: 100 }, 0, source);
    client.receive({ kind: 'request', id: 1, command: 'ticks', stream: true });
    expect(told()).to.deep.equal(['1!SLOW_CONSUMER']);
    expect(produced).to.be.below(10);
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

  it('answers a value that cannot be encoded as a failure of the command', () => {
    stalled();
    ticks.next(1n);
    expect(told()).to.deep.equal(['1!INTERNAL_ERROR']);
    expect(ticks.observed).to.equal(false);
  });
});
