import { expect } from 'chai';
import { extraField } from '../../lib/io-ts/part.js';
import { stepFor, stepTo } from '../../lib/io-ts/step.js';

describe('stepTo', () => {
  const end = stepFor(extraField('end'));
  const [first, second] = [stepFor(extraField('a'), end), stepFor(extraField('b'), end)];
  first.other = second;

  it('finds the step for a key among those that stand for each other', () => {
    expect([stepTo(first, 'a'), stepTo(first, 'b')]).to.deep.equal([first, second]);
  });

  it('comes to the end where there is none', () => {
    expect([stepTo(first, 'c'), stepTo(second, 'a'), stepTo(end, 'a')].every((step) => step === end)).to.equal(true);
    expect([first.next, second.other, end.next].every((step) => step === end)).to.equal(true);
  });
});
