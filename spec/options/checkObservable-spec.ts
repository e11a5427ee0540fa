import { expect } from 'chai';
import { NEVER } from 'rxjs';
import { checkObservable } from '../../lib/options/checkObservable.js';

describe('checkObservable', () => {
  it('returns the observable', () => {
    expect(checkObservable('retryBackoff', 'wake', NEVER)).to.equal(NEVER);
  });

  it('refuses a promise', () => {
    const check = () => checkObservable('retryBackoff', 'wake', Promise.resolve());
    expect(check).to.throw(TypeError, /^retryBackoff: wake must be an observable, not object$/);
  });
});
