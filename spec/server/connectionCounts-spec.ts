import { expect } from 'chai';
import fc from 'fast-check';
import { createConnectionCounts } from '../../lib/server/connectionCounts.js';

describe('createConnectionCounts', () => {
  it('counts as a plain list does over 10,000 random comings and goings, and keeps nothing at the end', () => {
    const step = fc.record({ add: fc.boolean(), user: fc.nat(20), address: fc.nat(5), pick: fc.nat(1_000) });
    fc.assert(
      fc.property(fc.array(step, { minLength: 10_000, maxLength: 10_000 }), (steps) => {
        const counts = createConnectionCounts<{ readonly keys: readonly string[] }>();
        const model: { readonly keys: readonly string[] }[] = [];
        for (const { add, user, address, pick } of steps) {
          if (add) {
            const connection = { keys: ['total', `user:${user}`, `address:${address}`] };
            model.push(connection);
            counts.add(connection, connection.keys);
          } else if (model.length > 0) {
            const [gone] = model.splice(pick % model.length, 1);
            counts.remove(gone!);
            counts.remove(gone!);
          }
          const key = `user:${user}`;
          const mine = model.filter(({ keys }) => keys.includes(key));
          const agrees =
            counts.count(key) === mine.length && counts.count('total') === model.length && counts.oldest(key) === mine[0];
          if (!agrees) expect.fail(`${counts.count(key)} of ${key}, where there are ${mine.length}`);
        }
        for (const connection of model) counts.remove(connection);
        expect(counts.size).to.equal(0);
      }),
      { numRuns: 1 },
    );
  });
});
