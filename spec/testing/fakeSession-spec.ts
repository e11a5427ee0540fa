import { expect } from 'chai';
import sinon from 'sinon';
import {
  ConnectionLostError,
  contract,
  createCounters,
  type GatewayError,
  HeartbeatTimeoutError,
  request,
  verdictTable,
} from 'rxgate';
import { DateFromISOString } from 'rxgate/io-ts';
import { fakeSession } from 'rxgate/testing';
import { byKind, frozenTime, virtualTime } from './virtualTime.js';

describe('fakeSession', () => {
  frozenTime();

  it('streams its session, and completes when the application closes', () => {
    virtualTime(({ acts, expectObservable }) => {
      const { session, session$ } = fakeSession();
      acts('           --c', { c: () => session.close() });
      const expected = 's-|';

      expectObservable(session$).toBe(expected, { s: session });
    });
  });

  it('plays replies, and keeps what was sent', () => {
    virtualTime(({ acts, expectObservable, flush }) => {
      const { session$, sent, receive } = fakeSession();
      acts('           --r   ', { r: () => receive({ kind: 'reply', id: 1, data: 'done', last: true }) });
      const expected = '--(d|)';

      expectObservable(session$.pipe(request('orders.place', { n: 1 }))).toBe(expected, { d: 'done' });
      flush();
      expect(sent).to.deep.equal([
        { kind: 'request', id: 1, command: 'orders.place', data: { n: 1 }, stream: false, key: undefined },
      ]);
    });
  });

  it('takes frames of its protocol, as text and as bytes', () => {
    const { session, receive } = fakeSession();
    const replies: unknown[] = [];
    session.request('a').subscribe((reply) => replies.push(reply));
    session.request('b').subscribe((reply) => replies.push(reply));
    receive('{"type":"RESPONSE","id":"2","data":"text"}');
    receive(new TextEncoder().encode('{"type":"RESPONSE","id":"1","data":"bytes"}'));
    expect(replies).to.deep.equal(['text', 'bytes']);
  });

  it('counts what it receives, messages and frames alike', () => {
    const counters = createCounters();
    const { receive } = fakeSession({ counters });
    receive({ kind: 'pong' });
    receive('no JSON');
    expect(counters.messagesIn).to.equal(2);
    expect(counters.drops.malformed).to.equal(1);
  });

  it('refuses what its protocol cannot encode, and does not count it as sent', () => {
    const { session, sent } = fakeSession();
    expect(() => session.send('x', 1n))
      .to.throw(Error)
      .with.property('kind', 'malformedMessage');
    expect(sent).to.deep.equal([]);
  });

  const rows: readonly [code: number | undefined, wasClean: boolean, retryable: boolean, refresh: boolean][] = [
    [undefined, false, true, false],
    [1000, true, true, false],
    [1012, true, true, false],
    [4401, true, false, true],
    [1008, true, false, false],
  ];
  for (const [code, wasClean, retryable, refresh] of rows)
    it(`drops with ${code ?? 'nothing, which is 1006,'} as the table of verdicts has it`, () => {
      const fake = fakeSession();
      const error = sinon.spy();
      fake.session$.subscribe({ error });
      fake.drop(code, 'why');
      expect(error.firstCall.args[0]).to.be.instanceOf(ConnectionLostError);
      expect(error.firstCall.args[0]).to.include({ code: code ?? 1006, reason: 'why', wasClean, retryable, refresh });
      expect(fake.end).to.deep.include({ code: code ?? 1006, reason: 'why', wasClean, by: 'them' });
      expect(fake.session.open).to.equal(false);
      expect(verdictTable).to.not.be.empty;
    });

  it('ends once: what comes after is not heard', () => {
    const fake = fakeSession();
    const messages = sinon.spy();
    fake.session.messages.subscribe(messages);
    fake.session.terminate(new HeartbeatTimeoutError(5));
    fake.drop(4000);
    fake.receive({ kind: 'other', body: 1 });
    expect(fake.end).to.include({ code: 1006, by: 'us' });
    expect((fake.end?.error as GatewayError).kind).to.equal('heartbeatTimeout');
    sinon.assert.notCalled(messages);
  });

  it('errors its stream with what terminates the session', () => {
    virtualTime(({ acts, expectObservable }) => {
      const { session, session$ } = fakeSession();
      acts('           --t', { t: () => session.terminate(new HeartbeatTimeoutError(5)) });
      const expected = 's-#';

      expectObservable(byKind(session$)).toBe(expected, { s: session }, 'heartbeatTimeout');
    });
  });

  it('ends with 1000 when its stream is unsubscribed from', () => {
    const fake = fakeSession();
    fake.session$.subscribe().unsubscribe();
    expect(fake.end).to.deep.equal({ code: 1000, reason: '', wasClean: true, by: 'us' });
  });

  it('has a contract: what is sent is encoded and checked, and what is received is decoded', () => {
    const isText = (value: unknown): value is string => typeof value === 'string';
    const shop = contract({ commands: { place: { request: isText, reply: DateFromISOString } } });
    const { session$, sent, receive } = fakeSession({ contract: shop });
    const replies: Date[] = [];
    session$.pipe(request('place', 'x')).subscribe((date) => replies.push(date));
    receive({ kind: 'reply', id: 1, data: '2026-11-30T00:00:00Z', last: true });
    expect(replies).to.deep.equal([new Date('2026-11-30T00:00:00Z')]);
    expect(sent).to.have.length(1);

    const strict = fakeSession({ contract: shop });
    const errors: unknown[] = [];
    strict.session$.pipe(request('place', 7 as never)).subscribe({ error: (error: unknown) => errors.push(error) });
    expect([errors.length, strict.sent]).to.deep.equal([1, []]);
    expect(errors[0]).to.include({ kind: 'validation' });

    const off = fakeSession({ contract: shop, validation: 'off' });
    off.session$.pipe(request('place', 7 as never)).subscribe();
    expect(off.sent).to.have.length(1);
  });

  it('checks its options', () => {
    expect(() => fakeSession({ validation: 'off' })).to.throw(TypeError, 'fakeSession: contract must be there for validation');
    expect(() => fakeSession({ confirmTimeout: -1 })).to.throw(RangeError, /^fakeSession: confirmTimeout/);
    expect(() => fakeSession({ maxHeld: 1.5 })).to.throw(TypeError, /^fakeSession: maxHeld/);
  });
});
