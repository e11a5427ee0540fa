import { expect } from 'chai';
import { defer, map, merge, NEVER, type Observable, of, Subject, take, throwError, timer } from 'rxjs';
import { drain, HeartbeatTimeoutError, request, type Session, shareSession, topic } from 'rxgate';
import { fakeGateway, fakeSession } from 'rxgate/testing';
import { sessionsOf } from '../support/sessionsOf.js';
import { byKind, frozenTime, tracing, virtualTime } from '../testing/virtualTime.js';
import { linesOf, pipelineTo } from './pipelines.js';

const ids = map((session: Session) => String(session.id));

describe('shareSession', () => {
  frozenTime();

  describe('counts references', () => {
    it('connects with the first subscriber and lets go with the last', () => {
      virtualTime(({ hot, expectObservable, expectSubscriptions }) => {
        const { session } = fakeSession();
        const source = hot('s------');
        const subs = '      -^--!  ';
        const first = '     -^-!   ';
        const second = '    --^-!  ';

        const shared$ = source.pipe(
          map(() => session),
          shareSession(),
        );
        expectObservable(shared$, first).toBe('-------');
        expectObservable(shared$, second).toBe('-------');
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('connects anew for who comes after the last has left', () => {
      virtualTime(({ expectObservable }) => {
        const { source } = sessionsOf();
        const shared$ = source.pipe(shareSession(), ids);

        expectObservable(shared$, '^-!').toBe('1--');
        expectObservable(shared$, '---^-!').toBe('---2--');
      });
    });

    it('P30: has one connection for all who share it', () => {
      virtualTime(({ flush }) => {
        const gateway = fakeGateway();
        const session$ = pipelineTo(gateway);
        for (let n = 0; n < 5; n++) session$.pipe(take(1)).subscribe();
        timer(5).subscribe(() => session$.subscribe().add(timer(5).subscribe()));
        const held = session$.subscribe();
        timer(9).subscribe(() => {
          expect(gateway.open).to.equal(1);
          drain(session$).subscribe();
        });
        flush();
        expect(held.closed).to.equal(true);
        expect(gateway.connections).to.equal(1);
      });
    });

    it('counts what is waited for as a subscriber: a request, a topic', () => {
      virtualTime(({ acts, flush }) => {
        const gateway = fakeGateway({ commands: { slow: () => timer(5) }, topics: { bars: () => NEVER } });
        const session$ = pipelineTo(gateway);
        const open: number[] = [];
        const note = () => open.push(gateway.open);
        session$.pipe(take(1)).subscribe();
        session$.pipe(request('slow')).subscribe();
        const bars = session$.pipe(topic('bars')).subscribe();
        acts('---a--b-u-c', { a: note, b: note, c: note, u: () => bars.unsubscribe() });
        flush();
        expect(open).to.deep.equal([1, 1, 0]);
        expect(gateway.closes).to.deep.equal([1000]);
      });
    });
  });

  describe('linger', () => {
    it('P31: keeps the connection for who comes back within it', () => {
      virtualTime(({ expectObservable }) => {
        const { source } = sessionsOf();
        const shared$ = source.pipe(shareSession({ linger: 3 }), ids);

        expectObservable(shared$, '^-!').toBe('1--');
        expectObservable(shared$, '----^-!').toBe('----1--');
        expectObservable(shared$, '----------^-!').toBe('----------2--');
      });
    });

    it('closes with 1000 once it is over', () => {
      virtualTime(({ acts, flush }) => {
        const { source, made } = sessionsOf();
        const codes: unknown[] = [];
        const note = () => codes.push(made[0]?.end?.code);
        acts('u--ab', {
          u: () =>
            source
              .pipe(shareSession({ linger: 3 }))
              .subscribe()
              .unsubscribe(),
          a: note,
          b: note,
        });
        flush();
        expect(codes).to.deep.equal([undefined, 1000]);
      });
    });

    it('begins anew each time', () => {
      virtualTime(({ expectObservable }) => {
        const { source } = sessionsOf();
        const shared$ = source.pipe(shareSession({ linger: 3 }), ids);

        expectObservable(shared$, '^!').toBe('1-');
        expectObservable(shared$, '---^!').toBe('---1-');
        expectObservable(shared$, '------^!').toBe('------1-');
      });
    });
  });

  describe('gives a late subscriber', () => {
    it('the open session at once', () => {
      virtualTime(({ expectObservable }) => {
        const { source } = sessionsOf();
        const shared$ = source.pipe(shareSession(), ids);

        expectObservable(shared$, '^-----!').toBe('1------');
        expectObservable(shared$, '---^--!').toBe('---1---');
      });
    });

    it('never one that has ended: it waits for the next', () => {
      virtualTime(({ acts, expectObservable }) => {
        const gateway = fakeGateway();
        const shared$ = pipelineTo(gateway).pipe(ids);
        acts('           -d', { d: () => gateway.drop() });
        const first = '  ^-------!';
        const second = ' ---^----!';

        // The retry comes after 5 ms.
        expectObservable(shared$, first).toBe(' 1-----2--');
        expectObservable(shared$, second).toBe('------2--');
      });
    });

    it('none that is closing', () => {
      virtualTime(({ acts, expectObservable }) => {
        const gateway = fakeGateway({ latency: 2 });
        const session$ = pipelineTo(gateway);
        let current: Session | undefined;
        session$.subscribe((session) => (current = session));
        acts('           -----c', { c: () => current?.close() });
        const late = '   ------^';
        const expected = '---------|';

        expectObservable(session$, late).toBe(expected);
      });
    });

    it('that came within the emission to another the session once', () => {
      virtualTime(({ flush }) => {
        const { source } = sessionsOf();
        const shared$ = source.pipe(shareSession());
        const lines: string[] = [];
        const trace = tracing(lines);
        shared$.pipe(ids).subscribe((id) => {
          trace('a').next(id);
          shared$.pipe(ids).subscribe(trace('b'));
        });
        flush();
        expect(lines).to.deep.equal(['a 1', 'b 1']);
      });
    });

    it('nothing, when an earlier one has ended the session in its turn', () => {
      const { session } = fakeSession();
      const source = new Subject<Session>();
      const shared$ = source.pipe(shareSession());
      const lines: string[] = [];
      shared$.subscribe(() => session.close());
      shared$.pipe(ids).subscribe(tracing(lines)('b'));
      source.next(session);
      expect(lines).to.deep.equal([]);
    });

    it('that came at the event `resumed` the session once', () => {
      virtualTime(({ flush }) => {
        const gateway = fakeGateway({ topics: { bars: () => NEVER } });
        const lines: string[] = [];
        const events = {
          next: ({ type }: { type: string }) => {
            if (type === 'resumed') session$.pipe(ids).subscribe(tracing(lines)('late'));
          },
        };
        const session$ = pipelineTo(gateway, { events });
        session$.pipe(topic('bars')).subscribe();
        timer(9).subscribe(() => drain(session$).subscribe());
        flush();
        expect(lines).to.deep.equal(['late 1', 'late |']);
      });
    });
  });

  describe('aborts a pending backoff when nobody is left', () => {
    it('P2: and makes no further attempt', () => {
      virtualTime(({ acts, flush }) => {
        const gateway = fakeGateway();
        const subscription = pipelineTo(gateway).subscribe();
        acts('-d-u', { d: () => gateway.drop(), u: () => subscription.unsubscribe() });
        flush();
        expect(gateway.connections).to.equal(1);
      });
    });

    it('also while a request waits and is cancelled', () => {
      virtualTime(({ acts, flush }) => {
        const gateway = fakeGateway();
        gateway.refuse(1_000);
        const subscription = pipelineTo(gateway).pipe(request('x')).subscribe();
        acts('--------u', { u: () => subscription.unsubscribe() });
        flush();
        expect(gateway.connections).to.equal(2);
      });
    });
  });

  describe('after a final error', () => {
    it('errors for everybody, and starts anew with the next subscriber', () => {
      virtualTime(({ acts, expectObservable }) => {
        const gateway = fakeGateway();
        acts('           -d', { d: () => gateway.drop(1008) });
        const shared$ = byKind(pipelineTo(gateway).pipe(ids));

        expectObservable(shared$).toBe('1#', undefined, 'connectionLost');
        expectObservable(shared$).toBe('1#', undefined, 'connectionLost');
        expectObservable(shared$, '---^-!').toBe('---2--');
      });
    });

    it('starts anew for who subscribes in the moment of the error', () => {
      virtualTime(({ acts, flush }) => {
        const gateway = fakeGateway();
        const session$ = pipelineTo(gateway);
        const lines: string[] = [];
        const trace = tracing(lines);
        session$.pipe(ids).subscribe({ ...trace('a'), error: () => session$.pipe(ids).subscribe(trace('b')) });
        acts('-d-e', { d: () => gateway.drop(1008), e: () => drain(session$).subscribe() });
        flush();
        expect(lines).to.deep.equal(['a 1', 'b 2', 'b |']);
      });
    });

    it('starts anew each time a source fails in the turn of its subscription', () => {
      let attempts = 0;
      const failing = defer(() => throwError(() => `no ${++attempts}`)) as Observable<Session>;
      const shared$ = failing.pipe(shareSession());
      const lines: string[] = [];
      const trace = tracing(lines);
      shared$.subscribe(trace('a'));
      shared$.pipe(request('x')).subscribe(trace('b'));
      shared$.pipe(topic('x')).subscribe(trace('c'));
      expect(lines).to.deep.equal(['a! no 1', 'b! no 2', 'c! no 3']);
    });
  });

  it('takes a source that emits in the turn of its subscription', () => {
    const { session } = fakeSession();
    const lines: string[] = [];
    const trace = tracing(lines);
    const shared$ = merge(of(session), NEVER).pipe(shareSession());
    shared$.pipe(ids).subscribe(trace('a'));
    shared$.pipe(ids, take(1)).subscribe(trace('b'));
    expect(lines).to.deep.equal(['a 1', 'b 1', 'b |']);
  });

  it('completes when the source does, and starts anew after that', () => {
    virtualTime(({ acts, expectObservable, flush }) => {
      const { source, made } = sessionsOf();
      const shared$ = source.pipe(shareSession(), ids);
      acts('--c', { c: () => made[0]?.session.close() });

      expectObservable(shared$).toBe('1-|');
      expectObservable(shared$, '----^-!').toBe('----2--');
      flush();
      expect(made).to.have.length(2);
    });
  });

  it('stays completed after a drain', () => {
    virtualTime(({ acts, expectObservable }) => {
      const { source } = sessionsOf();
      const shared$ = source.pipe(shareSession());
      acts('--d', { d: () => drain(shared$).subscribe() });

      expectObservable(shared$.pipe(ids)).toBe('1-|');
      expectObservable(shared$, '----^').toBe('----|');
    });
  });

  it('hides trouble that is retried below it', () => {
    virtualTime(({ acts, expectObservable }) => {
      const gateway = fakeGateway();
      acts('           -d-----t', { d: () => gateway.drop(), t: () => gateway.drop(1001) });
      const unsub = '  --------------!';
      const expected = '1-----2-----3';

      const session$ = pipelineTo(gateway).pipe(ids);
      expectObservable(session$, unsub).toBe(expected);
    });
  });

  it('does not emit a session that ended while it was resumed', () => {
    const source = new Subject<Session>();
    const { session } = fakeSession();
    const shared$ = source.pipe(shareSession());
    const lines: string[] = [];
    const trace = tracing(lines);
    let calls = 0;
    const params = () => {
      if (calls++ > 0) session.terminate(new HeartbeatTimeoutError(1));
    };
    shared$.pipe(ids).subscribe(trace('s'));
    shared$.pipe(topic('bars', params)).subscribe(trace('t'));
    source.next(session);
    expect(lines).to.deep.equal([]);
    source.next(fakeSession({ id: 2 }).session);
    expect(lines).to.deep.equal(['s 2']);
  });

  it('reports what a new session carries on', () => {
    virtualTime(({ flush, acts }) => {
      const gateway = fakeGateway({ topics: { bars: () => NEVER, news: () => NEVER }, commands: { x: () => 1 } });
      const reported: unknown[] = [];
      const session$ = pipelineTo(gateway, { events: { next: (event) => reported.push(event) } });
      session$.subscribe();
      for (const name of ['bars', 'news']) session$.pipe(topic(name)).subscribe();
      acts('-d-q', { d: () => gateway.drop(), q: () => session$.pipe(request('x')).subscribe() });
      timer(20).subscribe(() => drain(session$).subscribe());
      flush();
      expect(reported).to.deep.equal([
        { type: 'resumed', session: 1, topics: 2, sent: 0 },
        { type: 'resumed', session: 2, topics: 2, sent: 1 },
        { type: 'closing' },
        { type: 'closed' },
      ]);
      expect(linesOf(gateway.sent).slice(2)).to.include.members(['2 subscribe bars', '2 subscribe news', '2 request x']);
    });
  });

  describe('an invalid option', () => {
    const invalid: readonly [object, typeof TypeError | typeof RangeError, RegExp][] = [
      [{ linger: -1 }, RangeError, /^shareSession: linger/],
      [{ linger: '1 s' }, TypeError, /^shareSession: linger/],
      [{ maxWaiting: -1 }, RangeError, /^shareSession: maxWaiting/],
      [{ maxWaiting: 1.5 }, TypeError, /^shareSession: maxWaiting/],
      [{ events: {} }, TypeError, /^shareSession: events/],
      [[5_000], TypeError, /^shareSession: options/],
    ];
    for (const [config, type, message] of invalid)
      it(`is refused at the call: ${JSON.stringify(config)}`, () => {
        expect(() => shareSession(config)).to.throw(type, message);
      });

    it('is refused at the call: a function for events', () => {
      expect(() => shareSession({ events: (() => undefined) as never })).to.throw(TypeError, /^shareSession: events/);
    });
  });
});
