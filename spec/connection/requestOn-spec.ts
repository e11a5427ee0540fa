import { expect } from 'chai';
import { requestOn } from '../../lib/connection/requestOn.js';
import type { RequestOptions } from '../../lib/connection/session.js';
import { sessionLink } from '../../lib/connection/sessionLink.js';
import { fakeSession } from 'rxgate/testing';
import { frozenTime, tracing } from '../testing/virtualTime.js';

describe('requestOn', () => {
  const time = frozenTime();
  const setting = () => {
    const fake = fakeSession();
    const lines: string[] = [];
    const ask = (command: string, options?: RequestOptions) => requestOn(sessionLink(fake.session), command, 0, options);
    const wire = () => fake.sent.map((message) => `${message.kind} ${(message as { id?: number }).id}`);
    return { ...fake, lines, trace: tracing(lines), ask, wire };
  };

  it('checks at the call, before anything is subscribed or sent', () => {
    const { ask, sent } = setting();
    expect(() => ask('')).to.throw(TypeError, /^request: command/);
    expect(() => ask('x', { timeout: 0 })).to.throw(RangeError, /^request: timeout/);
    expect(() => ask('x', { stream: true, idempotent: true })).to.throw(TypeError, /^request: idempotent/);
    ask('x');
    expect(sent).to.deep.equal([]);
  });

  it('asks anew, under another id, for each subscription', () => {
    const { ask, wire, trace, lines, receive } = setting();
    const asked = ask('x');
    asked.subscribe(trace('a'));
    asked.subscribe(trace('b'));
    expect(wire()).to.deep.equal(['request 1', 'request 2']);
    receive({ kind: 'reply', id: 2, data: 'second', last: true });
    expect(lines).to.deep.equal(['b second', 'b |']);
  });

  it('cancels once when it is unsubscribed from, and not at all once it is settled', () => {
    const { ask, wire, receive } = setting();
    const [left, answered] = [ask('x').subscribe(), ask('x').subscribe()];
    receive({ kind: 'reply', id: 2, data: 0, last: true });
    for (const subscription of [left, left, answered]) subscription.unsubscribe();
    expect(wire()).to.deep.equal(['request 1', 'request 2', 'cancel 1']);
    expect(time.timers).to.be.lessThan(2);
  });

  it('fails with the reason of its signal and cancels; aborted before, it sends nothing', () => {
    const { ask, wire, trace, lines } = setting();
    const abort = new AbortController();
    ask('x', { signal: abort.signal }).subscribe(trace('a'));
    abort.abort('enough');
    ask('x', { signal: abort.signal }).subscribe(trace('b'));
    expect(lines).to.deep.equal(['a! enough', 'b! enough']);
    expect(wire()).to.deep.equal(['request 1', 'cancel 1']);
  });

  it('fails with its session, idempotent or not: this session is the only one that it knows', () => {
    const { ask, trace, lines, drop, wire } = setting();
    ask('x', { idempotent: true }).subscribe(trace('a'));
    ask('x').subscribe(trace('b'));
    drop();
    ask('x', { whileDisconnected: 'wait' }).subscribe(trace('late'));
    expect(lines).to.deep.equal(['a! connectionLost', 'b! connectionLost', 'late! connectionLost']);
    expect(wire()).to.deep.equal(['request 1', 'request 2']);
  });
});
