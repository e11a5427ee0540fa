import { expect } from 'chai';
import { evaluate } from '../../../lib/io-ts/generate/evaluate.js';

describe('evaluate', () => {
  it('makes a function of code, with the values that it uses, in strict mode', () => {
    const value = {};
    expect(evaluate({ text: '(given) => given === r0 && r1()', used: [value, () => 'called'] })(value)).to.equal('called');
    expect(evaluate({ text: 'function () { return this }', used: [] })(0)).to.equal(undefined);
  });
});
