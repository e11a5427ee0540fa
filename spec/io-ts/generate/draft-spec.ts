import { expect } from 'chai';
import { createDraft, literalText } from '../../../lib/io-ts/generate/draft.js';
import { evaluate } from '../../../lib/io-ts/generate/evaluate.js';

describe('createDraft', () => {
  it('names values once, and every variable anew', () => {
    const { use, fresh, write, lines, used } = createDraft();
    const value = {};
    expect([use(value), use(1), use(value), fresh(), fresh()]).to.deep.equal(['r0', 'r1', 'r0', 'v0', 'v1']);
    write('x');
    expect([lines, used]).to.deep.equal([['x'], [value, 1]]);
  });
});

describe('literalText', () => {
  it('writes what reads as the same value, and nothing else', () => {
    for (const value of ['x', '"\\\n\u2028', 7, -1.5, 1e300, true, null])
      expect(evaluate({ text: `() => ${literalText(value)}`, used: [] })(0)).to.equal(value);
    expect([NaN, Infinity, -0, undefined, 1n, {}].map(literalText)).to.deep.equal(Array(6).fill(undefined));
  });
});
