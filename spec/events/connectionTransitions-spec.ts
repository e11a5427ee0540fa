import { expect } from 'chai';
import fc from 'fast-check';
import { of, Subject } from 'rxjs';
import type { SessionEnd } from '../../lib/connection/session.js';
import { ConnectionLostError } from '../../lib/errors/gatewayErrors.js';
import type { ConnectionState, ConnectionStatus } from '../../lib/events/connectionState.js';
import { connectionStates } from '../../lib/events/connectionStates.js';
import { connectionTransitions } from '../../lib/events/connectionTransitions.js';
import type { GatewayEvent } from '../../lib/events/gatewayEvent.js';

const seed = 20_240_607;
const lost = new ConnectionLostError(1006, '', false);
const failedEnd: SessionEnd = { code: 1006, reason: '', wasClean: false, by: 'them', error: lost };
const cleanEnd: SessionEnd = { code: 1000, reason: '', wasClean: true, by: 'us' };

const published = Object.entries(connectionTransitions).flatMap(([from, all]) => all.map((to) => `${from} > ${to}`));

const pairsOf = (states: readonly ConnectionState[]): string[] =>
  states.slice(1).map(({ status }, index) => `${states[index]?.status ?? ''} > ${status}`);

/**
 * A pipeline of `connect`, a stage that may fail before it, `retryBackoff` and a shared stream, as a random walk: it emits what they
 * report, in the orders that they can report it in, and knows without looking at the events what the state has to be.
 */
function createModel(emit: (event: GatewayEvent) => void) {
  let phase: 'idle' | 'connecting' | 'open' | 'usable' | 'failed' | 'waiting' = 'idle';
  let drain: 'none' | 'draining' | 'retried' = 'none';
  let session = 0;
  let attempt = 1;
  const unreleased: number[] = [];
  let expected: ConnectionStatus = 'disconnected';

  const isLive = (): boolean => phase === 'connecting' || phase === 'open' || phase === 'usable';
  /** The state follows what happens, unless a drain hides it. */
  const show = (status: ConnectionStatus): void => {
    if (drain === 'none') expected = status;
  };
  const connecting = (): void => {
    phase = 'connecting';
    show('connecting');
    emit({ type: 'connecting', session: ++session });
  };
  const subscribe = (): void => {
    attempt = 1;
    connecting();
  };
  const retry = (): void => {
    if (phase === 'failed') unreleased.push(session);
    phase = 'waiting';
    show('reconnecting');
    if (drain !== 'none') drain = 'retried';
    emit({ type: 'retrying', attempt: ++attempt, delay: 10 * attempt, cause: lost });
  };
  const giveUp = (): void => {
    if (phase === 'failed') unreleased.push(session);
    phase = 'idle';
    show('closed');
    emit({ type: 'gaveUp', cause: lost });
  };
  const release = (status: ConnectionStatus): void => {
    phase = 'idle';
    // The release of the one session that a drain began with ends it; after a retry only its own word does.
    if (drain === 'draining') expected = 'closed';
    else show(status);
    emit({ type: 'released', session });
  };
  const over = (): void => {
    phase = 'idle';
    drain = 'none';
    expected = 'closed';
    emit({ type: 'closed' });
  };

  type Action = readonly [when: () => boolean, act: (choice: number) => void];
  const actions: readonly Action[] = [
    [() => phase === 'idle' && drain === 'none', subscribe],
    [() => phase === 'idle' && drain === 'none', () => ((attempt = 1), retry())],
    [() => phase === 'idle' && drain === 'none', giveUp],
    [
      () => phase === 'connecting',
      () => ((phase = 'open'), show('connected'), emit({ type: 'opened', session, url: '', subprotocol: '' })),
    ],
    [() => phase === 'open', () => ((phase = 'usable'), show('authenticated'), emit({ type: 'ready', session, since: session }))],
    [isLive, () => ((phase = 'failed'), emit({ type: 'ended', session, end: failedEnd }))],
    [isLive, () => (emit({ type: 'ended', session, end: cleanEnd }), release('disconnected'))],
    [isLive, () => release('disconnected')],
    [() => phase === 'failed' || phase === 'waiting', retry],
    [() => phase === 'failed' || (phase === 'waiting' && drain === 'none'), giveUp],
    [() => phase === 'failed', () => release('closed')],
    // A consumer that subscribes again on hearing the error, while the failed attempt is still being torn down.
    [() => phase === 'failed' && drain === 'none', () => (unreleased.push(session), subscribe())],
    [() => phase === 'waiting', connecting],
    [() => phase === 'waiting', () => ((phase = 'idle'), show('disconnected'), emit({ type: 'released' }))],
    // session.close()
    [
      () => phase === 'usable' && drain === 'none',
      (choice) => {
        emit({ type: 'closing' });
        emit({ type: 'ended', session, end: cleanEnd });
        expected = 'closed';
        if (choice % 2) release('closed');
        else {
          unreleased.push(session);
          subscribe();
        }
      },
    ],
    [
      () => drain === 'none',
      () => {
        expected = 'closing';
        drain = isLive() || phase === 'failed' ? 'draining' : 'retried';
        emit({ type: 'closing' });
      },
    ],
    [() => drain !== 'none' && phase === 'idle', over],
    // Closed without a drain.
    [() => phase === 'usable' && drain === 'none', () => (unreleased.push(session), over())],
    [
      () => unreleased.length > 0,
      () => {
        const late = unreleased.shift() ?? 0;
        // Given up during a drain: that, too, was the one session that the drain began with.
        if (drain === 'draining' && late === session) expected = 'closed';
        emit({ type: 'released', session: late });
      },
    ],
    // Late events of sessions that are over.
    [
      () => session > 1,
      (choice) => {
        const old = 1 + (choice % (session - 1));
        emit({ type: 'opened', session: old, url: '', subprotocol: '' });
        emit({ type: 'ready', session: old, since: old });
        emit({ type: 'ended', session: old, end: choice % 2 ? failedEnd : cleanEnd });
        emit({ type: 'released', session: old });
      },
    ],
  ];

  return {
    step(choice: number): void {
      const possible = actions.filter(([when]) => when());
      possible[choice % possible.length]?.[1](Math.floor(choice / possible.length));
    },
    get expected() {
      return { status: expected, attempt };
    },
  };
}

describe('connectionTransitions', () => {
  it('is all that a random walk of a pipeline sees, and all of it is seen', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 40, size: 'max' }), (choices) => {
        const events = new Subject<GatewayEvent>();
        const states: ConnectionState[] = [];
        connectionStates(events).subscribe((state) => states.push(state));
        const model = createModel((event) => events.next(event));

        for (const choice of choices) {
          model.step(choice);
          const { status, attempt } = model.expected;
          const state = states.at(-1);
          // An assertion costs far more than a comparison, and there are 80,000 of these.
          if (state?.status !== status || ('attempt' in state && state.attempt !== attempt))
            expect(state).to.include('attempt' in (state ?? {}) ? { status, attempt } : { status });
        }
        const pairs = pairsOf(states);
        expect(pairs.filter((pair) => !published.includes(pair))).to.deep.equal([]);
        for (const pair of pairs) reached.add(pair);
      }),
      { seed, numRuns: 4_000 },
    );
    expect([...reached].sort()).to.deep.equal([...published].sort());
  }).timeout(20_000);

  it('holds for events in any order', () => {
    const session = fc.integer({ min: 1, max: 4 });
    const of1 = (type: 'connecting' | 'released') => session.map((id): GatewayEvent => ({ type, session: id }));
    const event: fc.Arbitrary<GatewayEvent> = fc.oneof(
      of1('connecting'),
      session.map((id): GatewayEvent => ({ type: 'opened', session: id, url: '', subprotocol: '' })),
      session.map((id): GatewayEvent => ({ type: 'ready', session: id, since: id })),
      fc
        .tuple(session, fc.constantFrom(failedEnd, cleanEnd))
        .map(([id, end]): GatewayEvent => ({ type: 'ended', session: id, end })),
      of1('released'),
      session.map((attempt): GatewayEvent => ({ type: 'retrying', attempt, delay: 1, cause: lost })),
      fc.constantFrom<GatewayEvent>(
        { type: 'gaveUp', cause: lost },
        { type: 'released' },
        { type: 'closing' },
        { type: 'closed' },
        { type: 'refreshing' },
        { type: 'resumed', session: 1, topics: 1, sent: 1 },
      ),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40, size: 'max' }), (events) => {
        const states: ConnectionState[] = [];
        connectionStates(of(...events)).subscribe((state) => states.push(state));
        expect(states[0]).to.deep.equal({ status: 'disconnected' });
        expect(pairsOf(states).filter((pair) => !published.includes(pair))).to.deep.equal([]);
      }),
      { seed, numRuns: 2_000 },
    );
  });

  it('has a way out of every status, and names no status that has no line', () => {
    const statuses = Object.keys(connectionTransitions);
    for (const [from, all] of Object.entries(connectionTransitions)) {
      expect(all, from).to.not.equal(undefined).and.not.deep.equal([]);
      expect(statuses).to.include.members([...all]);
    }
  });
});
