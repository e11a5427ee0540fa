import { expect } from 'chai';
import { of, Subject, tap, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import type { SessionEnd } from '../../lib/connection/session.js';
import { ConnectionLostError, HeartbeatTimeoutError } from '../../lib/errors/gatewayErrors.js';
import type { ConnectionState } from '../../lib/events/connectionState.js';
import { connectionStates } from '../../lib/events/connectionStates.js';
import type { GatewayEvent } from '../../lib/events/gatewayEvent.js';

const lost = new ConnectionLostError(1006, '', false);
const final = new ConnectionLostError(1008, 'policy', true, { retryable: false });

const cleanEnd: SessionEnd = { code: 1000, reason: '', wasClean: true, by: 'us' };
const connecting = (session: number): GatewayEvent => ({ type: 'connecting', session });
const opened = (session: number): GatewayEvent => ({ type: 'opened', session, url: 'ws://127.0.0.1/', subprotocol: '' });
const ready = (session: number): GatewayEvent => ({ type: 'ready', session, since: session * 100 });
const failed = (session: number, error: ConnectionLostError | HeartbeatTimeoutError = lost): GatewayEvent => ({
  type: 'ended',
  session,
  end: { code: 1006, reason: '', wasClean: false, by: 'them', error },
});
const finished = (session: number): GatewayEvent => ({ type: 'ended', session, end: cleanEnd });
const released = (session: number): GatewayEvent => ({ type: 'released', session });
const retrying = (attempt: number, delay = 1_000): GatewayEvent => ({ type: 'retrying', attempt, delay, cause: lost });
const gaveUp: GatewayEvent = { type: 'gaveUp', cause: final };
const waitReleased: GatewayEvent = { type: 'released' };
const closing: GatewayEvent = { type: 'closing' };
const closed: GatewayEvent = { type: 'closed' };

const live = (session: number): GatewayEvent[] => [connecting(session), opened(session), ready(session)];

/** The states that the events lead through, as text, without the first `disconnected`. */
const trace = (events: readonly GatewayEvent[]): string => {
  const seen: string[] = [];
  const nameOf = (cause: unknown): string => (cause === lost ? 'lost' : cause === final ? 'final' : 'unknown');
  connectionStates(of(...events)).subscribe((state) => {
    switch (state.status) {
      case 'connecting':
        return seen.push(`connecting ${state.attempt}`);
      case 'authenticated':
        return seen.push(`authenticated ${state.since}`);
      case 'reconnecting':
        return seen.push(`reconnecting ${state.attempt} ${state.delay} ${nameOf(state.cause)}`);
      case 'closed':
        return seen.push('cause' in state ? `closed ${nameOf(state.cause)}` : 'closed');
      default:
        return seen.push(state.status);
    }
  });
  expect(seen.shift()).to.equal('disconnected');
  return seen.join(', ');
};

const up = 'connecting 1, connected, authenticated 100';
const rows: readonly (readonly [title: string, events: readonly GatewayEvent[], states: string])[] = [
  ['an attempt that succeeds', live(1), up],
  ['a subscriber that leaves while connecting', [connecting(1), released(1)], 'connecting 1, disconnected'],
  [
    'a subscriber that leaves during the handshake',
    [connecting(1), opened(1), released(1)],
    'connecting 1, connected, disconnected',
  ],
  ['a subscriber that leaves', [...live(1), released(1)], `${up}, disconnected`],
  ['a subscriber whose leaving ends the session', [...live(1), finished(1), released(1)], `${up}, disconnected`],
  ['an end without a retry', [...live(1), failed(1, final), released(1)], `${up}, closed final`],
  ['a failed attempt without a retry', [connecting(1), failed(1, final), released(1)], 'connecting 1, closed final'],
  ['an end that is not yet released', [...live(1), failed(1)], up],
  [
    'a retry after a lost session',
    [...live(1), failed(1), retrying(2), released(1), ...live(2)],
    `${up}, reconnecting 2 1000 lost, connecting 2, connected, authenticated 200`,
  ],
  [
    'retries of failed attempts',
    [
      connecting(1),
      failed(1),
      retrying(2),
      released(1),
      connecting(2),
      failed(2),
      retrying(3, 3_000),
      released(2),
      connecting(3),
    ],
    'connecting 1, reconnecting 2 1000 lost, connecting 2, reconnecting 3 3000 lost, connecting 3',
  ],
  ['giving up', [connecting(1), failed(1), gaveUp, released(1)], 'connecting 1, closed final'],
  [
    'a retry that fails before the connect begins',
    [connecting(1), failed(1), retrying(2), released(1), retrying(3, 3_000), connecting(2)],
    'connecting 1, reconnecting 2 1000 lost, reconnecting 3 3000 lost, connecting 3',
  ],
  [
    'a first attempt that fails before the connect begins',
    [retrying(2), connecting(1)],
    'reconnecting 2 1000 lost, connecting 2',
  ],
  ['a first attempt that cannot even begin', [gaveUp], 'closed final'],
  [
    'a wait that is abandoned',
    [connecting(1), failed(1), retrying(2), released(1), waitReleased, connecting(2)],
    'connecting 1, reconnecting 2 1000 lost, disconnected, connecting 1',
  ],
  [
    'a new subscriber after a final error',
    [connecting(1), failed(1), gaveUp, released(1), connecting(2)],
    'connecting 1, closed final, connecting 1',
  ],
  ['a new subscriber after the last one left', [...live(1), released(1), connecting(2)], `${up}, disconnected, connecting 1`],
  [
    'a new subscriber that is faster than the release of what failed',
    [...live(1), failed(1, final), connecting(2), released(1), opened(2)],
    `${up}, closed final, connecting 1, connected`,
  ],
  [
    'a second socket of an unshared stream',
    [...live(1), connecting(2), released(1), opened(2)],
    `${up}, disconnected, connecting 1, connected`,
  ],
  ['a drain of a live session', [...live(1), closing, finished(1), released(1), closed], `${up}, closing, closed`],
  [
    'a drain during a wait',
    [connecting(1), failed(1), retrying(2), released(1), closing, waitReleased, closed],
    'connecting 1, reconnecting 2 1000 lost, closing, closed',
  ],
  ['a drain during an attempt', [connecting(1), closing, released(1), closed], 'connecting 1, closing, closed'],
  ['a drain of what is idle', [closing, closed], 'closing, closed'],
  [
    'a drain after a final error',
    [connecting(1), failed(1), gaveUp, released(1), closing, closed],
    'connecting 1, closed final, closing, closed',
  ],
  ['a session that the application closes', [...live(1), closing, finished(1), released(1)], `${up}, closing, closed`],
  [
    'a new subscriber that is faster than the release of what was closed',
    [...live(1), closing, finished(1), connecting(2), released(1), opened(2)],
    `${up}, closing, closed, connecting 1, connected`,
  ],
  [
    'a drain that outlives its session',
    [...live(1), closing, failed(1), retrying(2), released(1), ...live(2), finished(2), released(2), closed],
    `${up}, closing, closed`,
  ],
  [
    'a release of the old session during a drain in the wait',
    [connecting(1), failed(1), retrying(2), closing, released(1)],
    'connecting 1, reconnecting 2 1000 lost, closing',
  ],
  [
    'events of an attempt while closing',
    [connecting(1), closing, opened(1), ready(1), connecting(2), gaveUp, closing, waitReleased],
    'connecting 1, closing',
  ],
  ['a close without a drain', [...live(1), closed, released(1)], `${up}, closed`],
  ['a close that comes twice', [closing, closed, closed, gaveUp], 'closing, closed'],
  [
    'sessions that count anew',
    [...live(7), released(7), ...live(1)],
    `connecting 1, connected, authenticated 700, disconnected, ${up}`,
  ],
  ['events that are repeated', live(1).flatMap((event) => [event, event]), up],
  ['a usable session that was never open', [connecting(1), ready(1)], 'connecting 1'],
  ['a session whose beginning was missed', [opened(1), ready(1), released(1), waitReleased], ''],
];

describe('connectionStates', () => {
  let scheduler: TestScheduler;

  beforeEach(() => {
    scheduler = new TestScheduler((actual, expected) => {
      expect(actual).to.deep.equal(expected);
    });
  });

  describe('follows', () => {
    for (const [title, events, states] of rows) {
      it(title, () => {
        expect(trace(events)).to.equal(states);
      });
    }
  });

  it('emits disconnected first, then each state with its event, and completes with the events', () => {
    scheduler.run(({ hot, expectObservable, expectSubscriptions }) => {
      const events = hot('     -c-o-r-e(wx)--d|', {
        c: connecting(1),
        o: opened(1),
        r: ready(1),
        e: failed(1),
        w: retrying(2),
        x: released(1),
        d: connecting(2),
      });
      const expectedSubs = '   ^--------------!';
      const expected = '       dc-o-a--w-----b|';

      expectObservable(connectionStates(events)).toBe(expected, {
        d: { status: 'disconnected' },
        c: { status: 'connecting', attempt: 1 },
        o: { status: 'connected' },
        a: { status: 'authenticated', since: 100 },
        w: { status: 'reconnecting', attempt: 2, delay: 1_000, cause: lost },
        b: { status: 'connecting', attempt: 2 },
      });
      expectSubscriptions(events.subscriptions).toBe(expectedSubs);
    });
  });

  it('stays disconnected with events that never come, that complete at once, or that are not about life', () => {
    scheduler.run(({ hot, cold, expectObservable }) => {
      const values = { d: { status: 'disconnected' } };
      expectObservable(connectionStates(cold<GatewayEvent>('-'))).toBe(' d', values);
      expectObservable(connectionStates(cold<GatewayEvent>('|'))).toBe(' (d|)', values);
      const others = { s: { type: 'sent', session: 1, kind: 'request' }, h: { type: 'heartbeat', session: 1, rtt: 3 } } as const;
      expectObservable(connectionStates(hot<GatewayEvent>('-s-h-|', others))).toBe('d----|', values);
    });
  });

  it('passes an error of the events on, and starts anew for the next subscriber', () => {
    scheduler.run(({ cold, expectObservable }) => {
      const values = { d: { status: 'disconnected' }, c: { status: 'connecting', attempt: 1 } };
      const states = connectionStates(cold('       -c-#', { c: connecting(1) }));
      expectObservable(states).toBe('             dc-#', values);
      expectObservable(states, '      -----^').toBe('-----dc-#', values);
    });
    const seen: unknown[] = [];
    connectionStates(throwError(() => lost)).subscribe({ error: (error: unknown) => seen.push(error) });
    expect(seen).to.deep.equal([lost]);
  });

  it('P24: gives a late subscriber the current state at once, and the trace of a flap exactly', () => {
    scheduler.run(({ hot, expectObservable, expectSubscriptions }) => {
      const events = hot('                -c-o-r----e(wx)------C-O-R--', {
        c: connecting(1),
        o: opened(1),
        r: ready(1),
        e: failed(1),
        w: retrying(2, 10),
        x: released(1),
        C: connecting(2),
        O: opened(2),
        R: ready(2),
      });
      const expectedSubs = '              ^---------------------------!';
      const first = '                     ^---------------------------!';
      const expected = '                  dc-o-a-----w---------b-o-A---';
      const during = '                    -------^------------!';
      const expectedDuring = '            -------a---w---------';
      const waiting = '                   --------------^-------!';
      const expectedWaiting = '           --------------w------b-';
      const after = '                     --------------------------^-!';
      const expectedAfter = '             --------------------------A--';
      const values: Record<string, ConnectionState> = {
        d: { status: 'disconnected' },
        c: { status: 'connecting', attempt: 1 },
        o: { status: 'connected' },
        a: { status: 'authenticated', since: 100 },
        w: { status: 'reconnecting', attempt: 2, delay: 10, cause: lost },
        b: { status: 'connecting', attempt: 2 },
        A: { status: 'authenticated', since: 200 },
      };

      const states = connectionStates(events);
      expectObservable(states, first).toBe(expected, values);
      expectObservable(states, during).toBe(expectedDuring, values);
      expectObservable(states, waiting).toBe(expectedWaiting, values);
      expectObservable(states, after).toBe(expectedAfter, values);
      expectSubscriptions(events.subscriptions).toBe(expectedSubs);
    });
  });

  it('P23: stays usable when the old session closes after the new one opened', () => {
    const beginning = [...live(1), failed(1), retrying(2, 0), connecting(2)];
    const recovered = `${up}, reconnecting 2 0 lost, connecting 2, connected`;
    expect(trace([...beginning, opened(2), finished(1), released(1)])).to.equal(recovered);
    expect(trace([...beginning, opened(2), ready(2), failed(1, final), released(1)])).to.equal(`${recovered}, authenticated 200`);
    expect(trace([...beginning, opened(1), ready(1), failed(1), released(1), opened(2)])).to.equal(recovered);
  });

  it('keeps the last state for subscribers that come after the events completed', () => {
    const events = new Subject<GatewayEvent>();
    const states = connectionStates(events);
    const first = states.subscribe();
    for (const event of [...live(1), closing, finished(1), released(1), closed]) events.next(event);
    events.complete();
    first.unsubscribe();

    const seen: unknown[] = [];
    states.subscribe({ next: (state) => seen.push(state), complete: () => seen.push('complete') });
    expect(seen).to.deep.equal([{ status: 'closed' }, 'complete']);
  });

  it('lets go of the events with its last subscriber, and starts at disconnected again', () => {
    scheduler.run(({ hot, expectObservable, expectSubscriptions }) => {
      const events = hot('       -c-o-r-----e---', { c: connecting(1), o: opened(1), r: ready(1), e: retrying(2) });
      const first = '            ^----!';
      const expectedFirst = '    dc-o-';
      const second = '           -------^------!';
      const expectedSecond = '   -------d---w---';
      const states = connectionStates(events);
      const values = {
        d: { status: 'disconnected' },
        c: { status: 'connecting', attempt: 1 },
        o: { status: 'connected' },
        w: { status: 'reconnecting', attempt: 2, delay: 1_000, cause: lost },
      };
      expectObservable(states, first).toBe(expectedFirst, values);
      expectObservable(states, second).toBe(expectedSecond, values);
      expectSubscriptions(events.subscriptions).toBe([first, second]);
    });
  });

  it('shares no state between two applications', () => {
    const a = new Subject<GatewayEvent>();
    const b = new Subject<GatewayEvent>();
    const seen: string[] = [];
    connectionStates(a).subscribe((state) => seen.push(`a ${state.status}`));
    connectionStates(b).subscribe((state) => seen.push(`b ${state.status}`));
    a.next(connecting(5));
    b.next(opened(5));
    b.next(connecting(1));
    expect(seen).to.deep.equal(['a disconnected', 'b disconnected', 'a connecting', 'b connecting']);
  });

  it('tells all subscribers of a state before what one of them does about it', () => {
    const events = new Subject<GatewayEvent>();
    const states = connectionStates(events);
    const seen: string[] = [];
    states.subscribe(({ status }) => {
      if (status === 'reconnecting') for (const event of [closing, closed]) events.next(event);
    });
    states.pipe(tap(({ status }) => seen.push(status))).subscribe();
    for (const event of [connecting(1), failed(1), retrying(2)]) events.next(event);
    expect(seen).to.deep.equal(['disconnected', 'connecting', 'reconnecting', 'closing', 'closed']);
  });

  it('misses nothing of what a subscriber does on hearing the first state', () => {
    const events = new Subject<GatewayEvent>();
    const seen: string[] = [];
    connectionStates(events).subscribe(({ status }) => {
      seen.push(status);
      if (status === 'disconnected') events.next(connecting(1));
    });
    expect(seen).to.deep.equal(['disconnected', 'connecting']);
  });

  it('keeps the identity of a cause that is no error', () => {
    const cause = { odd: true };
    const seen: ConnectionState[] = [];
    connectionStates(
      of<GatewayEvent[]>({ type: 'retrying', attempt: 2, delay: 5, cause }, { type: 'gaveUp', cause: undefined }),
    ).subscribe((state) => seen.push(state));
    expect(seen[1]).to.have.property('cause', cause);
    expect(seen[2]).to.deep.equal({ status: 'closed', cause: undefined });
  });

  it('names the end of a terminated session as the cause', () => {
    const miss = new HeartbeatTimeoutError(5_000);
    const seen: ConnectionState[] = [];
    connectionStates(of(...live(1), failed(1, miss), released(1))).subscribe((state) => seen.push(state));
    expect(seen.at(-1)).to.have.property('cause', miss);
  });

  it('throws a TypeError at the call for events that are no observable', () => {
    expect(() => connectionStates({ next: () => undefined } as never)).to.throw(TypeError, 'connectionStates: events');
    expect(() => connectionStates(undefined as never)).to.throw(TypeError, 'connectionStates: events');
  });
});
