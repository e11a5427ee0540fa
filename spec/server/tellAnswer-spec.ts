import { expect } from 'chai';
import { peerLink } from '../../lib/server/peerLink.js';
import { tellAnswer } from '../../lib/server/tellAnswer.js';
import { fakePeer } from './fakePeer.js';

describe('tellAnswer', () => {
  const scene = () => {
    const client = fakePeer();
    return { client, link: peerLink(client.peer) };
  };

  it('sends an answer as it is', () => {
    const { client, link } = scene();
    tellAnswer(link, 'work', { kind: 'failure', id: 'a', code: 'NO', message: 'no', data: { why: 1 }, retryAfter: 5 });
    expect(client.sent).to.deep.equal([{ type: 'ERROR', id: 'a', code: 'NO', error: 'no', data: { why: 1 }, retryAfter: 5 }]);
    expect(client.events).to.deep.equal([]);
  });

  for (const [name, message, frame] of [
    ['reply', { kind: 'reply', id: 'a', last: true }, { type: 'RESPONSE', id: 'a' }],
    ['failure', { kind: 'failure', id: 'a', code: 'NO', retryAfter: 5 }, { type: 'ERROR', id: 'a', code: 'NO', retryAfter: 5 }],
    ['refusal', { kind: 'refusal', id: 'a', code: 'NO' }, { type: 'NACK', id: 'a', code: 'NO' }],
  ] as const)
    it(`sends a ${name} without its data where that cannot be encoded, and reports it`, () => {
      const { client, link } = scene();
      tellAnswer(link, 'work', { ...message, data: 1n });
      expect(client.sent).to.have.length(1);
      expect(client.sent[0]).to.include(frame);
      expect(client.sent[0]).to.not.have.property('data');
      expect(client.failures.map(({ hook, cause }) => [hook, cause.kind])).to.deep.equal([['work', 'malformedMessage']]);
    });

  it('does nothing where the session is not open', () => {
    const { client, link } = scene();
    client.peer.close();
    tellAnswer(link, 'work', { kind: 'reply', id: 'a', data: 1n, last: true });
    expect([client.sent, client.failures]).to.deep.equal([[], []]);
  });
});
