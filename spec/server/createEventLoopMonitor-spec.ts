import { expect } from 'chai';
import { createEventLoopMonitor } from '../../lib/server/createEventLoopMonitor.js';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';

/** Keeps the process busy for so long, in ms. */
const block = (ms: number): void => {
  const until = performance.now() + ms;
  while (performance.now() < until);
};
const turn = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('createEventLoopMonitor', () => {
  afterEach(cleanUp);

  it('tells how late timers were since the sample before, and nothing after its stop', async () => {
    const monitor = createEventLoopMonitor();
    atTestEnd(() => monitor.stop());
    expect(monitor.sample()).to.equal(undefined);
    await turn(15);
    block(40);
    await turn(1);
    const late = monitor.sample();
    expect(late?.max).to.be.within(20, 5_000);
    expect(late?.p99).to.be.within(late?.p50 ?? NaN, late?.max ?? NaN);
    expect(monitor.sample()).to.equal(undefined);
    block(40);
    monitor.stop();
    expect(monitor.sample()).to.equal(undefined);
  });
});
