import { expect } from 'chai';
import { asyncScheduler, interval, of, delay, timer } from 'rxjs';
import { virtualClock } from '../../../lib/testing/contract/virtualClock.js';

describe('virtualClock', () => {
  it('stands still, and goes on by so much as it is told', () => {
    const lines: string[] = [];
    virtualClock((clock) => {
      const tick = (what: string) => lines.push(`${clock.now} ${what}`);
      timer(5).subscribe(() => tick('five'));
      interval(2).subscribe((index) => tick(`interval ${index}`));
      of('delayed').pipe(delay(3)).subscribe(tick);
      expect(lines).to.deep.equal([]);
      clock.advance(4);
      expect([clock.now, asyncScheduler.now()]).to.deep.equal([4, 4]);
      tick('told');
      clock.advance(1);
    });
    expect(lines).to.deep.equal(['2 interval 0', '3 delayed', '4 interval 1', '4 told', '5 five']);
  });

  it('goes on where nothing happens', () => {
    virtualClock((clock) => {
      clock.advance(10);
      expect([clock.now, asyncScheduler.now()]).to.deep.equal([10, 10]);
    });
  });

  it('lets happen what is due now, and what that makes due now', () => {
    const lines: string[] = [];
    virtualClock(({ advance }) => {
      asyncScheduler.schedule(() => {
        lines.push('first');
        asyncScheduler.schedule(() => lines.push('second'));
      });
      advance();
      lines.push('after');
    });
    expect(lines).to.deep.equal(['first', 'second', 'after']);
  });

  it('ends with its script: what is due later never happens, and real time is back', () => {
    let happened = false;
    virtualClock(() => {
      timer(1).subscribe(() => (happened = true));
    });
    expect(happened).to.equal(false);
    expect(asyncScheduler.now()).to.be.above(1_000_000);
  });

  it('throws what its script throws, and real time is back', () => {
    expect(() => {
      virtualClock(() => {
        throw new Error('broken');
      });
    }).to.throw('broken');
    expect(asyncScheduler.now()).to.be.above(1_000_000);
  });
});
