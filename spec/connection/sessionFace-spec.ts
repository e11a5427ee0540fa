import { expect } from 'chai';
import { type FakeSession, fakeSession } from 'rxgate/testing';
import { sessionLink } from '../../lib/connection/sessionLink.js';
import { frozenTime, tracing } from '../testing/virtualTime.js';

describe('sessionFace', () => {
  frozenTime();

  it('has functions that may be taken off their session', () => {
    const { session, sent, end } = fakeSession();
    const { send, request, topic, close } = session;
    send('a');
    request('b').subscribe({ error: () => undefined });
    topic('c').subscribe();
    expect(sent.map(({ kind }) => kind)).to.deep.equal(['send', 'request', 'subscribe']);
    expect(end).to.equal(undefined);
    close();
    expect(session.open).to.equal(false);
  });

  it('is the same for all sessions: none has a function of its own', () => {
    const { session } = fakeSession();
    expect(Object.keys(session).sort()).to.deep.equal(['id', 'opened']);
    expect(Object.getPrototypeOf(session)).to.equal(Object.getPrototypeOf(fakeSession().session));
  });

  it('makes what nobody asked for only when somebody does', () => {
    const { session, receive } = fakeSession();
    const link = sessionLink(session);
    receive({ kind: 'other', body: {} });
    expect([link.messages, link.over]).to.deep.equal([undefined, undefined]);
    session.messages.subscribe();
    session.closed.subscribe();
    expect([link.messages?.observed, link.over?.observed]).to.deep.equal([true, true]);
  });

  const asked: readonly (readonly [when: string, (fake: FakeSession) => void, (fake: FakeSession) => void])[] = [
    ['before the end', () => undefined, ({ drop }) => drop(1001, 'bye')],
    ['after it', ({ drop }) => drop(1001, 'bye'), () => undefined],
  ];
  for (const [when, before, after] of asked)
    it(`tells who asks ${when} how it ended, and completes`, () => {
      const fake = fakeSession();
      before(fake);
      const lines: string[] = [];
      fake.session.closed.subscribe(({ code, reason, by }) => lines.push(`${code} ${reason} ${by}`));
      fake.session.messages.subscribe(tracing(lines)('messages'));
      after(fake);
      expect(lines.sort()).to.deep.equal(['1001 bye them', 'messages |']);
    });

  it('hands out nothing that one could speak for the session with', () => {
    const { session } = fakeSession();
    for (const stream of [session.messages, session.closed]) expect(stream).to.not.have.property('next');
  });
});
