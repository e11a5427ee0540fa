import { expect } from 'chai';
import { criticalDistance, distance, uniform } from './kolmogorovSmirnov.js';
import { seededRandom } from './seededRandom.js';

describe('the Kolmogorov–Smirnov test of these specs', () => {
  const n = 2_000;
  const draw = (seed: number, make: (r: number) => number) => {
    const random = seededRandom(seed);
    return Array.from({ length: n }, () => make(random()));
  };

  it('measures the gap of a sample worked out by hand', () => {
    expect(distance([0.5], uniform(0, 1))).to.equal(0.5);
    expect(distance([0.1, 0.2, 0.9], uniform(0, 1))).to.be.closeTo(2 / 3 - 0.2, 1e-12);
  });

  it('has the critical value of the tables', () => {
    expect(criticalDistance(n) * Math.sqrt(n)).to.be.closeTo(1.949, 0.001);
  });

  it('accepts the right distribution for all but a few of 100 seeds', () => {
    let rejected = 0;
    for (let seed = 1; seed <= 100; seed++)
      if (
        distance(
          draw(seed, (r) => r),
          uniform(0, 1),
        ) > criticalDistance(n)
      )
        rejected++;
    expect(rejected).to.be.at.most(1);
  });

  it('rejects a fixed value, a narrower, a shifted and a bent distribution', () => {
    const wrong: readonly [string, (r: number) => number][] = [
      ['fixed', () => 0.5],
      ['narrower by a tenth', (r) => 0.05 + 0.9 * r],
      ['shifted by a twentieth', (r) => r + 0.05],
      ['bent', (r) => r ** 1.2],
    ];
    for (const [name, make] of wrong) expect(distance(draw(1, make), uniform(0, 1)), name).to.be.above(criticalDistance(n));
  });
});
