import { expect } from 'chai';
import { type Observer, Subject } from 'rxjs';
import { commands } from '../../lib/server/commands.js';
import { createDrain, type DrainOptions } from '../../lib/server/createDrain.js';
import { drainHandle, type DrainProgress } from '../../lib/server/drain.js';
import { peerLink } from '../../lib/server/peerLink.js';
import { type VirtualTime, virtualTime } from '../testing/virtualTime.js';
import { type FakePeer, fakePeer } from './fakePeer.js';

interface Scene extends VirtualTime {
  /** Peers whose client answers a close at once, unless it is told not to. */
  readonly peers: readonly FakePeer[];
  /** When a close handshake began: ms, index, code. */
  readonly closes: readonly (readonly [ms: number, peer: number, code: number])[];
  readonly progress: readonly DrainProgress[];
  begin(): void;
  readonly finished: readonly number[];
}

describe('createDrain', () => {
  const middle = (): number => 0.5;

  const scene = (count: number, options: DrainOptions, act: (scene: Scene) => void, deaf = false): void => {
    virtualTime((time) => {
      const closes: [number, number, number][] = [];
      const progress: DrainProgress[] = [];
      const finished: number[] = [];
      const peers = Array.from({ length: count }, (_none, index) =>
        fakePeer(index, {
          closing: (code) => {
            closes.push([time.now(), index, code]);
            if (!deaf) peers[index]?.disconnect();
          },
        }),
      );
      const drain = createDrain({ random: middle, ...options });
      drain[drainHandle].add({ peers: () => peers.map(({ peer }) => peer), finish: () => finished.push(time.now()) });
      const watch: Partial<Observer<DrainProgress>> = {
        next: (value) => void progress.push(value),
        complete: () => finished.push(-1),
      };
      act({ ...time, ...{ peers, closes, progress, finished }, begin: () => void drain.begin().subscribe(watch) });
    });
  };

  it('S12: closes the peers with 1012, each in its part of the window, and completes with the last', () => {
    scene(4, { window: 1_000 }, ({ begin, flush, closes, progress, finished }) => {
      begin();
      flush();
      expect(closes).to.deep.equal([
        [125, 0, 1012],
        [375, 1, 1012],
        [625, 2, 1012],
        [875, 3, 1012],
      ]);
      expect(progress.map(({ peers, closed }) => [peers, closed])).to.deep.equal([4, 3, 2, 1, 0].map((left) => [left, 4 - left]));
      expect(finished).to.deep.equal([875, -1]);
    });
  });

  it('S12: takes moments that are random, but none outside of its part', () => {
    const draws = [0, 0.999, 0.25];
    scene(3, { window: 300, random: () => draws.shift() ?? 0.5 }, ({ begin, flush, closes }) => {
      begin();
      flush();
      expect(closes.map(([ms]) => Math.round(ms))).to.deep.equal([0, 200, 225]);
    });
  });

  it('closes all at once where the window is 0', () => {
    scene(3, { window: 0 }, ({ begin, flush, closes, finished }) => {
      begin();
      flush();
      expect(closes.map(([ms]) => ms)).to.deep.equal([0, 0, 0]);
      expect(finished).to.deep.equal([0, -1]);
    });
  });

  it('S12: lets running requests finish, closes then, and refuses new ones with advice', () => {
    scene(1, { window: 100, retryAfter: 700 }, ({ begin, acts, flush, peers, closes, progress }) => {
      const [peer] = peers as [FakePeer];
      const work = new Subject<string>();
      peer.through(commands({ work: () => work }));
      peer.receive({ id: '1', command: 'work' });
      begin();
      acts('10ms a 199ms b', {
        a: () => peer.receive({ id: '2', command: 'work' }),
        b: () => work.next('done'),
      });
      flush();
      expect(peer.sent).to.deep.equal([
        { type: 'ERROR', id: '2', code: 'DRAINING', error: 'the server is going down', retryAfter: 700 },
        { type: 'RESPONSE', id: '1', data: 'done' },
      ]);
      expect(closes).to.deep.equal([[210, 0, 1012]]);
      expect(progress.map(({ running }) => running)).to.deep.equal([1, 0]);
    });
  });

  it('answers a request to the end that streams', () => {
    scene(1, { window: 0 }, ({ begin, acts, flush, peers: [peer], closes }) => {
      const work = new Subject<number>();
      peer?.through(commands({ work: () => work }));
      peer?.receive({ id: '1', command: 'work', stream: true });
      begin();
      acts('10ms a 9ms b', { a: () => work.next(1), b: () => work.complete() });
      flush();
      expect(peer?.sent).to.have.length(2);
      expect(closes).to.deep.equal([[20, 0, 1012]]);
    });
  });

  it('S12: drops at the deadline what is left: requests that do not end, and clients that do not answer', () => {
    scene(
      2,
      { window: 100, deadline: 1_000 },
      ({ begin, flush, peers, closes, progress, finished, now }) => {
        peers[0]?.through(commands({ work: () => new Subject() }));
        peers[0]?.receive({ id: '1', command: 'work' });
        begin();
        flush();
        expect(closes).to.deep.equal([[75, 1, 1012]]);
        expect(progress.at(-1)).to.deep.equal({ peers: 0, closed: 0, forced: 2, running: 0 });
        expect([finished, now()]).to.deep.equal([[1_000, -1], 1_000]);
      },
      true,
    );
  });

  it('waits for the last of several requests', () => {
    scene(1, { window: 0 }, ({ begin, acts, flush, peers: [peer], closes }) => {
      const works = [new Subject<number>(), new Subject<number>()];
      peer?.through(commands({ work: (index: number) => works[index] }));
      for (const index of [0, 1]) peer?.receive({ id: String(index), command: 'work', data: index });
      begin();
      acts('10ms a 9ms b', { a: () => works[1]?.next(1), b: () => works[0]?.next(0) });
      flush();
      expect(closes).to.deep.equal([[20, 0, 1012]]);
    });
  });

  it('S12: looks at no peer but the one that goes: 1,000 busy ones end in as many steps', () => {
    const count = 1_000;
    scene(count, { window: 1_000, deadline: 1_000 }, ({ begin, flush, peers, progress }) => {
      let looks = 0;
      for (const { peer, receive, through } of peers) {
        through(commands({ work: () => new Subject() }));
        receive({ id: '1', command: 'work' });
        receive({ id: '2', command: 'work' });
        const link = peerLink(peer);
        const { running } = link;
        Object.defineProperty(link, 'running', { get: () => (looks++, running) });
      }
      begin();
      flush();
      expect(progress.slice(1).map(({ peers: left, forced, running }) => [left, forced, running])).to.deep.equal(
        Array.from({ length: count }, (_none, index) => [count - 1 - index, index + 1, 2 * (count - 1 - index)]),
      );
      expect(looks).to.be.below(10 * count);
    });
  });

  it('S12: counts down what runs, by peers that finish, by those that leave, and once each', () => {
    scene(3, { window: 0, deadline: 1_000 }, ({ begin, acts, flush, peers, progress }) => {
      const works = [0, 1, 2, 3].map(() => new Subject<number>());
      for (const { through } of peers) through(commands({ work: (index: number) => works[index] }));
      for (const index of [0, 1, 2]) peers[index]?.receive({ id: `${index}`, command: 'work', data: index });
      peers[2]?.receive({ id: '3', command: 'work', data: 3 });
      begin();
      acts('10ms a 9ms b 9ms c 9ms d', {
        a: () => works[3]?.next(1),
        b: () => works[0]?.next(1),
        c: () => peers[1]?.disconnect(),
        d: () => works[2]?.next(1),
      });
      flush();
      expect(progress).to.deep.equal([
        { peers: 3, closed: 0, forced: 0, running: 4 },
        { peers: 2, closed: 1, forced: 0, running: 2 },
        { peers: 1, closed: 2, forced: 0, running: 1 },
        { peers: 0, closed: 3, forced: 0, running: 0 },
      ]);
    });
  });

  it('S12: tells every peer first and once, where there is a notice', () => {
    scene(2, { window: 100, notice: { command: 'restart', data: { within: 100 } } }, ({ begin, flush, peers }) => {
      begin();
      begin();
      for (const { sent } of peers) expect(sent).to.deep.equal([{ command: 'restart', data: { within: 100 } }]);
      flush();
    });
  });

  it('tells nothing to who has not logged in yet, and closes it like the others', () => {
    scene(2, { window: 100, notice: { command: 'restart' } }, ({ begin, flush, peers, closes }) => {
      peerLink(peers[0]!.peer).gated = true;
      begin();
      flush();
      expect(peers.map(({ sent }) => sent)).to.deep.equal([[], [{ command: 'restart' }]]);
      expect(closes.map(([, peer, code]) => [peer, code])).to.deep.equal([
        [0, 1012],
        [1, 1012],
      ]);
    });
  });

  it('counts peers that go by themselves', () => {
    scene(2, { window: 1_000 }, ({ begin, acts, flush, peers, closes, progress }) => {
      begin();
      acts('10ms x', { x: () => peers[1]?.disconnect() });
      flush();
      expect(closes).to.deep.equal([[250, 0, 1012]]);
      expect(progress.at(-1)).to.deep.equal({ peers: 0, closed: 2, forced: 0, running: 0 });
    });
  });

  it('S12: begins once, at the call, and tells everybody who asks how far it is', () => {
    virtualTime(({ flush, acts, now }) => {
      const fake = fakePeer(1, { closing: () => fake.disconnect() });
      const drain = createDrain({ window: 100, random: middle });
      drain[drainHandle].add({ peers: () => [fake.peer], finish: () => undefined });
      expect(drain.draining).to.equal(false);
      drain.begin();
      expect(drain.draining).to.equal(true);
      const seen: unknown[] = [];
      const watch = (): void =>
        void drain.begin().subscribe({ next: ({ peers }) => seen.push([now(), peers]), complete: () => seen.push('|') });
      acts('10ms a 99ms b', { a: () => (watch(), drain.begin().subscribe().unsubscribe()), b: watch });
      flush();
      expect(seen).to.deep.equal([[10, 1], [50, 0], '|', [110, 0], '|']);
    });
  });

  it('is done at once where nobody is connected, or no server is', () => {
    scene(0, {}, ({ begin, progress, finished }) => {
      begin();
      expect(progress).to.deep.equal([{ peers: 0, closed: 0, forced: 0, running: 0 }]);
      expect(finished).to.deep.equal([0, -1]);
    });
    const ends: string[] = [];
    createDrain()
      .begin()
      .subscribe({ complete: () => ends.push('complete') });
    expect(ends).to.deep.equal(['complete']);
  });

  it('leaves servers alone that were taken out', () => {
    const drain = createDrain();
    let finished = 0;
    const peer = fakePeer();
    drain[drainHandle].add({ peers: () => [peer.peer], finish: () => finished++ })();
    drain.begin();
    expect([finished, peer.peer.open]).to.deep.equal([0, true]);
  });

  for (const [name, options, Wrong] of [
    ['window', { window: -1 }, RangeError],
    ['window', { window: '5' }, TypeError],
    ['deadline', { window: 100, deadline: 99 }, RangeError],
    ['notice', { notice: 'restart' }, TypeError],
    ['notice.command', { notice: { command: '' } }, TypeError],
    ['retryAfter', { retryAfter: NaN }, TypeError],
    ['random', { random: 4 }, TypeError],
  ] as const)
    it(`names ${name} in ${JSON.stringify(options)}`, () => {
      expect(() => createDrain(options as never)).to.throw(Wrong, new RegExp(`^createDrain: ${name} must`));
    });

  it('has a deadline that a longer window moves', () => {
    expect(() => createDrain({ window: 60_000 })).to.not.throw();
    expect(() => createDrain({ window: 60_000, deadline: 59_999 })).to.throw(/from 60000 to/);
  });
});
