import { expect } from 'chai';
import { upgradeRate } from '../../lib/server/upgradeRate.js';
import { virtualTime } from '../testing/virtualTime.js';

describe('upgradeRate', () => {
  it('S6: lets as many through at once as come in a second, and tells the next when to come', () => {
    virtualTime(({ acts, flush }) => {
      const waits: number[] = [];
      const take = upgradeRate(4);
      const ask = () => waits.push(take());
      acts('(aaaaa) 118ms a', { a: ask });
      flush();
      expect(waits).to.deep.equal([0, 0, 0, 0, 250, 125]);
    });
  });

  it('fills at its rate, and no further than one second', () => {
    virtualTime(({ acts, flush }) => {
      let taken = 0;
      const take = upgradeRate(10);
      const takeAll = () => {
        for (taken = 0; take() === 0; taken++);
      };
      const seen: number[] = [];
      const look = () => (takeAll(), seen.push(taken));
      acts('a 299ms a 59999ms a', { a: look });
      flush();
      expect(seen).to.deep.equal([10, 3, 10]);
    });
  });

  it('never refuses where there is no limit', () => {
    const take = upgradeRate(Infinity);
    expect(Array.from({ length: 100 }, take).every((wait) => wait === 0)).to.equal(true);
  });
});
