import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { map, merge, mergeAll, NEVER, Observable, of, Subject, takeUntil, throwError, timer } from 'rxjs';
import type { GatewayEvent } from '../../lib/events/gatewayEvent.js';
import type { Peer } from '../../lib/server/peer.js';
import { peerLink } from '../../lib/server/peerLink.js';
import type { TopicHandler } from '../../lib/server/topicHandler.js';
import { createProducers, type Producer, type Receiver } from '../../lib/server/topicProducers.js';
import type { SlowPolicy } from '../../lib/server/outboundLine.js';
import { slowConsumers } from '../../lib/server/slowConsumers.js';
import { topics } from '../../lib/server/topics.js';
import { fakePeer as readingPeer } from '../../lib/testing/fakePeer.js';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { until } from '../support/until.js';
import { type FakePeer, fakePeer } from './fakePeer.js';

describe('createProducers', () => {
  let client: FakePeer;
  beforeEach(() => {
    client = fakePeer();
  });
  const finding = (handlers: Readonly<Record<string, TopicHandler>>, random = () => 0.5) => {
    const producers = createProducers(handlers, random);
    return (topic: string, params?: unknown): Producer | undefined =>
      producers.find({ kind: 'subscribe', id: 1, key: 'not looked at', topic, params })?.producer(client.peer);
  };
  const receiver = (lines: string[], { peer } = client, since = 0): Receiver => ({
    ...{ session: peer, link: peerLink(peer), since },
    ended: () => lines.push('|'),
  });
  /** What a new peer gets of a producer. */
  const told = (producer: Producer | undefined, since = 0): string[] => {
    const lines: string[] = [];
    const other = fakePeer(2);
    other.frames.subscribe(({ data, position }) => lines.push(`${String(data)} at ${position.offset}`));
    producer?.add(receiver(lines, other, since));
    return lines;
  };

  it('knows no topic that no template fits', () => {
    const find = finding({ 'bars:{s}': () => NEVER });
    for (const topic of ['bars', 'bars:', 'x:bars:a', 'x:a', '']) expect(find(topic), topic).to.equal(undefined);
    expect(find('bars:a')).to.have.property('position');
  });

  it('asks the first template that fits, with the names in it, the peer and the params', () => {
    const asked: unknown[] = [];
    const ask =
      (name: string): TopicHandler =>
      (named, context) => {
        asked.push([name, { ...named }, context.peer === client.peer, context.params]);
        return NEVER;
      };
    const find = finding({ '{a}:{b}': ask('both'), 'bars:{s}': ask('bars'), one: ask('one') });
    find('bars:x', { n: 1 });
    find('one');
    expect(asked).to.deep.equal([
      ['both', { a: 'bars', b: 'x' }, true, { n: 1 }],
      ['one', {}, true, undefined],
    ]);
  });

  it('knows a topic by its canonical name, however it was asked for', () => {
    const { find } = createProducers({ 'bars:{s}': () => NEVER, news: () => NEVER }, () => 0);
    const nameOf = (topic: string, params?: unknown) => find({ kind: 'subscribe', id: 1, key: 'any', topic, params })?.name;
    expect([nameOf('bars:A%3AB'), nameOf('bars:%41%3aB'), nameOf('bars:AB')]).to.deep.equal([
      'bars:A%3AB',
      'bars:A%3AB',
      'bars:AB',
    ]);
    expect([nameOf('news', { b: 1, a: { d: 2, c: 3 } }), nameOf('news', { a: { c: 3, d: 2 }, b: 1 })]).to.deep.equal(
      Array(2).fill('news {"a":{"c":3,"d":2},"b":1}'),
    );
  });

  describe('gives no two topics one name', () => {
    const namesOf = (templates: readonly string[]) => {
      const { find } = createProducers(Object.fromEntries(templates.map((template) => [template, () => NEVER])), () => 0);
      return (topic: string, params?: unknown) => find({ kind: 'subscribe', id: 1, key: 'any', topic, params })?.name;
    };

    it('where a value ends like params', () => {
      const nameOf = namesOf(['inbox:{user}']);
      const names = [nameOf('inbox:ann', 2), nameOf('inbox:ann 2'), nameOf('inbox:ann%202'), nameOf('inbox:ann 2', 2)];
      expect(names).to.deep.equal(['inbox:ann 2', 'inbox:ann%202', 'inbox:ann%202', 'inbox:ann%202 2']);
    });

    it('where an escape stands for what another template writes: there is no such topic', () => {
      const nameOf = namesOf(['x{a}-{b}', 'x{a}', 'y:all', 'y:{a}']);
      expect([nameOf('x1-2'), nameOf('x1%2D2'), nameOf('x1%2B2')]).to.deep.equal(['x1-2', undefined, 'x1+2']);
      expect([nameOf('y:all'), nameOf('y:%61ll'), nameOf('y:%61l')]).to.deep.equal(['y:all', undefined, 'y:al']);
    });

    it('where a template is written like a name with params: there is no such topic', () => {
      const nameOf = namesOf(['my 2', 'my', 'our {n}', 'our']);
      expect([nameOf('my 2'), nameOf('my', 2), nameOf('my', 3)]).to.deep.equal(['my 2', undefined, 'my 3']);
      expect([nameOf('our 2'), nameOf('our', 2)]).to.deep.equal(['our 2', undefined]);
      expect([nameOf('our', 'a b'), nameOf('our "a b"')]).to.deep.equal(['our "a b"', 'our "a%20b"']);
    });
  });

  it('numbers values from 1, under an epoch that is made of random, and stands at 0 before the first', () => {
    const producer = finding({ t: () => of('a', 'b') }, () => 0.5)('t');
    const epoch = (2 ** 31).toString(36);
    expect(producer?.position).to.deep.equal({ epoch, offset: 0 });
    expect(told(producer)).to.deep.equal(['a at 1', 'b at 2', '|']);
    expect(producer?.position).to.deep.equal({ epoch, offset: 2 });
  });

  it('gives a receiver nothing up to the position that it was told', () => {
    const values = new Subject<string>();
    const producer = finding({ t: () => values })('t');
    const early = told(producer);
    const late = told(producer, 1);
    values.next('a');
    values.next('b');
    expect([early, late]).to.deep.equal([['a at 1', 'b at 2'], ['b at 2']]);
  });

  it('delivers a value to all before the next, also one that is produced on the way', () => {
    const values = new Subject<string>();
    const producer = finding({ t: () => values })('t');
    client.frames.subscribe(({ data }) => {
      if (data === 'a') values.next('echo');
    });
    producer?.add(receiver([]));
    const lines = told(producer);
    values.next('a');
    expect(lines).to.deep.equal(['a at 1', 'echo at 2']);
  });

  it('has one producer for a name while anybody listens, and another for other params', () => {
    let asked = 0;
    let subscribed = 0;
    const values = new Subject<string>();
    const source = new Observable<string>((subscriber) => {
      subscribed++;
      return values.subscribe(subscriber);
    });
    const find = finding({ t: () => (asked++, source) });
    const [first, again, other] = [find('t'), find('t'), find('t', 1)];
    expect(again).to.equal(first);
    expect(other).to.not.equal(first);
    const lines = [told(first), told(again)];
    values.next('a');
    expect(lines).to.deep.equal([['a at 1'], ['a at 1']]);
    expect([asked, subscribed]).to.deep.equal([2, 1]);
  });

  it('makes it anew, under a new epoch, after the last has left, and after it ended by itself', () => {
    let number = 0;
    const sources = [NEVER, of('a'), throwError(() => 'broken'), NEVER];
    const find = finding({ t: () => sources.shift() ?? NEVER }, () => number++ / 2 ** 32);
    const epochs: unknown[] = [];
    for (let n = 0; n < 4; n++) {
      const producer = find('t');
      epochs.push(producer?.position.epoch);
      const mine = receiver([]);
      producer?.add(mine);
      producer?.remove(mine);
    }
    expect(epochs).to.deep.equal(['0', '1', '2', '3']);
  });

  it('passes on what a handler throws, and asks it again the next time', () => {
    let asked = 0;
    const find = finding({
      t: () => {
        asked++;
        throw new Error('not yet');
      },
    });
    for (const times of [1, 2]) {
      expect(() => find('t')).to.throw('not yet');
      expect(asked).to.equal(times);
    }
  });

  it('keeps nothing of who asked first when it has left and others go on to listen', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const values = new Subject<unknown>();
    const failures: unknown[] = [];
    const events = { next: (event: GatewayEvent) => event.type === 'hookFailed' && failures.push(event.hook) };
    const arrivals = new Subject<Observable<Peer>>();
    const serving = arrivals
      .pipe(
        mergeAll(),
        topics({ 'all:{name}': ({ name }) => values.pipe(map((value) => (value === 'bad' ? 1n : [name, value]))) }),
      )
      .subscribe();
    atTestEnd(() => serving.unsubscribe());
    const listen = (id: number) => {
      const peer = readingPeer({ id, events });
      arrivals.next(peer.peer$.pipe(takeUntil(peer.peer.closed)));
      peer.receive({ kind: 'subscribe', id: 1, key: 'all:a', topic: 'all:a' });
      return peer;
    };
    // The second comes while the first is there: the producer stays the same. In a function, whose variables end with it.
    const begin = () => {
      const leaving = listen(1);
      const staying = listen(2);
      values.next(1);
      leaving.drop();
      return { staying, left: [leaving.peer, peerLink(leaving.peer)].map((held) => new WeakRef<object>(held)) };
    };
    const { staying, left } = begin();
    await new Promise(setImmediate);
    collect();
    expect(left.map((ref) => ref.deref() === undefined)).to.deep.equal([true, true]);
    // Failures are still reported, and values still come under the same epoch.
    values.next('bad');
    values.next(2);
    expect(failures).to.deep.equal(['encode']);
    expect(staying.sent.filter(({ kind }) => kind === 'notification')).to.have.length(2);
  });

  describe('with an async iterable', () => {
    /** A server with one topic whose iterable counts up as fast as it is asked. */
    const scene = (policy: SlowPolicy | undefined, count: number) => {
      let pulled = 0;
      async function* numbers() {
        for (;;) yield `${++pulled}`.padEnd(1_000, 'x');
      }
      const clients = Array.from({ length: count }, (_none, id) => readingPeer({ id }));
      const stages = policy ? [slowConsumers({ policy, highWater: 20_000 })] : [];
      let peers = merge(...clients.map(({ peer$ }) => peer$));
      for (const stage of stages) peers = peers.pipe(stage);
      const serving = peers.pipe(topics({ numbers })).subscribe();
      atTestEnd(() => serving.unsubscribe());
      for (const { receive } of clients) receive({ kind: 'subscribe', id: 1, key: 'numbers', topic: 'numbers' });
      const got = () => clients.map(({ sent }) => sent.filter(({ kind }) => kind === 'notification').length);
      return { clients, got, pulled: () => pulled };
    };
    const turns = (ms = 40): Promise<void> => new Promise((resolve) => timer(ms).subscribe(() => resolve()));
    afterEach(cleanUp);

    for (const policy of [undefined, 'pause'] as const)
      it(`S9: asks for no more while its only listeners are behind, and goes on with nothing lost (${policy ?? 'no stage'})`, async () => {
        const { clients, got, pulled } = scene(policy, 2);
        for (const client of clients) client.stall();
        await turns();
        const [first] = got();
        const before = pulled();
        expect(before).to.be.within(15, 110);
        await turns();
        expect([pulled(), got()]).to.deep.equal([before, [first, first]]);
        for (const client of clients) client.resume();
        await until(() => got()[0]! > before + 200);
        const offsets = clients[0]!.sent.flatMap((message) =>
          message.kind === 'notification' ? [message.position?.offset] : [],
        );
        expect(offsets).to.deep.equal(offsets.map((_offset, index) => index + 1));
      });

    it('S9: goes on for one that keeps up, and the slow one loses by its policy', async () => {
      const { clients, got, pulled } = scene('pause', 2);
      const [slow, fast] = clients as [(typeof clients)[0], (typeof clients)[0]];
      slow.stall();
      await until(() => got()[1]! > 500);
      expect(got()[1]).to.equal(pulled());
      expect(got()[0]).to.be.below(110);
      // Alone, it holds the producer back.
      fast.drop();
      const before = pulled();
      await turns();
      expect(pulled()).to.be.at.most(before + 33);
    });

    it('S9: goes on by policies that lose the oldest or conflate: late values are better there', async () => {
      const { clients, pulled } = scene('conflate', 1);
      clients[0]!.stall();
      await until(() => pulled() > 500);
    });
  });
});
