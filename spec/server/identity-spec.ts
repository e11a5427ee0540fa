import { expect } from 'chai';
import { isIdentity } from '../../lib/server/identity.js';

describe('isIdentity', () => {
  for (const [value, is] of [
    [{ user: 'ann' }, true],
    [{ user: 'ann', expiresAt: 0, claims: [] }, true],
    [{ user: 'ann', expiresAt: Infinity }, true],
    // A date that could not be read would be one that never comes.
    [{ user: 'ann', expiresAt: NaN }, false],
    [{ user: 'ann', expiresAt: '2027' }, false],
    [{ user: '' }, false],
    [{ user: 7 }, false],
    [null, false],
    ['ann', false],
  ] as const)
    it(`says ${is} of ${typeof value === 'object' && value ? Object.entries(value).join(' ') : String(value)}`, () => {
      expect(isIdentity(value)).to.equal(is);
    });
});
