import { expect } from 'chai';
import { concat, map, NEVER, of, Subject } from 'rxjs';
import { createCounters, notifications, type Session } from 'rxgate';
import type { Message } from 'rxgate/protocols';
import { fakeGateway, fakeSession } from 'rxgate/testing';
import { byKind, frozenTime, tracing, virtualTime } from '../testing/virtualTime.js';
import { linesOf, pipelineTo } from './pipelines.js';

const note = (topic: string, data: unknown): Message => ({ kind: 'notification', topic, data });

describe('notifications', () => {
  frozenTime();

  it('emits what comes of one type, without asking for it', () => {
    virtualTime(({ acts, expectObservable, flush }) => {
      const gateway = fakeGateway();
      acts('           -a-b-c', {
        a: () => gateway.send(note('NOTIFY_CHANGE', 1)),
        b: () => gateway.send(note('NOTIFY_OTHER', 2)),
        c: () => gateway.send(note('NOTIFY_CHANGE', 3)),
      });
      const unsub = '  -------!';
      const expected = '-x---y--';

      const data$ = pipelineTo(gateway).pipe(
        notifications<number>('NOTIFY_CHANGE'),
        map(({ data }) => data),
      );
      expectObservable(data$, unsub).toBe(expected, { x: 1, y: 3 });
      flush();
      expect(linesOf(gateway.sent)).to.deep.equal([]);
    });
  });

  it('emits all without a type, with the position where there is one', () => {
    const { session$, receive } = fakeSession();
    const all: unknown[] = [];
    session$.pipe(notifications()).subscribe((message) => all.push(message));
    const positioned: Message = { kind: 'notification', topic: 'b', data: 2, position: { epoch: 'e', offset: 7 } };
    receive(note('a', 1));
    receive(positioned);
    receive({ kind: 'other', body: 3 });
    expect(all).to.deep.equal([note('a', 1), positioned]);
  });

  it('P39: goes on with the next session', () => {
    virtualTime(({ acts, expectObservable }) => {
      const gateway = fakeGateway();
      const send = (data: string) => () => gateway.send(note('x', data));
      acts('           -a-d-b----c', { a: send('a'), b: send('b'), c: send('c'), d: () => gateway.drop() });
      const unsub = '  -----------!';
      const expected = '-a--------c-';

      const data$ = pipelineTo(gateway).pipe(
        notifications<string>('x'),
        map(({ data }) => data),
      );
      expectObservable(data$, unsub).toBe(expected);
    });
  });

  it('errors and completes with the stream', () => {
    virtualTime(({ acts, expectObservable }) => {
      const [lost, closed] = [fakeSession(), fakeSession()];
      acts('           --d', {
        d: () => {
          lost.drop();
          closed.session.close();
        },
      });

      expectObservable(byKind(lost.session$.pipe(notifications()))).toBe('--#', undefined, 'connectionLost');
      expectObservable(closed.session$.pipe(notifications())).toBe('--|');
    });
  });

  it('listens to one session at a time', () => {
    const sessions = new Subject<Session>();
    const [one, two] = [fakeSession({ id: 1 }), fakeSession({ id: 2 })];
    const lines: string[] = [];
    const subscription = sessions
      .pipe(
        notifications(),
        map(({ data }) => data),
      )
      .subscribe(tracing(lines)('n'));
    sessions.next(one.session);
    sessions.next(two.session);
    one.receive(note('x', 1));
    two.receive(note('x', 2));
    subscription.unsubscribe();
    two.receive(note('x', 3));
    expect(lines).to.deep.equal(['n 2']);
  });

  it('keeps what it hears from being counted as dropped, and only that', () => {
    const counters = createCounters();
    const { session$, receive } = fakeSession({ counters });
    session$.pipe(notifications('a')).subscribe();
    receive(note('a', 1));
    receive(note('b', 1));
    expect(counters.drops.unroutedNotification).to.equal(1);
  });

  it('counts again what nobody hears any more', () => {
    const counters = createCounters();
    const { session, receive } = fakeSession({ counters });
    const listen = () => concat(of(session), NEVER).pipe(notifications('a')).subscribe();
    const [one, two] = [listen(), listen()];
    for (const leave of [one, two]) {
      receive(note('a', 1));
      expect(counters.drops.unroutedNotification).to.equal(0);
      leave.unsubscribe();
    }
    receive(note('a', 1));
    expect(counters.drops.unroutedNotification).to.equal(1);
  });

  it('serves many listeners, of which one may leave within a value', () => {
    const { session, receive } = fakeSession();
    const sessions = new Subject<Session>();
    const lines: string[] = [];
    const trace = tracing(lines);
    const data$ = sessions.pipe(
      notifications('a'),
      map(({ data }) => data),
    );
    const first = data$.subscribe((data) => {
      trace('x').next(data);
      first.unsubscribe();
    });
    data$.subscribe(trace('y'));
    sessions.next(session);
    receive(note('a', 1));
    receive(note('a', 2));
    expect(lines).to.deep.equal(['x 1', 'y 1', 'y 2']);
  });

  it('refuses a type that is no name, at the call', () => {
    expect(() => notifications('')).to.throw(TypeError, /^notifications: type/);
    expect(NEVER.pipe(notifications())).to.be.an('object');
  });
});
