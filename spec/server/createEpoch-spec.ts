import { expect } from 'chai';
import { createEpoch } from '../../lib/server/createEpoch.js';

describe('createEpoch', () => {
  it('is a short name made of a random number, the same for the same number', () => {
    expect([0, 0.5, 1 - 2 ** -32].map((value) => createEpoch(() => value))).to.deep.equal(['0', 'zik0zk', '1z141z3']);
  });
});
