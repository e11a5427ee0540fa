import { expect } from 'chai';
import { type RateLimitConfig, readRateLimit } from '../../lib/server/rateLimitConfig.js';
import { frozenTime } from '../testing/virtualTime.js';

describe('readRateLimit', () => {
  frozenTime();
  const perUser = { points: 2 };

  it('fills in what is left out', () => {
    const { costs, kindCosts, maxWaiting, maxBuffered, storeTimeout } = readRateLimit({ perUser });
    expect([costs.size, maxWaiting, maxBuffered, storeTimeout]).to.deep.equal([0, 100, 1_048_576, 1_000]);
    expect(kindCosts).to.include({ request: 1, send: 1, subscribe: 1, other: 1, ping: 0.1, cancel: 0.1, reply: 0.1 });
  });

  it('takes the costs of names and kinds, and leaves the others', () => {
    const { costs, kindCosts } = readRateLimit({
      perUser: { points: 5 },
      costs: { heavy: 5, free: 0 },
      kindCosts: { ping: 2, send: undefined } as never,
    });
    expect([...costs]).to.deep.equal([
      ['heavy', 5],
      ['free', 0],
    ]);
    expect(kindCosts).to.include({ ping: 2, send: 1, pong: 0.1 });
  });

  it('makes buckets of its own for each subscription, and only those that were asked for', () => {
    const settings = readRateLimit({ perUser, perCommand: { heavy: { points: 1 } } });
    const [one, two] = [settings.createScopes(), settings.createScopes()];
    expect([one.connection, one.address, [...one.commands.keys()]]).to.deep.equal([undefined, undefined, ['heavy']]);
    const failed = () => undefined;
    expect([1, 2, 3].map(() => one.user?.('ann', 1, failed) === undefined)).to.deep.equal([true, true, false]);
    expect(two.user?.('ann', 1, failed)).to.equal(undefined);
  });

  it('gives each connection a key of its own, on this machine and another', () => {
    const scopes = [0.1, 0.2].map((number) => readRateLimit({ perUser, random: () => number }).createScopes());
    const keys = scopes.flatMap((scope) => [scope.connectionKey(), scope.connectionKey()]);
    expect(new Set(keys).size).to.equal(4);
  });

  it('counts violations up to the bound, and forgets who is gone', () => {
    const violated = (maxViolations: number) => {
      const scopes = readRateLimit({ perUser, maxViolations }).createScopes();
      return (connection: string, times: number) => Array.from({ length: times }, () => scopes.violate(connection));
    };
    expect(violated(2)('a', 3)).to.deep.equal([false, false, true]);
    expect(violated(0)('a', 1)).to.deep.equal([true]);
    expect(violated(Infinity)('a', 500)).to.not.include(true);
    const scopes = readRateLimit({ perUser, maxViolations: 1 }).createScopes();
    expect([scopes.violate('a'), (scopes.forget('a'), scopes.violate('a')), scopes.violate('a')]).to.deep.equal([
      false,
      false,
      true,
    ]);
  });

  it('keeps no bucket of a connection that is gone', () => {
    const scopes = readRateLimit({ perConnection: { points: 1, duration: 60_000 } }).createScopes();
    const take = () => scopes.connection?.('a', 1, () => undefined) === undefined;
    expect([take(), take(), (scopes.forget('a'), take())]).to.deep.equal([true, false, true]);
  });

  const wrong: readonly (readonly [RateLimitConfig, RegExp])[] = [
    [{}, /^rateLimit: one of perConnection, perUser, perAddress or perCommand/],
    [{ perUser: 7 as never }, /^rateLimit: perUser must be/],
    [{ perUser: { points: 0 } }, /^rateLimit: perUser: points/],
    [{ perCommand: { a: { points: -1 } } }, /^rateLimit: perCommand\.a: points/],
    [{ perCommand: [] as never }, /^rateLimit: perCommand/],
    [{ perUser, costs: { a: 0.5 } }, /^rateLimit: costs\.a/],
    [{ perUser, costs: { a: 3 } }, /^rateLimit: costs\.a must be at most 2, which perUser\.points holds/],
    [{ perUser, perAddress: { points: 9 }, costs: { a: 3 } }, /^rateLimit: costs\.a must be at most 2, which perUser/],
    [
      { perConnection: { points: 9 }, perCommand: { a: { points: 2 } }, costs: { a: 3 } },
      /^rateLimit: costs\.a .* perCommand\.a\.points/,
    ],
    [{ perUser, kindCosts: { request: 2.5 } }, /^rateLimit: kindCosts\.request must be at most 2, which perUser\.points holds/],
    [
      { perCommand: { a: { points: 2 } }, kindCosts: { request: 3, send: 4 } },
      /^rateLimit: kindCosts\.request must be at most 2, which perCommand\.a\.points/,
    ],
    [{ perUser, kindCosts: { nothing: 1 } as never }, /^rateLimit: kindCosts\.nothing/],
    [{ perUser, kindCosts: { ping: -1 } }, /^rateLimit: kindCosts\.ping/],
    [{ perUser, kindCosts: { ping: Infinity } }, /^rateLimit: kindCosts\.ping/],
    [{ perUser, onStoreError: 'maybe' as never }, /^rateLimit: onStoreError/],
    [{ perUser, storeTimeout: 0 }, /^rateLimit: storeTimeout/],
  ];
  for (const [config, message] of wrong)
    it(`names what is wrong: ${String(message)}`, () => {
      expect(() => readRateLimit(config)).to.throw(message);
    });
});
