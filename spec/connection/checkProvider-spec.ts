import { expect } from 'chai';
import { of } from 'rxjs';
import { checkProvider } from '../../lib/connection/checkProvider.js';

describe('checkProvider', () => {
  const check = checkProvider('a number', (value) => typeof value === 'number');

  it('returns the value that fits, and what gives one later', () => {
    for (const provider of [7, () => 'secret', Promise.resolve('secret'), of('secret')])
      expect(check('connect', 'size', provider)).to.equal(provider);
  });

  it('refuses another value by its name, and does not quote it', () => {
    expect(() => check('connect', 'size', 'secret')).to.throw(
      TypeError,
      /^connect: size must be a number, or a provider, not "string"$/,
    );
  });
});
