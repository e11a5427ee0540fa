import { expect } from 'chai';
import { isMultiple } from '../../lib/asyncapi/isMultiple.js';

describe('isMultiple', () => {
  it('goes by the digits of a number, and not by its bits', () => {
    for (let cents = -100_000; cents <= 100_000; cents += 97) expect(isMultiple(cents / 100, 0.01), `${cents}`).to.equal(true);
    for (const [value, step] of [
      [0.3, 0.1],
      [19.99, 0.01],
      [1e21, 0.5],
      [0, 0.1],
      [-4, 2],
    ] as const)
      expect(isMultiple(value, step), `${value} of ${step}`).to.equal(true);
  });

  it('forgives no digit that is too many', () => {
    for (const [value, step] of [
      [0.35, 0.1],
      [19.995, 0.01],
      [0.1000001, 0.1],
      [3, 2],
      [2 ** 51 + 1, 2],
      [2.5, 1],
    ] as const)
      expect(isMultiple(value, step), `${value} of ${step}`).to.equal(false);
  });
});
