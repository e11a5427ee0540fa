import { expect } from 'chai';
import { Subscriber } from 'rxjs';
import type { PendingRequest } from '../../lib/connection/pendingRequests.js';
import { checkRequest, pendingRequest } from '../../lib/connection/requestSpec.js';
import { createWaitingLine } from '../../lib/connection/waitingLine.js';
import { waitingSend } from '../../lib/connection/waitingSend.js';
import { fakeSession } from 'rxgate/testing';
import { frozenTime, tracing } from '../testing/virtualTime.js';

describe('createWaitingLine', () => {
  const time = frozenTime();
  let lines: string[];
  beforeEach(() => {
    lines = [];
  });
  const observer = (name: string) => new Subscriber<unknown>(tracing(lines)(name) as never);
  const request = (name: string, timeout = 100, on: Subscriber<unknown> = observer(name)): PendingRequest =>
    pendingRequest(checkRequest(name, 0, { timeout }), on);
  const send = (name: string, timeout = 100) => waitingSend(name, 0, timeout, observer(name));

  it('gives requests and sends to a session, in the order they came', () => {
    const line = createWaitingLine(10);
    const { session, sent } = fakeSession();
    for (const waiting of [request('a'), send('b'), request('c')]) line.add(waiting);
    expect(line.size).to.equal(3);
    expect(line.flush(session)).to.equal(3);
    expect(line.size).to.equal(0);
    expect(sent.map((message) => (message as { command?: string }).command)).to.deep.equal(['a', 'b', 'c']);
    expect(lines).to.deep.equal(['b |']);
  });

  it('stops when the session ends in the middle, and keeps the rest', () => {
    const line = createWaitingLine(10);
    const { session, drop, sent } = fakeSession();
    line.add(waitingSend('a', 0, 100, new Subscriber({ next: () => undefined, error: () => undefined, complete: () => drop() })));
    line.add(request('b'));
    expect(line.flush(session)).to.equal(1);
    expect(line.size).to.equal(1);
    expect(sent).to.have.length(1);
    const next = fakeSession({ id: 2 });
    expect(line.flush(next.session)).to.equal(1);
    expect(next.sent).to.have.length(1);
    expect(lines).to.deep.equal([]);
  });

  it('sends what is added while it goes out', () => {
    const line = createWaitingLine(10);
    const { session, sent } = fakeSession();
    const adding = { next: () => undefined, error: () => undefined, complete: () => line.add(send('b')) };
    line.add(waitingSend('a', 0, 100, new Subscriber(adding)));
    expect(line.flush(session)).to.equal(2);
    expect(sent).to.have.length(2);
  });

  it('fails the newcomer when it is full', () => {
    const line = createWaitingLine(1);
    line.add(request('a'));
    line.add(request('b'));
    expect(lines).to.deep.equal(['b! outboxOverflow']);
    expect(line.size).to.equal(1);
  });

  it('may hold nothing', () => {
    createWaitingLine(0).add(send('a'));
    expect(lines).to.deep.equal(['a! outboxOverflow']);
  });

  it('fails each at its deadline, with one timer for all', () => {
    const line = createWaitingLine(10);
    for (const waiting of [request('a', 30), send('b', 10), request('c', Infinity)]) line.add(waiting);
    expect(time.timers).to.equal(1);
    time.tick(20);
    expect(lines).to.deep.equal(['b! requestTimeout']);
    time.tick(20);
    expect(lines).to.deep.equal(['b! requestTimeout', 'a! requestTimeout']);
    expect(line.size).to.equal(1);
    expect(time.timers).to.equal(0);
  });

  it('has no timer once it is empty, by cancelling, sending or failing', () => {
    for (const empty of ['cancel', 'flush', 'failAll']) {
      const line = createWaitingLine(10);
      const waiting = request('a');
      line.add(waiting);
      expect(time.timers).to.equal(1);
      if (empty === 'cancel') line.cancel(waiting);
      if (empty === 'flush') line.flush(fakeSession().session);
      if (empty === 'failAll') line.failAll('over');
      // The session has one for the request that was sent.
      expect(time.timers).to.equal(empty === 'flush' ? 1 : 0);
      time.tick(200);
    }
  });

  it('fails all with one error, in order', () => {
    const line = createWaitingLine(10);
    for (const waiting of [request('a'), send('b')]) line.add(waiting);
    line.failAll('over');
    expect(lines).to.deep.equal(['a! over', 'b! over']);
    expect(line.size).to.equal(0);
  });

  it('forgets one that is cancelled', () => {
    const line = createWaitingLine(10);
    const [a, b] = [request('a'), request('b')];
    line.add(a);
    line.add(b);
    expect(a.owner).to.equal(line);
    line.cancel(a);
    expect(a.owner).to.equal(undefined);
    const { session, sent } = fakeSession();
    line.flush(session);
    expect(sent).to.have.length(1);
  });
});
