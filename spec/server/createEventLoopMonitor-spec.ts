import { expect } from 'chai';
import { createEventLoopMonitor } from '../../lib/server/createEventLoopMonitor.js';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { block, makeTimersLate } from '../support/lateTimers.js';

describe('createEventLoopMonitor', () => {
  afterEach(cleanUp);

  it('tells how late timers were since the sample before, and nothing after its stop', async () => {
    const monitor = createEventLoopMonitor();
    atTestEnd(() => monitor.stop());
    expect(monitor.sample()).to.equal(undefined);
    await makeTimersLate();
    const late = monitor.sample();
    expect(late?.max).to.be.within(20, 5_000);
    expect(late?.p99).to.be.within(late?.p50 ?? NaN, late?.max ?? NaN);
    expect(monitor.sample()).to.equal(undefined);
    block(40);
    monitor.stop();
    expect(monitor.sample()).to.equal(undefined);
  });
});
