import { expect } from 'chai';
import { NEVER, Subject } from 'rxjs';
import { longestDelay } from '../../lib/options/check.js';
import { commands } from '../../lib/server/commands.js';
import { lifetime, type LifetimeOptions } from '../../lib/server/lifetime.js';
import { topics } from '../../lib/server/topics.js';
import { frozenTime, virtualTime } from '../testing/virtualTime.js';
import { fakePeer } from './fakePeer.js';

describe('lifetime', () => {
  /** When, and how, peers go that came at 0. */
  const closes = (options: LifetimeOptions, count = 1, until?: number) => {
    const seen: (readonly [ms: number, code: number, reason: string])[] = [];
    virtualTime(({ now, acts, flush }) => {
      const peers = Array.from({ length: count }, (_none, index) => {
        const fake = fakePeer(index, {
          closing: (code, reason) => {
            seen.push([now(), code, reason]);
            fake.disconnect();
          },
        });
        return fake;
      });
      for (const fake of peers) {
        const stage = fake.through(lifetime(options));
        if (until !== undefined) acts(`${until}ms x`, { x: () => stage.unsubscribe() });
      }
      flush();
    });
    return seen;
  };
  const middle = (): number => 0.5;

  it('S11: closes a peer after max with 1012, and says why', () => {
    expect(closes({ max: 1_000, random: middle })).to.deep.equal([[1_000, 1012, 'lifetime']]);
  });

  it('S11: takes a tenth more or less, where nothing is said', () => {
    const draws = [0, 0.25, 0.999_999];
    expect(closes({ max: 1_000, random: () => draws.shift()! }, 3).map(([ms]) => Math.round(ms))).to.deep.equal([
      900, 950, 1_100,
    ]);
  });

  it('spreads by the given jitter', () => {
    const draws = [0, 0.5];
    expect(closes({ max: 1_000, jitter: 1_000, random: () => draws.shift()! }, 2).map(([ms]) => ms)).to.deep.equal([0, 1_000]);
    expect(closes({ max: 1_000, jitter: 0, random: () => 0 })[0]?.[0]).to.equal(1_000);
  });

  describe('with a platform timer, which fires at once where the delay is beyond 2^31', () => {
    const time = frozenTime();
    it('keeps to longer times', () => {
      const max = 2 ** 31 * 2 + 5;
      const fake = fakePeer();
      const delays: (number | undefined)[] = [];
      const { setInterval: set } = globalThis;
      globalThis.setInterval = ((run: () => void, ms?: number) => (delays.push(ms), set(run, ms))) as typeof set;
      const stage = fake.through(lifetime({ max, random: middle }));
      time.tick(max - 1);
      expect(fake.closes).to.deep.equal([]);
      time.tick(1);
      expect(fake.closes).to.deep.equal([[1012, 'lifetime']]);
      stage.unsubscribe();
      expect(time.timers).to.equal(0);
      expect(delays).to.deep.equal([longestDelay, max - 2 * longestDelay]);
    });
  });

  it('closes nobody once it is unsubscribed', () => {
    expect(closes({ max: 1_000, random: middle }, 1, 999)).to.deep.equal([]);
  });

  it('leaves no timer behind of a peer that went before', () => {
    virtualTime(({ acts, flush, now }) => {
      const fake = fakePeer();
      fake.through(lifetime({ max: 1_000 }));
      acts('10ms x', { x: () => fake.disconnect() });
      flush();
      expect(now()).to.equal(10);
    });
  });

  describe('with requests that run', () => {
    const time = frozenTime();
    const scene = (options: Partial<LifetimeOptions> = {}) => {
      const fake = fakePeer();
      const work = new Subject<string>();
      const stage = fake.through(
        lifetime({ max: 1_000, jitter: 0, ...options }),
        commands({ work: () => work }),
        topics({ bars: () => NEVER }),
      );
      fake.receive({ id: 'a', command: 'work' });
      fake.receive({ id: 'b', command: 'work', stream: true });
      return { fake, work, stage };
    };

    it('S11: waits for them, and answers new ones with DRAINING', () => {
      const { fake, work } = scene();
      time.tick(1_000);
      expect(fake.closes).to.deep.equal([]);
      fake.receive({ id: 'c', command: 'work' });
      expect(fake.sent).to.deep.equal([
        { type: 'ERROR', id: 'c', code: 'DRAINING', error: 'the connection is about to close', retryAfter: 1_000 },
      ]);
      fake.receive({ type: 'SUBSCRIBE', id: 's', topic: 'bars' });
      expect(fake.sent.at(-1)).to.include({ type: 'ACK', id: 's' });
      work.next('done');
      expect([fake.sent.at(-1), fake.closes]).to.deep.equal([{ type: 'RESPONSE', id: 'b', data: 'done', more: true }, []]);
      work.complete();
      expect(fake.sent.at(-1)).to.deep.equal({ type: 'RESPONSE', id: 'b' });
      expect(fake.closes).to.deep.equal([[1012, 'lifetime']]);
      fake.disconnect();
      expect(time.timers).to.equal(0);
    });

    for (const [deadline, options] of [
      [5_000, {}],
      [300, { deadline: 300 }],
      [0, { deadline: 0 }],
    ] as const)
      it(`S11: closes after ${deadline} ms at the latest, whatever runs`, () => {
        const { fake } = scene(options);
        time.tick(1_000 + deadline - 1);
        expect(fake.closes).to.deep.equal([]);
        time.tick(1);
        expect(fake.closes).to.deep.equal([[1012, 'lifetime']]);
        fake.disconnect();
        expect(time.timers).to.equal(0);
      });

    it('lets a peer stay, and ask, when it is unsubscribed from meanwhile', () => {
      const fake = fakePeer();
      const work = new Subject<string>();
      const stage = fake.through(lifetime({ max: 1_000, jitter: 0 }));
      fake.through(commands({ work: () => work }));
      fake.receive({ id: 'a', command: 'work' });
      time.tick(1_000);
      stage.unsubscribe();
      fake.receive({ id: 'b', command: 'work' });
      work.next('done');
      time.tick(10_000);
      expect([fake.sent.map(({ id, data }) => [id, data]), fake.closes]).to.deep.equal([
        [
          ['a', 'done'],
          ['b', 'done'],
        ],
        [],
      ]);
    });
  });

  it('reports why a peer goes', () => {
    virtualTime(({ flush }) => {
      const fake = fakePeer();
      fake.through(lifetime({ max: 5 }));
      flush();
      expect(fake.events).to.deep.include({ type: 'rejected', session: 1, code: 1012, reason: 'lifetime' });
    });
  });

  for (const [name, options, Wrong] of [
    ['max', { max: 0 }, RangeError],
    ['max', { max: Infinity }, RangeError],
    ['max', { max: '5' }, TypeError],
    ['max', {}, TypeError],
    ['jitter', { max: 5, jitter: 6 }, RangeError],
    ['jitter', { max: 5, jitter: NaN }, TypeError],
    ['deadline', { max: 5, deadline: -1 }, RangeError],
    ['random', { max: 5, random: 1 }, TypeError],
  ] as const)
    it(`names ${name} in ${JSON.stringify(options)}`, () => {
      expect(() => lifetime(options as never)).to.throw(Wrong, new RegExp(`^lifetime: ${name} must`));
    });
});
