import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { expect } from 'chai';
import { map, mergeAll, NEVER, Observable, of, Subject, takeUntil, throwError } from 'rxjs';
import { contract } from '../../lib/contract/contract.js';
import type { GatewayEvent } from '../../lib/events/gatewayEvent.js';
import type { Peer } from '../../lib/server/peer.js';
import { peerLink } from '../../lib/server/peerLink.js';
import { servedContract } from '../../lib/server/servedContract.js';
import type { TopicHandler } from '../../lib/server/topicHandler.js';
import type { Producer, Receiver } from '../../lib/server/topicProducer.js';
import { createProducers } from '../../lib/server/topicProducers.js';
import { topics } from '../../lib/server/topics.js';
import { fakePeer as readingPeer } from '../../lib/testing/fakePeer.js';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { type FakePeer, fakePeer } from './fakePeer.js';

const Told: StandardSchemaV1<unknown, unknown> = {
  '~standard': { version: 1, vendor: 'spec', validate: (value) => ({ value }) },
};

describe('createProducers', () => {
  let client: FakePeer;
  beforeEach(() => {
    client = fakePeer();
  });
  afterEach(cleanUp);
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

  const promised = servedContract('spec', contract({ commands: {}, topics: { 'all:{name}': { data: Told } } }), undefined);
  for (const [what, served] of [
    ['', undefined],
    [', with a contract', promised],
  ] as const)
    it(`keeps nothing of who asked first when it has left and others go on to listen${what}`, async () => {
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
        if (served) peerLink(peer.peer).contract = served;
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
});
