import { expect } from 'chai';
import { isPerMessage } from '../../lib/events/isPerMessage.js';
import type { GatewayEvent } from '../../lib/events/gatewayEvent.js';

describe('isPerMessage', () => {
  it('is true of what comes with each message, and of nothing in the life of a connection', () => {
    const events: readonly GatewayEvent[] = [
      { type: 'sent', session: 1, kind: 'request', name: 'a' },
      { type: 'received', session: 1, kind: 'pong' },
      { type: 'subscribed', session: 1, topic: 't' },
      { type: 'dropped', session: 1, reason: 'unhandled' },
      { type: 'heartbeat', session: 1, rtt: 1 },
      { type: 'closing' },
    ];
    expect(events.filter(isPerMessage).map(({ type }) => type)).to.deep.equal(['sent', 'received']);
  });
});
