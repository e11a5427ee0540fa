import { expect } from 'chai';
import { createCounters } from '../../lib/events/createCounters.js';
import type { DropReason } from '../../lib/events/gatewayEvent.js';

describe('createCounters', () => {
  it('begins with every number at zero and without a session', () => {
    const { drops, rtt, replyTime, since, ...numbers } = createCounters();
    expect(numbers).to.deep.equal({
      attempts: 0,
      sessions: 0,
      messagesIn: 0,
      messagesOut: 0,
      bytesIn: 0,
      bytesOut: 0,
      invalid: 0,
      pending: 0,
    });
    const none: Record<DropReason, number> = {
      unmatchedReply: 0,
      unroutedNotification: 0,
      heldOverflow: 0,
      unmatchedConfirmation: 0,
      unhandled: 0,
      malformed: 0,
      invalid: 0,
      rateLimited: 0,
      busy: 0,
      unauthenticated: 0,
      maxBuffered: 0,
      slowConsumer: 0,
    };
    expect(drops).to.deep.equal(none);
    expect([rtt.count, replyTime.count, since]).to.deep.equal([0, 0, undefined]);
  });

  it('makes counters that share nothing', () => {
    const one = createCounters();
    one.attempts++;
    one.drops.malformed++;
    one.rtt.record(1);
    const other = createCounters();
    expect([other.attempts, other.drops.malformed, other.rtt.count]).to.deep.equal([0, 0, 0]);
    expect(one.replyTime.count).to.equal(0);
  });
});
