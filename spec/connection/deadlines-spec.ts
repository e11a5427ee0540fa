import { expect } from 'chai';
import { createDeadlines } from '../../lib/connection/deadlines.js';
import { longestDelay } from '../../lib/options/check.js';
import { frozenTime } from '../testing/virtualTime.js';

describe('createDeadlines', () => {
  const time = frozenTime();
  const recording = (...nexts: number[]) => {
    const sweeps: number[] = [];
    const deadlines = createDeadlines((now) => {
      sweeps.push(now);
      return nexts.shift() ?? Infinity;
    });
    return { sweeps, ...deadlines };
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
    const deadlines = createDeadlines((now) => {
      if (sweeps.push(now) === 1) deadlines.watch(15);
      return sweeps.length === 1 ? 60 : Infinity;
    });
    deadlines.watch(10);
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

  it('stops, and can watch again', () => {
    const { sweeps, watch, stop } = recording();
    watch(10);
    stop();
    expect(time.timers).to.equal(0);
    watch(20);
    time.tick(100);
    expect(sweeps).to.deep.equal([20]);
  });
});
