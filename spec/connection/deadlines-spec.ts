import { expect } from 'chai';
import { type Deadlines, sweep, watch } from '../../lib/connection/deadlines.js';
import { asyncScheduler } from 'rxjs';
import { longestDelay } from '../../lib/options/check.js';
import { frozenTime } from '../testing/virtualTime.js';

describe('deadlines', () => {
  const time = frozenTime();
  const recording = (...nexts: number[]) => {
    const sweeps: number[] = [];
    const host: Deadlines = {
      due: Infinity,
      sweep: () => {
        sweeps.push(asyncScheduler.now());
        return nexts.shift() ?? Infinity;
      },
    };
    return { sweeps, watch: (deadline: number) => watch(host, deadline) };
  };

  it('sweeps once, at the earliest deadline, with one timer', () => {
    const { sweeps, watch } = recording();
    for (const deadline of [30, 10, 20]) watch(deadline);
    expect(time.timers).to.equal(1);
    time.tick(100);
    expect(sweeps).to.deep.equal([10]);
    expect(time.timers).to.equal(0);
  });

  it('goes on with the deadline that the sweep gives', () => {
    const { sweeps, watch } = recording(25, 40);
    watch(10);
    time.tick(100);
    expect(sweeps).to.deep.equal([10, 25, 40]);
  });

  it('has no timer for Infinity', () => {
    recording().watch(Infinity);
    expect(time.timers).to.equal(0);
  });

  it('sweeps at once for a deadline that has passed', () => {
    const { sweeps, watch } = recording();
    time.tick(50);
    watch(10);
    time.tick(0);
    expect(sweeps).to.deep.equal([50]);
  });

  it('keeps a deadline that is watched within a sweep', () => {
    const sweeps: number[] = [];
    const host: Deadlines = {
      due: Infinity,
      sweep: () => {
        if (sweeps.push(asyncScheduler.now()) === 1) watch(host, 15);
        return sweeps.length === 1 ? 60 : Infinity;
      },
    };
    watch(host, 10);
    time.tick(100);
    expect(sweeps).to.deep.equal([10, 15]);
  });

  it('does not fire at once for a deadline that no timer can hold', () => {
    const { sweeps, watch } = recording(longestDelay + 50);
    watch(longestDelay + 50);
    time.tick(longestDelay - 1);
    expect(sweeps).to.deep.equal([]);
    time.tick(51);
    expect(sweeps).to.deep.equal([longestDelay, longestDelay + 50]);
  });

  it('stops for good, also from within a sweep', () => {
    const { sweeps, watch: watchAt } = recording(30);
    watchAt(10);
    watchAt(-Infinity);
    watchAt(20);
    expect(time.timers).to.equal(0);
    const host: Deadlines = {
      due: Infinity,
      sweep: () => {
        watch(host, -Infinity);
        return 30;
      },
    };
    watch(host, 10);
    time.tick(10);
    expect(time.timers).to.equal(0);
    expect(sweeps).to.deep.equal([]);
  });

  it('tells of what is due, and when the next is', () => {
    time.tick(20);
    const entries = [10, 50, 20, 21].map((deadline) => ({ deadline }));
    const due: number[] = [];
    expect(sweep(entries, ({ deadline }) => due.push(deadline))).to.equal(21);
    expect(due).to.deep.equal([10, 20]);
    expect(sweep([], () => due.push(0))).to.equal(Infinity);
  });
});
