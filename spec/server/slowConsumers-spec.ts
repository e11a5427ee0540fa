import { expect } from 'chai';
import { concatWith, interval, map, NEVER, of, Subject } from 'rxjs';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { createCounters } from '../../lib/events/createCounters.js';
import type { Frame } from '../../lib/protocols/protocol.js';
import { broadcast } from '../../lib/server/broadcast.js';
import { commands } from '../../lib/server/commands.js';
import { peerLink } from '../../lib/server/peerLink.js';
import { slowConsumers, type SlowConsumersConfig } from '../../lib/server/slowConsumers.js';
import { topics } from '../../lib/server/topics.js';
import { type FakePeer, fakePeer } from './fakePeer.js';

describe('slowConsumers', () => {
  let clock: SinonFakeTimers;
  let client: FakePeer;
  /** Bytes that the socket has taken, and those that it holds: all of them while it is stalled. */
  let held: number;
  let written: number;
  let stalled: boolean;
  const counters = createCounters();
  const scene = (config?: SlowConsumersConfig) => client.through(slowConsumers(config));
  /** 100 bytes each, as frames. */
  const say = (...names: string[]) => {
    for (const name of names) client.peer.send(name, 'x'.repeat(100 - '{"command":"","data":""}'.length - name.length));
  };
  const notify = (topic: string, data: unknown) => broadcast(client.peer, topic, data);
  const got = () => client.sent.map(({ command, topic, type, data }) => command ?? (topic ? `${topic} ${data ?? type}` : type));
  const drain = (left = 0) => {
    stalled = false;
    held = left;
    clock.tick(20);
  };
  const drops = () => counters.drops.slowConsumer;
  /** Fills the socket to the brim. */
  const fill = () => {
    client.peer.send('fill', 'x'.repeat(10_000));
  };
  const eventsOf = (...types: string[]) => client.events.filter(({ type }) => types.includes(type));

  beforeEach(() => {
    clock = useFakeTimers();
    counters.drops.slowConsumer = 0;
    held = written = 0;
    stalled = true;
    client = fakePeer(1, {
      counters,
      buffered: () => held,
      taken: () => written - held,
      wrote: (frame: Frame) => {
        written += frame.length;
        if (stalled) held += frame.length;
      },
    });
  });
  afterEach(() => clock.restore());

  it('lets a peer that keeps up alone: nothing waits, and there is no timer', () => {
    stalled = false;
    scene({ highWater: 150 });
    say('a', 'b', 'c', 'd');
    expect([got(), clock.countTimers()]).to.deep.equal([['a', 'b', 'c', 'd'], 0]);
  });

  it('S9: holds back what goes beyond the high watermark, and lets it flow in order below the low one', () => {
    scene({ highWater: 250, lowWater: 50 });
    say('a', 'b', 'c', 'd');
    expect(got()).to.deep.equal(['a', 'b', 'c']);
    drain(51);
    say('e');
    expect(got()).to.deep.equal(['a', 'b', 'c']);
    drain(50);
    say('f');
    expect(got()).to.deep.equal(['a', 'b', 'c', 'd', 'e', 'f']);
    expect([drops(), clock.countTimers()]).to.deep.equal([0, 0]);
  });

  it('fills the socket no higher than before while the line flows', () => {
    scene({ highWater: 150, lowWater: 0 });
    say('a', 'b', 'c');
    expect(got()).to.deep.equal(['a', 'b']);
    held = 0;
    stalled = true;
    clock.tick(20);
    say('d');
    expect(got()).to.deep.equal(['a', 'b', 'c']);
    held = 0;
    clock.tick(20);
    expect(got()).to.deep.equal(['a', 'b', 'c', 'd']);
  });

  it('S9: holds back by the number of messages as well, however small they are', () => {
    scene({ maxMessages: 2 });
    for (const name of ['a', 'b', 'c', 'd', 'e']) client.peer.send(name);
    expect(got()).to.deep.equal(['a', 'b']);
    drain();
    expect([got(), drops()]).to.deep.equal([['a', 'b', 'd', 'e'], 1]);
  });

  describe('with a full line', () => {
    const behind = (policy: NonNullable<SlowConsumersConfig['policy']>) => {
      scene({ highWater: 250, policy });
      say('a', 'b', 'c');
      expect(got()).to.deep.equal(['a', 'b', 'c']);
    };

    it('S9: loses the oldest by dropOldest', () => {
      behind('dropOldest');
      say('d', 'e', 'f', 'g');
      drain();
      expect([got(), drops()]).to.deep.equal([['a', 'b', 'c', 'f', 'g'], 2]);
    });

    it('S9: loses the newest by dropNewest', () => {
      behind('dropNewest');
      say('d', 'e', 'f', 'g');
      drain();
      expect([got(), drops()]).to.deep.equal([['a', 'b', 'c', 'd', 'e'], 2]);
    });

    it('S9: loses all but the latest of a topic by conflate, in the place of the first; then the oldest', () => {
      behind('conflate');
      say('d', 'e', 'd', 'd');
      expect(drops()).to.equal(2);
      say('f');
      drain();
      expect([got(), drops()]).to.deep.equal([['a', 'b', 'c', 'e', 'f'], 3]);
    });

    it('S9: loses the newest of what cannot wait by pause, and nothing before the line is full', () => {
      behind('pause');
      say('d', 'e');
      expect(drops()).to.equal(0);
      say('f');
      drain();
      say('g');
      expect([got(), drops()]).to.deep.equal([['a', 'b', 'c', 'd', 'e', 'g'], 1]);
    });

    it('S9: closes with 4408 by close, and loses nothing before that', () => {
      behind('close');
      say('d', 'e');
      expect(client.closes).to.deep.equal([]);
      say('f');
      expect(client.closes).to.deep.equal([[4408, 'slowConsumer']]);
      expect(eventsOf('rejected')).to.deep.equal([{ type: 'rejected', session: 1, code: 4408, reason: 'slowConsumer' }]);
      expect(drops()).to.equal(0);
    });

    it('keeps one message that is larger than all bounds, alone', () => {
      behind('dropOldest');
      client.peer.send('large', 'x'.repeat(1_000));
      drain();
      expect(got()).to.deep.equal(['a', 'b', 'c', 'large']);
    });
  });

  it('conflates by a key of the application', () => {
    scene({ highWater: 500, policy: 'conflate', key: (message) => (message as { data: { id: number } }).data.id });
    fill();
    for (const [id, value] of [
      [1, 'old'],
      [2, 'only'],
      [1, 'new'],
    ])
      notify('changed', { id, value });
    drain();
    expect(client.sent.slice(1).map(({ data }) => data)).to.deep.equal([
      { id: 1, value: 'new' },
      { id: 2, value: 'only' },
    ]);
  });

  it('goes on with the topic where the key of the application throws, and reports that once until the peer has caught up', () => {
    scene({ highWater: 1_000, policy: 'conflate', key: (message) => (message as { data: { id: number } }).data.id });
    fill();
    for (const [topic, data] of [
      ['a', null],
      ['b', { id: 1 }],
      ['a', null],
      ['c', null],
      ['b', { id: 1 }],
    ] as const)
      notify(topic, data);
    expect(client.failures.map(({ hook, cause }) => [hook, cause.name])).to.deep.equal([['key', 'TypeError']]);
    drain();
    expect(client.sent.slice(1).map(({ topic }) => topic)).to.deep.equal(['a', 'b', 'c']);
    expect([drops(), client.closes]).to.deep.equal([2, []]);
  });

  it('S9: never loses replies, failures or pings: they overtake what waits', () => {
    client.through(
      slowConsumers({ highWater: 50 }),
      commands({
        echo: (data: unknown) => data,
        fail: () => {
          throw new Error('no');
        },
      }),
    );
    say('fill', 'waits');
    client.receive({ id: '1', command: 'echo', data: 1 });
    client.receive({ id: '2', command: 'fail' });
    peerLink(client.peer).tell({ kind: 'ping' });
    expect(got()).to.deep.equal(['fill', 'RESPONSE', 'ERROR', 'ping']);
    drain();
    expect(got().at(-1)).to.equal('waits');
  });

  it('keeps confirmations and ends in their place among the notifications, and loses none of them', () => {
    const bars = new Subject<string>();
    client.through(slowConsumers({ highWater: 500, maxMessages: 3 }), topics({ bars: () => bars }));
    fill();
    client.receive({ type: 'SUBSCRIBE', id: '1', topic: 'bars' });
    ['x', 'y', 'z'].forEach((value) => bars.next(value));
    bars.complete();
    expect(got()).to.deep.equal(['fill']);
    drain();
    expect(got()).to.deep.equal(['fill', 'bars ACK', 'bars z', 'bars ENDED']);
    expect(drops()).to.equal(2);
  });

  it('closes with 4408 when what may not be lost fills the line', () => {
    client.through(slowConsumers({ highWater: 500, maxMessages: 2 }), topics({ '{name}': () => NEVER }));
    fill();
    say('lost');
    for (const id of ['1', '2']) client.receive({ type: 'SUBSCRIBE', id, topic: id });
    expect(client.closes).to.deep.equal([]);
    client.receive({ type: 'SUBSCRIBE', id: '3', topic: '3' });
    expect([client.closes, drops()]).to.deep.equal([[[4408, 'slowConsumer']], 1]);
  });

  it('reports the first loss of an episode, and a gap for each topic when the peer has caught up', () => {
    scene({ highWater: 50, policy: 'dropNewest' });
    say('fill', 'waits');
    for (const topic of ['t', 'u', 't']) notify(topic, 1);
    say('a send');
    expect(eventsOf('dropped', 'gap')).to.deep.equal([{ type: 'dropped', session: 1, reason: 'slowConsumer' }]);
    drain();
    expect(eventsOf('gap')).to.deep.equal([
      { type: 'gap', session: 1, topic: 't' },
      { type: 'gap', session: 1, topic: 'u' },
    ]);
    stalled = true;
    say('fill', 'waits');
    notify('t', 2);
    expect(eventsOf('dropped')).to.have.length(2);
    expect(drops()).to.equal(5);
  });

  describe('maxStalled', () => {
    it('S9: closes a peer that does not catch up in time, though it reads a little', () => {
      scene({ highWater: 150, lowWater: 50, maxStalled: 1_000 });
      say('a', 'b', 'c');
      for (let time = 0; time < 980; time += 20) {
        held = time % 200 === 0 ? 0 : 200;
        say('d');
        clock.tick(20);
      }
      expect(client.closes).to.deep.equal([]);
      held = 200;
      clock.tick(20);
      expect(client.closes).to.deep.equal([[4408, 'slowConsumer']]);
      expect(clock.countTimers()).to.equal(0);
    });

    it('is counted anew from each time that it falls behind', () => {
      scene({ highWater: 150, maxStalled: 1_000 });
      say('a', 'b', 'c');
      clock.tick(900);
      drain();
      stalled = true;
      say('d', 'e', 'f');
      clock.tick(900);
      expect(client.closes).to.deep.equal([]);
      clock.tick(100);
      expect(client.closes).to.have.length(1);
    });
  });

  describe('maxStalled below highWater', () => {
    const page = 'x'.repeat(70_000);
    const closed = [[4408, 'slowConsumer']];
    /** So many ms, with room for iterables to answer in between. */
    const pass = async (ms: number) => {
      for (let past = 0; past < ms; past += 20) {
        clock.tick(20);
        for (let step = 0; step < 20; step++) await Promise.resolve();
      }
    };
    async function* pages() {
      for (;;) yield page;
    }
    const ways: Readonly<Record<string, () => void>> = {
      'the stream of an iterable': () => {
        client.through(slowConsumers({ maxStalled: 1_000 }), commands({ pages }));
        client.receive({ id: '1', command: 'pages', stream: true });
      },
      'the stream of an observable, whose values are held': () => {
        client.through(slowConsumers({ maxStalled: 1_000 }), commands({ pages: () => interval(20).pipe(map(() => page)) }));
        client.receive({ id: '1', command: 'pages', stream: true });
      },
      'a topic that it alone listens to, and that pauses': () => {
        client.through(slowConsumers({ maxStalled: 1_000, policy: 'pause' }), topics({ pages }));
        client.receive({ type: 'SUBSCRIBE', id: '1', topic: 'pages' });
      },
      'a producer that waits for drained': () => {
        client.through(slowConsumers({ maxStalled: 1_000, lowWater: 60_000 }));
        client.peer.drained.subscribe(() => client.peer.send('page', page));
      },
    };
    for (const [way, begin] of Object.entries(ways)) {
      it(`S9: closes a peer that reads nothing of ${way}`, async () => {
        begin();
        await pass(960);
        expect([client.closes, held < 1_048_576]).to.deep.equal([[], true]);
        await pass(80);
        expect(client.closes).to.deep.equal(closed);
        client.disconnect();
        expect(clock.countTimers()).to.equal(0);
      });

      it(`S9: lets a peer be that reads ${way} slowly but steadily`, async () => {
        begin();
        for (let round = 0; round < 10; round++) {
          await pass(800);
          held = Math.max(0, held - 40_000);
        }
        expect([client.closes, client.sent.length > 3]).to.deep.equal([[], true]);
        client.disconnect();
        expect(clock.countTimers()).to.equal(0);
      });
    }
  });

  it('holds back what is broadcast and what topics produce, encoded once for all', () => {
    const values = new Subject<string>();
    const quick = fakePeer(2);
    of(client.peer, quick.peer)
      .pipe(concatWith(NEVER), slowConsumers({ highWater: 500, policy: 'conflate' }), topics({ t: () => values }))
      .subscribe();
    for (const each of [client, quick]) each.receive({ type: 'SUBSCRIBE', id: '1', topic: 't' });
    fill();
    for (const value of ['a', 'b', 'c']) values.next(value);
    broadcast([client.peer, quick.peer], 'n', 1);
    broadcast([client.peer, quick.peer], 'n', 2);
    expect(got()).to.deep.equal(['t ACK', 'fill']);
    expect(quick.sent).to.have.length(6);
    drain();
    expect(got()).to.deep.equal(['t ACK', 'fill', 't c', 'n 2']);
    expect(client.sent.at(-1)).to.deep.equal(quick.sent.at(-1));
  });

  for (const left of ['first', 'second'] as const)
    it(`stands behind another one, and beside what a stage put between them; the other holds on when the ${left} leaves`, () => {
      const first = scene({ highWater: 250 });
      const link = peerLink(client.peer);
      const below = link.write;
      let passed = 0;
      link.write = (message, frames, at) => {
        passed++;
        below.call(link, message, frames, at);
      };
      const second = scene({ highWater: 450 });
      say('a', 'b', 'c', 'd');
      expect([got(), passed]).to.deep.equal([['a', 'b', 'c'], 4]);
      (left === 'first' ? first : second).unsubscribe();
      const more = left === 'first' ? ['e', 'f'] : ['e'];
      say(...more);
      expect(got()).to.deep.equal(left === 'first' ? ['a', 'b', 'c', 'd', 'e'] : ['a', 'b', 'c']);
      drain();
      expect(got()).to.deep.equal(['a', 'b', 'c', 'd', ...more]);
    });

  it('sends what waits when it is unsubscribed from, and is out of the way then', () => {
    const stage = scene({ highWater: 150 });
    say('a', 'b', 'c');
    stage.unsubscribe();
    say('d', 'e', 'f');
    expect([got(), clock.countTimers()]).to.deep.equal([['a', 'b', 'c', 'd', 'e', 'f'], 0]);
  });

  it('lets go of a peer that ends, with what it missed', () => {
    scene({ highWater: 150 });
    say('a', 'b', 'c');
    client.disconnect();
    expect([got(), clock.countTimers()]).to.deep.equal([['a', 'b'], 0]);
  });

  it('names the option that is invalid', () => {
    expect(() => slowConsumers({ highWater: 0 })).to.throw(RangeError, 'slowConsumers: highWater');
    expect(() => slowConsumers({ highWater: 10, lowWater: 11 })).to.throw(RangeError, 'slowConsumers: lowWater');
    expect(() => slowConsumers({ policy: 'drop' as never })).to.throw(TypeError, 'slowConsumers: policy');
    expect(() => slowConsumers({ maxMessages: 0 })).to.throw(RangeError, 'slowConsumers: maxMessages');
    expect(() => slowConsumers({ maxStalled: 0 })).to.throw(RangeError, 'slowConsumers: maxStalled');
    expect(() => slowConsumers({ key: 'topic' as never })).to.throw(TypeError, 'slowConsumers: key');
  });
});
