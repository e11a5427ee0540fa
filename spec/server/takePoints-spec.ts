import { expect } from 'chai';
import { RateLimiterMemory, RateLimiterUnion } from 'rate-limiter-flexible';
import sinon from 'sinon';
import { createTokenBuckets } from '../../lib/server/createTokenBuckets.js';
import type { RateLimitStore } from '../../lib/server/rateLimitStore.js';
import { takePoints } from '../../lib/server/takePoints.js';

describe('takePoints', () => {
  let clock: sinon.SinonFakeTimers;
  let failures: unknown[];
  beforeEach(() => {
    clock = sinon.useFakeTimers();
    failures = [];
  });
  afterEach(() => clock.restore());

  const failed = (cause: unknown): void => {
    failures.push(cause);
  };
  const taking = (store: RateLimitStore, onFailure?: number) => {
    const take = takePoints(store, 1_000, onFailure);
    return (points = 1) => take('key', points, failed);
  };
  const saying = (answer: unknown, onFailure?: number) => taking({ consume: () => answer as never }, onFailure);

  it('answers at once where the store does: nothing, or how long to wait', () => {
    const take = taking(createTokenBuckets({ points: 1, duration: 500 }));
    expect([take(), take()]).to.deep.equal([undefined, 500]);
    expect(failures).to.deep.equal([]);
  });

  it('takes a result for an answer, whether it is returned, resolved or rejected', async () => {
    const result = { remainingPoints: 0, msBeforeNext: 70 };
    expect(await saying(Promise.resolve(result))()).to.equal(undefined);
    expect(await saying(Promise.resolve({ ...result, refused: true }))()).to.equal(70);
    expect(await saying(Promise.reject(result))()).to.equal(70);
    expect(failures).to.deep.equal([]);
  });

  for (const [name, answer] of [
    ['nothing', undefined],
    ['null', null],
    ['a number', 1],
    ['true', true],
    ['an empty object', {}],
    ['an object of something else', { key: 1 }],
    ['a result of strings', { remainingPoints: '1', msBeforeNext: '70' }],
    ['a result of minus infinity', { remainingPoints: 1, msBeforeNext: -Infinity }],
    ['a result of no time', { remainingPoints: 1, msBeforeNext: NaN }],
  ] as const)
    for (const how of ['returns', 'resolves to'] as const)
      it(`takes a store that ${how} ${name} for one that fails`, async () => {
        const given = () => (how === 'returns' ? answer : Promise.resolve(answer));
        expect(await saying(given())()).to.equal(undefined);
        expect(await saying(given(), 1_000)()).to.equal(1_000);
        expect(failures).to.have.length(2);
        expect(failures[0]).to.be.instanceOf(TypeError);
      });

  it('S10: waits without end where a key never gets points again', async () => {
    const take = taking(new RateLimiterMemory({ points: 1, duration: 0 }));
    expect([await take(), await take()]).to.deep.equal([undefined, Infinity]);
    expect(await saying({ remainingPoints: 0, msBeforeNext: Infinity, refused: true })()).to.equal(Infinity);
    const union = { once: { remainingPoints: 0, msBeforeNext: -1 }, minute: { remainingPoints: 0, msBeforeNext: 5 } };
    expect(await saying(Promise.reject(union))()).to.equal(Infinity);
    expect(failures).to.deep.equal([]);
  });

  it('never waits for less than nothing, nor for parts of a millisecond', async () => {
    const waits = [-2, -0.5, 0, 0.2, 70.5].map((msBeforeNext) => saying({ msBeforeNext, remainingPoints: 0, refused: true })());
    expect(waits).to.deep.equal([0, 0, 0, 1, 71]);
  });

  describe('with a RateLimiterUnion', () => {
    const union = () =>
      new RateLimiterUnion(
        new RateLimiterMemory({ keyPrefix: 'second', points: 1, duration: 1 }),
        new RateLimiterMemory({ keyPrefix: 'minute', points: 2, duration: 60 }),
      );

    it('gives points where all of its limiters do', async () => {
      expect(await taking(union())()).to.equal(undefined);
      expect(failures).to.deep.equal([]);
    });

    it('waits for the one of its limiters that takes longest', async () => {
      const take = taking(union());
      await take();
      expect(await take()).to.equal(1_000);
      expect(await take()).to.equal(60_000);
      expect(failures).to.deep.equal([]);
    });

    it('is limited where one limiter refuses, though another fails', async () => {
      const rejected = { minute: { remainingPoints: 0, msBeforeNext: 5 }, redis: new Error('down') };
      expect(await saying(Promise.reject(rejected), 1_000)()).to.equal(5);
      expect(failures).to.deep.equal([]);
    });

    it('fails where no limiter says anything', async () => {
      const rejected = { redis: new Error('down') };
      expect(await saying(Promise.reject(rejected), 1_000)()).to.equal(1_000);
      expect(failures).to.deep.equal([rejected]);
    });
  });

  it('tells of the first failure, and of the next one after an answer', async () => {
    const answers = [new Error('a'), new Error('b'), { remainingPoints: 1, msBeforeNext: 0 }, new Error('c')];
    const take = taking({
      consume: () => {
        const answer = answers.shift();
        return answer instanceof Error ? Promise.reject(answer) : (answer as never);
      },
    });
    for (let turn = 0; turn < 4; turn++) await take();
    expect(failures.map(String)).to.deep.equal(['Error: a', 'Error: c']);
  });

  it('gives a store so long, and leaves no timer', async () => {
    const taken = saying(new Promise(() => undefined), 70)();
    await clock.tickAsync(999);
    expect(failures).to.deep.equal([]);
    await clock.tickAsync(1);
    expect([await taken, failures.length, clock.countTimers()]).to.deep.equal([70, 1, 0]);
  });
});
