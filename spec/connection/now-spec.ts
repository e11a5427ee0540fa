import { expect } from 'chai';
import { now } from '../../lib/connection/now.js';
import { frozenTime } from '../testing/virtualTime.js';

describe('now', () => {
  const time = frozenTime();

  it('is RxJS time, which specs turn', () => {
    const begun = now();
    time.tick(7);
    expect(now()).to.equal(begun + 7);
  });
});
