import { expect } from 'chai';
import { createCounters, type GatewayEvent } from 'rxgate';
import { countEvents } from '../../lib/server/countEvents.js';
import { createServerCounters } from '../../lib/server/serverCounters.js';

describe('countEvents', () => {
  const opened: GatewayEvent = { type: 'opened', session: 1, url: '/', subprotocol: '' };

  it('counts connections, limits, rejections and refused upgrades, and passes all events on', () => {
    const counters = createServerCounters();
    const seen: GatewayEvent[] = [];
    const events: GatewayEvent[] = [
      opened,
      { ...opened, session: 2 },
      { type: 'released', session: 1 },
      { type: 'limited', session: 2, retryAfter: 5 },
      { type: 'rejected', session: 2, code: 4401, reason: 'expired' },
      { type: 'rejected', session: 3, code: 4401, reason: 'expired' },
      { type: 'rejected', session: 4, code: 4429, reason: 'limit' },
      { type: 'upgradeRefused', status: 401, reason: 'authenticate', address: 'a' },
      { type: 'hookFailed', hook: 'a', cause: 1 },
    ];
    const observer = countEvents(counters, { next: (event) => seen.push(event) });
    for (const event of events) observer?.next(event);
    expect(seen).to.deep.equal(events);
    const { connections, rateLimited, rejected, upgradesRefused } = counters;
    expect({ connections, rateLimited, rejected, upgradesRefused }).to.deep.equal({
      connections: 1,
      rateLimited: 1,
      rejected: { expired: 2, limit: 1 },
      upgradesRefused: { authenticate: 1 },
    });
  });

  it('counts before it tells, and also where nobody observes', () => {
    const counters = createServerCounters();
    const at: number[] = [];
    countEvents(counters, { next: () => at.push(counters.connections) })?.next(opened);
    countEvents(counters, undefined)?.next(opened);
    expect([at, counters.connections]).to.deep.equal([[1], 2]);
  });

  it('asks for the events of messages only where the observer does', () => {
    const observed = (given: boolean | undefined) =>
      countEvents(createServerCounters(), { next: () => undefined, ...(given !== undefined && { observed: given }) })?.observed;
    expect([undefined, false, true].map(observed)).to.deep.equal([false, false, true]);
    expect(countEvents(createServerCounters(), undefined)?.observed).to.equal(false);
  });

  it('leaves the events of simpler counters as they are', () => {
    const events = { next: () => undefined };
    expect(countEvents(createCounters(), events)).to.equal(events);
    expect(countEvents(createCounters(), undefined)).to.equal(undefined);
  });
});
