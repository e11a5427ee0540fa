import { expect } from 'chai';
import { defer, EMPTY, identity, merge, type Observable, of, Subject, timer } from 'rxjs';
import type { GatewayEvent } from '../../lib/events/gatewayEvent.js';
import { peerLink } from '../../lib/server/peerLink.js';
import type { SlowPolicy } from '../../lib/server/outboundLine.js';
import { slowConsumers } from '../../lib/server/slowConsumers.js';
import { createProducer, type Producer, type ProducerSetup, type Receiver } from '../../lib/server/topicProducer.js';
import { topics } from '../../lib/server/topics.js';
import { markSnapshot } from '../../lib/server/withSnapshot.js';
import { fakePeer as readingPeer } from '../../lib/testing/fakePeer.js';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { until } from '../support/until.js';
import { type FakePeer, fakePeer } from './fakePeer.js';

describe('createProducer', () => {
  let client: FakePeer;
  let reported: GatewayEvent[];
  let forgotten: number;
  beforeEach(() => {
    client = fakePeer();
    reported = [];
    forgotten = 0;
  });
  const producing = (produced: unknown, setup: Partial<ProducerSetup> = {}): Producer & { release(): void } =>
    createProducer({
      ...{ name: 't', produced, epoch: 'e', linger: 0, outgoing: identity },
      report: (event) => reported.push(event),
      forget: () => forgotten++,
      ...setup,
    });
  const receiver = (lines: string[], { peer } = client, since = 0): Receiver => ({
    ...{ session: peer, link: peerLink(peer), since },
    ended: () => lines.push('|'),
  });
  /** What a new peer gets of a producer. */
  const told = (producer: Producer, since = 0): string[] => {
    const lines: string[] = [];
    const other = fakePeer(2);
    other.frames.subscribe(({ data, position }) => lines.push(`${String(data)} at ${position?.offset ?? 'none'}`));
    producer.add(receiver(lines, other, since));
    return lines;
  };

  it('numbers values from 1, under its epoch, and stands at 0 before the first', () => {
    const producer = producing(of('a', 'b'));
    expect(producer.position).to.deep.equal({ epoch: 'e', offset: 0 });
    expect(told(producer)).to.deep.equal(['a at 1', 'b at 2', '|']);
    expect(producer.position).to.deep.equal({ epoch: 'e', offset: 2 });
    expect(forgotten).to.equal(1);
  });

  it('gives a receiver nothing up to the position that it was told', () => {
    const values = new Subject<string>();
    const producer = producing(values);
    const early = told(producer);
    const late = told(producer, 1);
    values.next('a');
    values.next('b');
    expect([early, late]).to.deep.equal([['a at 1', 'b at 2'], ['b at 2']]);
  });

  it('delivers a value to all before the next, also one that is produced on the way', () => {
    const values = new Subject<string>();
    const producer = producing(values);
    client.frames.subscribe(({ data }) => {
      if (data === 'a') values.next('echo');
    });
    producer.add(receiver([]));
    const lines = told(producer);
    values.next('a');
    expect(lines).to.deep.equal(['a at 1', 'echo at 2']);
  });

  it('is released with the last receiver, or by who made it, and forgotten once', () => {
    const values = new Subject<string>();
    for (const leave of [
      (producer: Producer, mine: Receiver) => producer.remove(mine),
      ({ release }: { release(): void }) => release(),
    ]) {
      forgotten = 0;
      const producer = producing(values);
      const mine = receiver([]);
      producer.add(mine);
      expect([values.observed, forgotten]).to.deep.equal([true, 0]);
      leave(producer, mine);
      producer.release();
      expect([values.observed, forgotten]).to.deep.equal([false, 1]);
    }
  });

  it('sends each later receiver a snapshot first', () => {
    const values = new Subject<string>();
    const producer = producing(markSnapshot(values, of('all')));
    const early = told(producer);
    values.next('a');
    const late = told(producer);
    values.next('b');
    expect([early, late]).to.deep.equal([
      ['a at 1', 'b at 2'],
      ['all at none', 'b at 2'],
    ]);
  });

  it('ends the topic for a receiver whose snapshot does not come, and for no other', () => {
    const values = new Subject<string>();
    const producer = producing(markSnapshot(values, EMPTY));
    const early = told(producer);
    const late = told(producer);
    values.next('a');
    expect([early, late]).to.deep.equal([['a at 1'], ['|']]);
    expect(reported).to.deep.equal([]);
  });

  it('sends one snapshot to a receiver that asks again before it came', () => {
    const snapshots = [new Subject<string>(), new Subject<string>()];
    const asked: Observable<string>[] = [...snapshots];
    const producer = producing(
      markSnapshot(
        new Subject(),
        defer(() => asked.shift() ?? EMPTY),
      ),
    );
    told(producer);
    const mine = receiver([]);
    producer.add(mine);
    producer.add(mine);
    expect(snapshots.map(({ observed }) => observed)).to.deep.equal([false, true]);
    snapshots[1]?.next('all');
    expect(client.sent.map(({ data }) => data)).to.deep.equal(['all']);
  });

  it('asks for no snapshot any more when its receiver has left', () => {
    const values = new Subject<string>();
    const snapshot = new Subject<string>();
    const producer = producing(markSnapshot(values, snapshot));
    told(producer);
    const mine = receiver([]);
    producer.add(mine);
    expect(snapshot.observed).to.equal(true);
    producer.remove(mine);
    expect(snapshot.observed).to.equal(false);
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
