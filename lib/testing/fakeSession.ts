import { Observable } from 'rxjs';
import { createSession } from '../connection/createSession.js';
import type { AnySession, Session } from '../connection/session.js';
import type { Validation } from '../contract/boundary.js';
import { checkContract } from '../contract/checkContract.js';
import { type ClientContract, type Contract, contractSymbol, type Untyped } from '../contract/contract.js';
import { errorOptionsOf, verdictOnClose } from '../connection/verdict.js';
import { ConnectionLostError } from '../errors/gatewayErrors.js';
import { checkFlag } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
import type { HeartbeatDefaults } from '../protocols/protocol.js';
import { createFakeWire, type FakeOtherSide, type FakeWireOptions, readFakeWire } from './fakeWire.js';

/** Options of {@link fakeSession}. Durations are milliseconds of RxJS time. */
export interface FakeSessionOptions<C extends Contract = Untyped> extends FakeWireOptions {
  /** Types the session, and checks its payloads, as at `connect`. Default: none. */
  readonly contract?: ClientContract<C> | undefined;
  /** What becomes of a payload that the contract's codec refuses. Default `'strict'`. */
  readonly validation?: Validation | undefined;
  /** Whether the socket can ping, as in Node: for `heartbeat({ mode: 'frame' })`. Default `false`, as in a browser. */
  readonly framePings?: boolean | undefined;
  /** What the greeting agreed on. Default: nothing. */
  readonly heartbeat?: HeartbeatDefaults | undefined;
}

/** A session without a socket, and its other side. */
export interface FakeSession<C extends Contract = Untyped> extends FakeOtherSide {
  /** The session, for the code under test. */
  readonly session: Session<C>;
  /**
   * Streams it as `connect` does: emits it if it is open, errors with the error of its end, completes after `session.close()`.
   * Unsubscribing ends it with 1000.
   */
  readonly session$: Observable<Session<C>>;
  /** The other side closes, or with 1006 vanishes (default). The error is a `ConnectionLostError`, with the verdict of the table. */
  drop(code?: number, reason?: string): void;
}

/**
 * A real session over a socket in memory, for specs of operators and of code that takes a session. Everything happens at once and in RxJS
 * time, so it works in `TestScheduler.run` and with fake timers. A close handshake is answered at once.
 *
 * @example
 * const { session$, sent, receive, drop } = fakeSession();
 * session$.pipe(request('orders.place', order)).subscribe(observer);
 * receive({ kind: 'reply', id: 1, data: receipt, last: true });
 *
 * @throws TypeError or RangeError at the call, with the name of the option that is invalid.
 */
export function fakeSession<C extends Contract = Untyped>(options: FakeSessionOptions<C> = {}): FakeSession<NoInfer<C>> {
  const settings = readFakeWire('fakeSession', options);
  const { framePings } = readOptions('fakeSession', options, { framePings: [checkFlag, false] });
  const { contract, validation } = options;
  const bind = contract?.[contractSymbol];
  checkContract('fakeSession', contract, !!bind, validation);
  const wire = createFakeWire(settings.protocol.client(), framePings);
  const owned = wire.carry(
    createSession({
      ...settings,
      heartbeat: options.heartbeat,
      opened: { url: 'ws://fake/', subprotocol: '' },
      codec: wire.codec,
      socket: wire.socket,
      onEnd: wire.onEnd,
    }),
  );
  bind?.(validation)(owned.session);
  const session = owned.session as AnySession as Session<C>;

  return Object.assign(wire.otherSide, {
    session,
    session$: new Observable<Session<C>>((subscriber) => {
      if (session.open) subscriber.next(session);
      subscriber.add(
        session.closed.subscribe(({ error }) => {
          if (error) subscriber.error(error);
          else subscriber.complete();
        }),
      );
      return () => {
        owned.end({ code: 1000, reason: '', wasClean: true, by: 'us' });
      };
    }),
    drop: (code = 1006, reason = ''): void => {
      const wasClean = code !== 1006;
      const error = new ConnectionLostError(code, reason, wasClean, errorOptionsOf(verdictOnClose(code, reason)));
      owned.end({ code, reason, wasClean, by: 'them', error });
    },
  });
}
