import { expect } from 'chai';
import { checkAffordable, type NamedLimit } from '../../lib/server/checkAffordable.js';
import { createTokenBuckets } from '../../lib/server/createTokenBuckets.js';
import { type RateLimit, readRateLimit } from '../../lib/server/rateLimitConfig.js';

describe('checkAffordable', () => {
  const { kindCosts } = readRateLimit({ perUser: { points: 1 } });
  const two: NamedLimit = ['perUser', { points: 2 }];
  const check = (shared: readonly NamedLimit[], perCommand: Readonly<Record<string, RateLimit>>, costs = {}, kinds = {}) =>
    checkAffordable(shared, perCommand, { costs, kindCosts: { ...kindCosts, ...kinds } });

  it('lets pass what each bucket holds, and knows nothing of stores', () => {
    check([two], { a: { points: 2 } }, { a: 2, b: 2, free: 0 }, { ping: 2, request: 1.5 });
    check(
      [
        ['perUser', createTokenBuckets({ points: 2 })],
        ['perAddress', undefined],
      ],
      {},
      { a: 100 },
    );
  });

  it('names the option that asks for too much, and the bucket', () => {
    const message = /^rateLimit: costs\.a must be at most 2, which perUser\.points holds, not 3$/;
    expect(() => check([['perConnection', { points: 3 }], two], {}, { a: 3 })).to.throw(RangeError, message);
  });

  it('counts a fraction as the whole point that it takes sooner or later', () => {
    expect(() => check([two], {}, {}, { ping: 2.1 })).to.throw(RangeError, /^rateLimit: kindCosts\.ping/);
  });

  it('asks of the bucket of a command what that command costs, and no other', () => {
    check([], { a: { points: 1 } }, { b: 3 }, { ping: 5, send: 5 });
    expect(() => check([], { a: { points: 1 } }, { a: 2 })).to.throw(/costs\.a must be at most 1, which perCommand\.a\.points/);
    const dear = { request: 3, send: 2 };
    expect(() => check([], { a: { points: 1 } }, {}, dear)).to.throw(/kindCosts\.send must be at most 1, which perCommand\.a/);
    check([], { toString: { points: 1 } });
  });
});
