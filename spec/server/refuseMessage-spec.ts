import { expect } from 'chai';
import type { Message } from '../../lib/protocols/message.js';
import { peerLink } from '../../lib/server/peerLink.js';
import { refuseMessage } from '../../lib/server/refuseMessage.js';
import { fakePeer } from './fakePeer.js';

describe('refuseMessage', () => {
  const refused = (message: Message, retryAfter?: number) => {
    const client = fakePeer();
    const link = peerLink(client.peer);
    refuseMessage(link, message, { code: 'NO', message: 'not now', retryAfter, drop: 'rateLimited' });
    return { sent: client.sent, drops: link.counters.drops.rateLimited };
  };

  it('answers a request with an error reply', () => {
    const error = { type: 'ERROR', id: 'a', code: 'NO', error: 'not now' };
    expect(refused({ kind: 'request', id: 'a', command: 'c' }, 5).sent).to.deep.equal([{ ...error, retryAfter: 5 }]);
    expect(refused({ kind: 'request', id: 'a', command: 'c' })).to.deep.equal({ sent: [error], drops: 0 });
  });

  it('refuses a subscribe, with the advice in its data', () => {
    const refusal = { type: 'NACK', id: 'a', code: 'NO', error: 'not now' };
    const message: Message = { kind: 'subscribe', id: 'a', key: 't', topic: 't' };
    expect(refused(message, 5).sent).to.deep.equal([{ ...refusal, data: { retryAfter: 5 } }]);
    expect(refused(message)).to.deep.equal({ sent: [refusal], drops: 0 });
  });

  it('counts as a drop what nobody waits for an answer to', () => {
    for (const message of [
      { kind: 'send', command: 'c' },
      { kind: 'cancel', id: 'a' },
      { kind: 'other', body: 1 },
    ] as const)
      expect(refused(message)).to.deep.equal({ sent: [], drops: 1 });
  });
});
