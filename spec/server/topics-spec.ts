import { expect } from 'chai';
import { concat, EMPTY, NEVER, Observable, of, Subject, throwError } from 'rxjs';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { HeartbeatTimeoutError, SubscriptionRejectedError } from '../../lib/errors/gatewayErrors.js';
import { commandNotify } from '../../lib/protocols/commandNotify.js';
import type { Protocol } from '../../lib/protocols/protocol.js';
import type { AuthorizeTopic, TopicHandler } from '../../lib/server/topicHandler.js';
import { createRooms } from '../../lib/server/createRooms.js';
import type { Peer } from '../../lib/server/peer.js';
import { peerLink } from '../../lib/server/peerLink.js';
import { prometheusText } from '../../lib/server/prometheusText.js';
import { createServerCounters } from '../../lib/server/serverCounters.js';
import { sampleServerMetrics } from '../../lib/server/serverMetrics.js';
import { topics } from '../../lib/server/topics.js';
import { withSnapshot } from '../../lib/server/withSnapshot.js';
import { fakeSession } from '../../lib/testing/fakeSession.js';
import { type FakePeer, fakePeer } from './fakePeer.js';

// Epochs come from here: 0.5 × 2³² in base 36.
const random = () => 0.5;
const epoch = 'zik0zk';
const at = (offset: number) => ({ epoch, offset });

/** A producer that a test feeds, and counts the subscriptions of. */
const feed = () => {
  const source = new Subject<unknown>();
  const counts = { started: 0, running: 0 };
  const values = new Observable<unknown>((subscriber) => {
    counts.started++;
    counts.running++;
    subscriber.add(() => counts.running--);
    return source.subscribe(subscriber);
  });
  return { source, counts, values };
};

describe('topics', () => {
  let one: FakePeer;
  let two: FakePeer;
  const join = (client: FakePeer, id: string, topic: string, params?: unknown) =>
    client.receive({ type: 'SUBSCRIBE', id, topic, params });
  const leave = (client: FakePeer, id: string, topic: string) => client.receive({ type: 'UNSUBSCRIBE', id, topic });
  /** Both peers are served by one subscription of the stage. */
  const serving = (handlers: Readonly<Record<string, TopicHandler>>) =>
    of(one.peer, two.peer)
      .pipe((peers) => concat(peers, NEVER), topics(handlers, { random }))
      .subscribe();
  const ack = (id: string, topic: string, offset = 0) => ({ type: 'ACK', id, topic, position: at(offset) });
  const notify = (topic: string, data: unknown, offset: number) => ({ type: 'NOTIFY', topic, data, position: at(offset) });

  beforeEach(() => {
    one = fakePeer(1);
    two = fakePeer(2);
  });

  it('S7: confirms a subscribe under the concrete name, and numbers what is produced', () => {
    const bars = feed();
    serving({ bars: () => bars.values });
    join(one, 'a', 'bars');
    bars.source.next('x');
    bars.source.next('y');
    expect(one.sent).to.deep.equal([ack('a', 'bars'), notify('bars', 'x', 1), notify('bars', 'y', 2)]);
  });

  it('refuses params that are nested too deeply for the stack, and goes on', () => {
    serving({ bars: () => NEVER });
    const codes = new Set<unknown>();
    // Where the stack ends depends on the machine: somewhere in there.
    for (let depth = 500; depth <= 10_000; depth += 500) {
      const params = `${'['.repeat(depth)}${']'.repeat(depth)}`;
      one.receive(`{"type":"SUBSCRIBE","id":"${depth}","topic":"bars","params":${params}}`);
      const { id, type, code } = one.sent.at(-1) ?? {};
      if (id === `${depth}`) codes.add(code ?? type);
    }
    expect([...codes]).to.deep.equal(['ACK', 'INVALID_DATA']);
    join(one, 'a', 'bars');
    expect(one.sent.at(-1)).to.deep.equal(ack('a', 'bars'));
  });

  it('gives the parameters of the template to the handler, and the peer', () => {
    const told: unknown[] = [];
    serving({
      'bars:{symbol}:{resolution}': (named, context) => {
        told.push(named, context);
        return NEVER;
      },
    });
    join(one, 'a', 'bars:S%3AP:1D');
    expect(told).to.deep.equal([
      { symbol: 'S:P', resolution: '1D' },
      { peer: one.peer, topic: 'bars:S%3AP:1D', params: undefined },
    ]);
    expect(one.sent).to.deep.equal([ack('a', 'bars:S%3AP:1D')]);
  });

  it('takes params for a part of the name: other params are another topic', () => {
    const asked: unknown[] = [];
    const feeds = [feed(), feed()];
    serving({
      bars: (_named, { params }) => {
        asked.push(params);
        return feeds[asked.length - 1]!.values;
      },
    });
    join(one, 'a', 'bars', { symbol: 'A' });
    join(one, 'b', 'bars', { symbol: 'B' });
    feeds[0]!.source.next(1);
    feeds[1]!.source.next(2);
    expect(asked).to.deep.equal([{ symbol: 'A' }, { symbol: 'B' }]);
    expect(one.sent.slice(2)).to.deep.equal([notify('bars {"symbol":"A"}', 1, 1), notify('bars {"symbol":"B"}', 2, 1)]);
    leave(one, 'b', 'bars');
    expect(feeds.map(({ counts }) => counts.running)).to.deep.equal([1, 0]);
  });

  it('takes an async iterable for a producer', async () => {
    serving({
      count: async function* () {
        yield 1;
        yield 2;
      },
    });
    join(one, 'a', 'count');
    await one.frame(({ type }) => type === 'ENDED');
    expect(one.sent).to.deep.equal([
      ack('a', 'count'),
      notify('count', 1, 1),
      notify('count', 2, 2),
      { type: 'ENDED', topic: 'count' },
    ]);
  });

  describe('a producer', () => {
    it('S7: is shared: it is asked for once, and a later peer is told where it stands', () => {
      const bars = feed();
      let asked = 0;
      serving({ bars: () => (asked++, bars.values) });
      join(one, 'a', 'bars');
      bars.source.next('x');
      join(two, 'b', 'bars');
      bars.source.next('y');
      expect([asked, bars.counts.started]).to.deep.equal([1, 1]);
      expect(two.sent).to.deep.equal([ack('b', 'bars', 1), notify('bars', 'y', 2)]);
    });

    it('is released with the last peer that leaves, and made anew for the next', () => {
      const bars = feed();
      serving({ bars: () => bars.values });
      join(one, 'a', 'bars');
      join(two, 'b', 'bars');
      leave(one, 'a', 'bars');
      expect(bars.counts.running).to.equal(1);
      leave(two, 'b', 'bars');
      expect(bars.counts.running).to.equal(0);
      join(one, 'c', 'bars');
      bars.source.next('x');
      expect(bars.counts.started).to.equal(2);
      expect(one.sent.at(-1)).to.deep.equal(notify('bars', 'x', 1));
    });

    it('S7: is released with the last peer that disconnects', () => {
      const bars = feed();
      serving({ bars: () => bars.values });
      join(one, 'a', 'bars');
      join(two, 'b', 'bars');
      one.disconnect();
      expect(bars.counts.running).to.equal(1);
      two.disconnect();
      expect(bars.counts.running).to.equal(0);
    });

    it('is released when the stage is unsubscribed; later subscribes are refused', () => {
      const bars = feed();
      const stage = serving({ bars: () => bars.values });
      join(one, 'a', 'bars');
      stage.unsubscribe();
      expect(bars.counts.running).to.equal(0);
      join(one, 'b', 'bars');
      expect(one.sent.at(-1)).to.include({ type: 'NACK', id: 'b', code: 'UNKNOWN_TOPIC' });
    });

    it('whose release throws is reported, and costs nobody anything: neither on an unsubscribe nor on a disconnect', () => {
      const thrower = () => {
        throw new Error('teardown');
      };
      serving({ stuck: () => new Observable(() => thrower) });
      join(one, 'a', 'stuck');
      leave(one, 'a', 'stuck');
      join(one, 'b', 'stuck');
      one.disconnect();
      expect(one.failures.map(({ hook, cause }) => [hook, cause.errors[0].message])).to.deep.equal([
        ['stuck', 'teardown'],
        ['stuck', 'teardown'],
      ]);
    });

    it('gets a new epoch when it is made anew', () => {
      const draws = [0.25, 0.75];
      const clients = of(one.peer, two.peer);
      concat(clients, NEVER)
        .pipe(topics({ bars: () => NEVER }, { random: () => draws.shift()! }))
        .subscribe();
      join(one, 'a', 'bars');
      leave(one, 'a', 'bars');
      join(one, 'b', 'bars');
      const [first, second] = one.sent.map(({ position }) => position);
      expect(first.epoch).to.be.a('string').that.is.not.equal(second.epoch);
      expect([first.offset, second.offset]).to.deep.equal([0, 0]);
    });

    it('numbers a value once, though another is produced while it is delivered', () => {
      const bars = feed();
      serving({ bars: () => bars.values });
      join(one, 'a', 'bars');
      join(two, 'b', 'bars');
      one.frames.subscribe(({ data }) => {
        if (data === 'x') bars.source.next('echo of x');
      });
      bars.source.next('x');
      for (const client of [one, two])
        expect(client.sent).to.deep.include.members([notify('bars', 'x', 1), notify('bars', 'echo of x', 2)]);
    });
  });

  describe('a permission', () => {
    const asking = (authorize: AuthorizeTopic, handlers: Readonly<Record<string, TopicHandler>>) =>
      of(one.peer, two.peer)
        .pipe((peers) => concat(peers, NEVER), topics(handlers, { random, authorize }))
        .subscribe();

    it('is asked for every subscribe, with the canonical name, before the producer is', () => {
      const log: unknown[] = [];
      const bars: TopicHandler = () => {
        log.push('produced');
        return NEVER;
      };
      asking((topic, request) => log.push([topic, request]) > 0, { 'bars:{symbol}': bars });
      join(one, 'a', 'bars:%41', { n: 1 });
      join(two, 'b', 'bars:A', { n: 1 });
      const request = { named: { symbol: 'A' }, params: { n: 1 } };
      expect(log).to.deep.equal([
        ['bars:A {"n":1}', { peer: one.peer, ...request }],
        'produced',
        ['bars:A {"n":1}', { peer: two.peer, ...request }],
      ]);
      expect([one.sent, two.sent]).to.deep.equal([[ack('a', 'bars:A {"n":1}')], [ack('b', 'bars:A {"n":1}')]]);
    });

    it('is not evaded by params that read like the end of another name', () => {
      const secrets = feed();
      const asked: unknown[] = [];
      const handlers = { 'inbox:{user}': ({ user }: Readonly<Record<string, string>>) => (asked.push(user), secrets.values) };
      const authorize: AuthorizeTopic = (_topic, { peer, named }) => named['user'] === (peer === one.peer ? 'ann 2' : 'ann');
      concat(of(one.peer, two.peer), NEVER).pipe(topics(handlers, { random, authorize })).subscribe();
      join(one, 'a', 'inbox:ann 2');
      join(two, 'b', 'inbox:ann', 2);
      expect(asked).to.deep.equal(['ann 2', 'ann']);
      expect([one, two].map(({ sent }) => sent[0]?.['topic'])).to.deep.equal(['inbox:ann%202', 'inbox:ann 2']);
    });

    it('that is not given refuses with FORBIDDEN; the peer gets nothing, and a peer that may listen all', () => {
      const bars = feed();
      asking((_topic, { peer }) => peer === two.peer, { bars: () => bars.values });
      join(one, 'a', 'bars');
      expect(bars.counts.started).to.equal(0);
      join(two, 'b', 'bars');
      bars.source.next('x');
      expect(one.sent).to.deep.equal([{ type: 'NACK', id: 'a', code: 'FORBIDDEN', error: 'topic "bars" is not open to you' }]);
      expect(two.sent).to.deep.equal([ack('b', 'bars'), notify('bars', 'x', 1)]);
    });

    it('may come as a promise or an observable; only true allows', async () => {
      asking((topic) => ({ a: Promise.resolve(true), b: of(true), c: EMPTY, d: 'yes' as never })[topic]!, {
        '{name}': () => NEVER,
      });
      for (const topic of ['a', 'b', 'c', 'd']) join(one, topic, topic);
      await one.frame(({ id }) => id === 'a');
      expect(one.sent.map(({ id, type }) => `${id} ${type}`)).to.have.members(['a ACK', 'b ACK', 'c NACK', 'd NACK']);
    });

    it('grants nothing when it comes after the peer unsubscribed, asked anew with the same id, or left', () => {
      const answers = new Map<string, Subject<boolean>>();
      const bars = feed();
      const authorize = (topic: string) => {
        const answer = new Subject<boolean>();
        answers.set(topic, answer);
        return answer;
      };
      asking(authorize, { '{name}': () => bars.values });
      join(one, '1', 'a');
      leave(one, '1', 'a');
      join(one, '2', 'b');
      join(one, '2', 'c');
      join(two, '3', 'd');
      two.disconnect();
      expect([...answers].filter(([, answer]) => answer.observed).map(([topic]) => topic)).to.deep.equal(['c']);
      for (const answer of answers.values()) answer.next(true);
      expect(one.sent).to.deep.equal([ack('2', 'c')]);
      expect(bars.counts.running).to.equal(1);
      leave(one, '2', 'c');
      expect(bars.counts.running).to.equal(0);
    });

    it('whose release throws is reported, and costs nobody anything', () => {
      const thrower = () => {
        throw new Error('teardown');
      };
      of(one.peer)
        .pipe(
          (peers) => concat(peers, NEVER),
          topics({ t: () => NEVER }, { authorize: () => new Observable<boolean>(() => thrower) }),
        )
        .subscribe();
      join(one, 'a', 't');
      leave(one, 'a', 't');
      expect(one.failures.map(({ hook, cause }) => [hook, cause.errors[0].message])).to.deep.equal([['t', 'teardown']]);
    });

    it('that fails refuses: as a SubscriptionRejectedError says, or as INTERNAL_ERROR, reported', () => {
      const error = new Error('secret');
      asking(
        (topic) => {
          throw topic === 'a' ? new SubscriptionRejectedError('a', 'PAY', undefined, { detail: 'first' }) : error;
        },
        { '{name}': () => NEVER },
      );
      join(one, '1', 'a');
      join(one, '2', 'b');
      expect(one.sent).to.deep.equal([
        { type: 'NACK', id: '1', code: 'PAY', error: 'first' },
        { type: 'NACK', id: '2', code: 'INTERNAL_ERROR', error: 'the topic failed' },
      ]);
      expect(one.failures).to.deep.equal([{ type: 'hookFailed', hook: 'b', cause: error }]);
    });
  });

  describe('with a linger', () => {
    let clock: SinonFakeTimers;
    beforeEach(() => {
      clock = useFakeTimers();
    });
    afterEach(() => clock.restore());
    const lingering = (handlers: Readonly<Record<string, TopicHandler>>) =>
      of(one.peer, two.peer)
        .pipe((peers) => concat(peers, NEVER), topics(handlers, { random, linger: 100 }))
        .subscribe();

    it('S7: a producer outlives its last peer by so long, and goes on counting', () => {
      const bars = feed();
      lingering({ bars: () => bars.values });
      join(one, 'a', 'bars');
      one.disconnect();
      bars.source.next('nobody hears');
      clock.tick(99);
      join(two, 'b', 'bars');
      bars.source.next('x');
      expect(two.sent).to.deep.equal([ack('b', 'bars', 1), notify('bars', 'x', 2)]);
      clock.tick(1_000);
      expect(bars.counts).to.deep.equal({ started: 1, running: 1 });
      leave(two, 'b', 'bars');
      clock.tick(99);
      expect(bars.counts.running).to.equal(1);
      clock.tick(1);
      expect(bars.counts.running).to.equal(0);
    });

    it('a producer is released at once when the stage is unsubscribed from, and no timer is left', () => {
      const bars = feed();
      const stage = lingering({ bars: () => bars.values });
      join(one, 'a', 'bars');
      leave(one, 'a', 'bars');
      stage.unsubscribe();
      expect([bars.counts.running, clock.countTimers()]).to.deep.equal([0, 0]);
    });

    it('a producer that ends meanwhile is made anew for the next peer', () => {
      const feeds = [feed(), feed()];
      let asked = 0;
      lingering({ bars: () => feeds[asked++]!.values });
      join(one, 'a', 'bars');
      leave(one, 'a', 'bars');
      feeds[0]!.source.complete();
      join(one, 'b', 'bars');
      expect([asked, clock.countTimers()]).to.deep.equal([2, 0]);
    });
  });

  it('encodes a value once for all peers of a protocol', () => {
    const { server, ...native } = commandNotify();
    let encoded = 0;
    const protocol: Protocol = {
      ...native,
      server: () => {
        const codec = server!();
        return { ...codec, encode: (message) => (encoded++, codec.encode(message)) };
      },
    };
    const bars = feed();
    const clients = [1, 2, 3, 4].map((id) => fakePeer(id, { protocol }));
    of(...clients.map(({ peer }) => peer))
      .pipe((peers) => concat(peers, NEVER), topics({ bars: () => bars.values }, { random }))
      .subscribe();
    for (const client of clients) join(client, 'a', 'bars');
    encoded = 0;
    bars.source.next('x');
    bars.source.next('y');
    expect(encoded).to.equal(2);
    for (const { sent } of clients) expect(sent.slice(1)).to.deep.equal([notify('bars', 'x', 1), notify('bars', 'y', 2)]);
  });

  it('bounds the topics of a peer: granted, or waiting for a permission', () => {
    const authorize = (topic: string) => (topic === 'b' ? NEVER : true);
    one.through(topics({ '{name}': () => NEVER }, { random, authorize, maxTopics: 2 }));
    for (const topic of ['a', 'b', 'c']) join(one, topic, topic);
    leave(one, 'b', 'b');
    join(one, 'd', 'd');
    expect(one.sent.map(({ id, type, code = '' }) => `${id} ${type} ${code}`)).to.deep.equal([
      'a ACK ',
      'c NACK TOO_MANY_TOPICS',
      'd ACK ',
    ]);
  });

  it('counts who listens, once per peer and topic, down to none: left, ended, crashed, refused or unsubscribed', () => {
    const counters = createServerCounters();
    one = fakePeer(1, { counters });
    two = fakePeer(2, { counters });
    const ends = new Subject<unknown>();
    const stage = serving({
      bars: () => NEVER,
      ends: () => ends,
      done: () => of(1),
      fails: () => throwError(() => new Error('x')),
    });
    const seen = (act: () => void) => {
      act();
      return sampleServerMetrics({ counters }).subscriptions;
    };
    expect(
      [
        () => join(one, 'a', 'bars'),
        () => join(one, 'b', 'bars'),
        () => join(two, 'a', 'bars'),
        () => join(one, 'c', 'ends'),
        () => join(two, 'c', 'ends'),
        () => join(one, 'd', 'nothing'),
        () => join(one, 'd', 'done'),
        () => join(one, 'd', 'fails'),
        () => leave(one, 'a', 'bars'),
        () => leave(one, 'b', 'bars'),
        () => ends.complete(),
        () => join(one, 'a', 'bars'),
        () => join(one, 'e', 'bars'),
        () => two.disconnect(),
        () => stage.unsubscribe(),
      ].map(seen),
    ).to.deep.equal([1, 1, 2, 3, 4, 4, 4, 4, 4, 3, 1, 2, 2, 1, 0]);
    expect(prometheusText(sampleServerMetrics({ counters }))).to.match(/^rxgate_topic_subscriptions 0$/m);
  });

  it('releases a producer whose handler ended the peer that asked', () => {
    const counters = createServerCounters();
    one = fakePeer(1, { counters });
    const bars = feed();
    serving({
      bars: (_named, { peer }) => {
        peer.terminate(new HeartbeatTimeoutError(1));
        return bars.values;
      },
    });
    join(one, 'a', 'bars');
    expect(bars.counts.running).to.equal(0);
    expect(counters.subscriptions).to.equal(0);
    expect(one.sent).to.deep.equal([]);
  });

  it('reports a failed producer once, however many peers listen', () => {
    const bars = feed();
    serving({ bars: () => bars.values });
    join(one, 'a', 'bars');
    join(two, 'b', 'bars');
    bars.source.error('broken');
    expect([...one.failures, ...two.failures]).to.have.length(1);
    for (const client of [one, two]) expect(client.sent.at(-1)).to.deep.equal({ type: 'ENDED', topic: 'bars' });
  });

  it('serves what a client asks of a session as well', () => {
    const { session$, receive, sent } = fakeSession();
    const bars = feed();
    const serving = session$.pipe(topics({ bars: () => bars.values }, { random })).subscribe();
    receive({ kind: 'subscribe', id: 'a', key: 'bars', topic: 'bars' });
    bars.source.next('x');
    expect(sent.map(({ kind }) => kind)).to.deep.equal(['confirmation', 'notification']);
    serving.unsubscribe();
    expect(bars.counts.running).to.equal(0);
  });

  describe('a peer that asks for a topic twice', () => {
    it('gets one copy of each notification', () => {
      const bars = feed();
      serving({ bars: () => bars.values });
      join(one, 'a', 'bars');
      join(one, 'b', 'bars');
      bars.source.next('x');
      expect(one.sent).to.deep.equal([ack('a', 'bars'), ack('b', 'bars'), notify('bars', 'x', 1)]);
    });

    it('is served until it left twice', () => {
      const bars = feed();
      serving({ bars: () => bars.values });
      join(one, 'a', 'bars');
      join(one, 'b', 'bars');
      leave(one, 'a', 'bars');
      leave(one, 'a', 'bars');
      expect(bars.counts.running).to.equal(1);
      leave(one, 'b', 'bars');
      expect(bars.counts.running).to.equal(0);
    });

    it('with the same id leaves the former topic', () => {
      const bars = feed();
      const news = feed();
      serving({ bars: () => bars.values, news: () => news.values });
      join(one, 'a', 'bars');
      join(one, 'a', 'news');
      expect([bars.counts.running, news.counts.running]).to.deep.equal([0, 1]);
    });
  });

  describe('with snapshots', () => {
    const scene = () => {
      const changes = new Subject<string>();
      const all: string[] = [];
      let broken = false;
      const snapshot = () => {
        if (broken) throw new Error('broken');
        return [...all];
      };
      const change = (value: string): void => {
        all.push(value);
        changes.next(value);
      };
      serving({ list: () => withSnapshot(snapshot, changes) });
      return { changes, change, breakIt: () => (broken = true) };
    };
    const shown = (data: unknown) => ({ type: 'NOTIFY', topic: 'list', data });

    it('each peer begins with its own, and gets the changes that come after it', () => {
      const { change, changes } = scene();
      join(one, 'a', 'list');
      change('x');
      join(two, 'b', 'list');
      change('y');
      expect(one.sent).to.deep.equal([ack('a', 'list'), notify('list', [], 1), notify('list', 'x', 2), notify('list', 'y', 3)]);
      expect(two.sent).to.deep.equal([ack('b', 'list', 2), shown(['x']), notify('list', 'y', 3)]);
      leave(one, 'a', 'list');
      expect(changes.observed).to.equal(true);
      leave(two, 'b', 'list');
      expect(changes.observed).to.equal(false);
    });

    it('a peer that asks again gets another one', () => {
      const { change } = scene();
      join(one, 'a', 'list');
      change('x');
      join(one, 'b', 'list');
      change('y');
      expect(one.sent.slice(3)).to.deep.equal([ack('b', 'list', 2), shown(['x']), notify('list', 'y', 3)]);
      leave(one, 'a', 'list');
      leave(one, 'b', 'list');
      expect(peerLink(one.peer).counters.drops.unhandled).to.equal(0);
    });

    it('one that fails is reported, and ends the topic for that peer', () => {
      const { change, breakIt } = scene();
      join(one, 'a', 'list');
      breakIt();
      join(two, 'b', 'list');
      change('x');
      expect(two.sent).to.deep.equal([ack('b', 'list', 1), { type: 'ENDED', topic: 'list' }]);
      expect(one.sent.at(-1)).to.deep.equal(notify('list', 'x', 2));
      expect(one.failures.map(({ hook, cause }) => [hook, cause.message])).to.deep.equal([['list', 'broken']]);
    });

    it('S8: each peer of a presence begins with who is there, and goes on with joins and leaves', () => {
      const rooms = createRooms();
      const meta = ({ id }: Peer) => id * 10;
      serving({ 'who:{room}': ({ room = '' }) => rooms.presence(room, { meta }) });
      const enter = (client: FakePeer): void => {
        of(client.peer)
          .pipe((peers) => concat(peers, NEVER), rooms.track())
          .subscribe();
        rooms.join(client.peer, 'lobby');
      };
      const [ann, bob] = [fakePeer(7, { user: 'ann' }), fakePeer(8, { user: 'bob' })];
      const entry = (id: number) => [{ id: `${id}`, meta: id * 10 }];
      join(one, 'a', 'who:lobby');
      enter(ann);
      join(two, 'b', 'who:lobby');
      enter(bob);
      ann.disconnect();
      const dataOf = (client: FakePeer) => client.sent.filter(({ type }) => type === 'NOTIFY').map(({ data }) => data);
      const changes = [
        { type: 'change', joins: { ann: entry(7) }, leaves: {} },
        { type: 'change', joins: { bob: entry(8) }, leaves: {} },
        { type: 'change', joins: {}, leaves: { ann: entry(7) } },
      ];
      expect(dataOf(one)).to.deep.equal([{ type: 'snapshot', users: {} }, ...changes]);
      expect(dataOf(two)).to.deep.equal([{ type: 'snapshot', users: { ann: entry(7) } }, ...changes.slice(1)]);
    });

    it('a peer that comes in the middle of a change is told of nothing twice, and misses nothing', () => {
      const rooms = createRooms();
      const lobby$ = rooms.presence('lobby');
      serving({ who: () => lobby$ });
      const clients = ['ann', 'bob', 'eve'].map((user, index) => fakePeer(index + 7, { user }));
      for (const { peer } of clients)
        of(peer)
          .pipe((peers) => concat(peers, NEVER), rooms.track())
          .subscribe();
      const [ann, bob, eve] = clients.map(({ peer }) => peer);
      // Hears of each change before the topic does.
      lobby$.subscribe((event) => {
        if (event.type !== 'change' || !('ann' in event.joins)) return;
        rooms.join(bob!, 'lobby');
        join(two, 'b', 'who');
        rooms.join(eve!, 'lobby');
      });
      join(one, 'a', 'who');
      rooms.join(ann!, 'lobby');
      const dataOf = (client: FakePeer) => client.sent.filter(({ type }) => type === 'NOTIFY').map(({ data }) => data);
      const present = (data: any) => Object.keys(data.users ?? data.joins);
      expect(dataOf(one).map(present)).to.deep.equal([[], ['ann'], ['bob'], ['eve']]);
      const [first, ...later] = dataOf(two).map(present);
      expect([...first!, ...later.flat()]).to.deep.equal(['ann', 'bob', 'eve']);
    });
  });

  describe('a refusal', () => {
    it('is the answer to an unknown topic', () => {
      serving({ 'bars:{symbol}': () => NEVER });
      join(one, 'a', 'news');
      expect(one.sent).to.deep.equal([{ type: 'NACK', id: 'a', code: 'UNKNOWN_TOPIC', error: 'there is no topic "news"' }]);
    });

    it('is the answer where no stage serves topics', () => {
      one.through();
      join(one, 'a', 'news');
      expect(one.sent).to.deep.equal([{ type: 'NACK', id: 'a', code: 'UNKNOWN_TOPIC', error: 'there is no topic "news"' }]);
    });

    it('has code, text and data of a SubscriptionRejectedError that the handler throws', () => {
      serving({
        bars: () => {
          throw new SubscriptionRejectedError('bars', 'FORBIDDEN', { plan: 'free' }, { detail: 'not in your plan' });
        },
      });
      join(one, 'a', 'bars');
      expect(one.sent).to.deep.equal([
        { type: 'NACK', id: 'a', code: 'FORBIDDEN', error: 'not in your plan', data: { plan: 'free' } },
      ]);
      expect(one.failures).to.deep.equal([]);
    });

    it('goes without data that cannot be encoded, which is reported', () => {
      serving({
        bars: () => {
          throw new SubscriptionRejectedError('bars', 'FORBIDDEN', { plan: 1n }, { detail: 'not in your plan' });
        },
      });
      join(one, 'a', 'bars');
      expect(one.sent).to.deep.equal([{ type: 'NACK', id: 'a', code: 'FORBIDDEN', error: 'not in your plan' }]);
      expect(one.failures.map(({ hook, cause }) => [hook, cause.kind])).to.deep.equal([['bars', 'malformedMessage']]);
    });

    it('tells nothing of any other error, which is reported; the next subscribe asks the handler again', () => {
      const error = new Error('password=secret');
      let broken = true;
      serving({
        bars: () => {
          if (broken) throw error;
          return NEVER;
        },
      });
      join(one, 'a', 'bars');
      broken = false;
      join(one, 'b', 'bars');
      expect(one.sent).to.deep.equal([
        { type: 'NACK', id: 'a', code: 'INTERNAL_ERROR', error: 'the topic failed' },
        ack('b', 'bars'),
      ]);
      expect(one.failures).to.deep.equal([{ type: 'hookFailed', hook: 'bars', cause: error }]);
    });
  });

  describe('the end of a topic', () => {
    it('is told to all its peers when the producer completes; the next subscribe makes it anew', () => {
      const feeds = [feed(), feed()];
      let asked = 0;
      serving({ bars: () => feeds[asked++]!.values });
      join(one, 'a', 'bars');
      join(two, 'b', 'bars');
      feeds[0]!.source.complete();
      for (const client of [one, two]) expect(client.sent.at(-1)).to.deep.equal({ type: 'ENDED', topic: 'bars' });
      join(one, 'c', 'bars');
      feeds[1]!.source.next('x');
      expect(one.sent.slice(-2)).to.deep.equal([ack('c', 'bars'), notify('bars', 'x', 1)]);
    });

    it('is told when the producer errors, and the error is reported', () => {
      const error = new Error('broken');
      serving({
        bars: () =>
          concat(
            of(1),
            throwError(() => error),
          ),
      });
      join(one, 'a', 'bars');
      expect(one.sent).to.deep.equal([ack('a', 'bars'), notify('bars', 1, 1), { type: 'ENDED', topic: 'bars' }]);
      expect(one.failures).to.deep.equal([{ type: 'hookFailed', hook: 'bars', cause: error }]);
    });

    it('leaves nothing behind: a late unsubscribe of it is ignored', () => {
      const feeds = [feed(), feed()];
      let asked = 0;
      serving({ bars: () => feeds[asked++]!.values });
      join(one, 'a', 'bars');
      feeds[0]!.source.complete();
      join(one, 'b', 'bars');
      leave(one, 'a', 'bars');
      expect(feeds[1]!.counts.running).to.equal(1);
    });
  });

  it('costs only itself when a value cannot be encoded', () => {
    const bars = feed();
    serving({ bars: () => bars.values });
    join(one, 'a', 'bars');
    bars.source.next(1n);
    bars.source.next('y');
    expect(one.sent.slice(1)).to.deep.equal([notify('bars', 'y', 2)]);
    expect(one.failures.map(({ cause }) => cause.kind)).to.deep.equal(['malformedMessage']);
  });

  describe('several stages', () => {
    it('let an id that is asked with again stand for the new topic, whichever of them serves it', () => {
      const [bars, news] = [feed(), feed()];
      one.through(topics({ bars: () => bars.values }, { random }), topics({ news: () => news.values }, { random }));
      const running = () => [bars, news].map(({ counts }) => counts.running);
      join(one, 'a', 'bars');
      expect(running()).to.deep.equal([1, 0]);
      join(one, 'a', 'news');
      expect(running()).to.deep.equal([0, 1]);
      join(one, 'a', 'bars');
      expect(running()).to.deep.equal([1, 0]);
      leave(one, 'a', 'bars');
      expect(running()).to.deep.equal([0, 0]);
    });

    it('add up', () => {
      const bars = feed();
      one.through(topics({ bars: () => bars.values }, { random }), topics({ news: () => NEVER }, { random }));
      join(one, 'a', 'bars');
      join(one, 'b', 'news');
      join(one, 'c', 'other');
      expect(one.sent.map(({ type, id }) => [type, id])).to.deep.equal([
        ['ACK', 'a'],
        ['ACK', 'b'],
        ['NACK', 'c'],
      ]);
      leave(one, 'a', 'bars');
      expect(bars.counts.running).to.equal(0);
    });

    it('may be taken off and put on again on the same session', () => {
      const stage = one.through(topics({ bars: () => NEVER }, { random }));
      one.through(topics({ news: () => NEVER }, { random }));
      stage.unsubscribe();
      join(one, 'a', 'bars');
      join(one, 'b', 'news');
      one.through(topics({ bars: () => NEVER }, { random }));
      join(one, 'c', 'bars');
      expect(one.sent.map(({ type, id }) => [type, id])).to.deep.equal([
        ['NACK', 'a'],
        ['ACK', 'b'],
        ['ACK', 'c'],
      ]);
    });
  });

  it('throws a TypeError with the name of what is no function', () => {
    expect(() => topics({ 'bars:{symbol}': NEVER as never })).to.throw(TypeError, 'topics: bars:{symbol} must be a function');
    expect(() => topics({}, { random: 0.5 as never })).to.throw(TypeError, 'topics: random must be a function');
    expect(() => topics({}, { authorize: true as never })).to.throw(TypeError, 'topics: authorize must be a function');
    expect(() => topics({}, { linger: -1 })).to.throw(RangeError, 'topics: linger');
    expect(() => topics({}, { maxTopics: 0 })).to.throw(RangeError, 'topics: maxTopics');
    expect(() => topics(undefined as never)).to.throw(TypeError, 'topics: handlers must be an object');
  });

  it('refuses a name or params that are longer than the bounds, and what comes after is served', () => {
    serving({ 'bars:{symbol}': () => NEVER });
    const nack = (id: string, error: string) => ({ type: 'NACK', id, code: 'INVALID_DATA', error });
    join(one, 'a', `bars:${'x'.repeat(251)}`);
    join(one, 'b', `bars:${'x'.repeat(252)}`);
    join(one, 'c', 'bars:y', 'z'.repeat(4_095));
    expect(one.sent[0]).to.include({ type: 'ACK', id: 'a' });
    expect(one.sent.slice(1)).to.deep.equal([
      nack('b', 'the name is longer than 256 characters'),
      nack('c', 'the params are longer than 4096 characters'),
    ]);
    join(one, 'd', 'bars:y', 'z'.repeat(4_094));
    expect(one.sent.at(-1)).to.include({ type: 'ACK', id: 'd' });
  });

  it('takes the bounds of names and params as options', () => {
    one.through(topics({ '{name}': () => NEVER }, { maxNameLength: 3, maxParamsLength: 0 }));
    join(one, 'a', 'abc');
    join(one, 'b', 'abcd');
    join(one, 'c', 'abc', 1);
    expect(one.sent.map(({ type }) => type)).to.deep.equal(['ACK', 'NACK', 'NACK']);
    expect(() => topics({}, { maxNameLength: 0 })).to.throw(RangeError, 'topics: maxNameLength must');
    expect(() => topics({}, { maxParamsLength: -1 })).to.throw(RangeError, 'topics: maxParamsLength must');
  });
});
