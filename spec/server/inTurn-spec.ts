import { expect } from 'chai';
import { inTurn } from '../../lib/server/inTurn.js';

describe('inTurn', () => {
  it('handles what comes on the way after what it handles', () => {
    const log: string[] = [];
    const handle = inTurn((item: number) => {
      log.push(`${item} begins`);
      if (item === 1) [2, 3].forEach(handle);
      log.push(`${item} ends`);
    });
    handle(1);
    expect(log).to.deep.equal(['1 begins', '1 ends', '2 begins', '2 ends', '3 begins', '3 ends']);
  });

  it('goes on with the next item after one that failed', () => {
    const handled: number[] = [];
    const handle = inTurn((item: number) => {
      if (item === 1) throw new Error('no');
      handled.push(item);
    });
    expect(() => handle(1)).to.throw('no');
    handle(2);
    expect(handled).to.deep.equal([2]);
  });
});
