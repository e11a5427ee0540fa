import { expect } from 'chai';
import { commandNotify } from 'rxgate/protocols';
import { fakeServe } from 'rxgate/testing';
import { checkFakeServe } from '../../lib/testing/fakeServeOptions.js';

describe('fakeServeOptions', () => {
  it('says which one is wrong', () => {
    const wrong: readonly [unknown, RegExp][] = [
      [null, /^fakeServe: options/],
      [{ latency: -1 }, /^fakeServe: latency/],
      [{ confirmTimeout: 0 }, /^fakeServe: confirmTimeout/],
      [{ maxHeld: 0.5 }, /^fakeServe: maxHeld/],
      [{ counters: {} }, /^fakeServe: counters/],
      [{ events: {} }, /^fakeServe: events/],
      [{ authenticate: {} }, /^fakeServe: authenticate/],
      [{ authenticateTimeout: 0 }, /^fakeServe: authenticateTimeout/],
      [{ clock: 1 }, /^fakeServe: clock/],
      [{ protocol: null }, /^fakeServe: protocol/],
    ];
    for (const [options, text] of wrong) expect(() => checkFakeServe(options as object)).to.throw(Error, text);
  });

  it('are checked at the call', () => {
    expect(() => fakeServe({ latency: -1 })).to.throw(RangeError, 'fakeServe: latency');
  });

  it('has the defaults of serve', () => {
    const { protocol, counters, contract, events, clock, ...rest } = checkFakeServe({});
    expect(rest).to.deep.equal({ latency: 0, authenticateTimeout: 10_000, confirmTimeout: 10_000, maxHeld: 1_000 });
    expect(protocol.name).to.equal(commandNotify().name);
  });
});
