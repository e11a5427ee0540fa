import {
  asyncScheduler,
  defer,
  expand,
  ignoreElements,
  map,
  merge,
  mergeMap,
  type MonoTypeOperatorFunction,
  type Observable,
  of,
  takeUntil,
  timer,
} from 'rxjs';
import type { AnySession } from '../connection/session.js';
import { sessionLink } from '../connection/sessionLink.js';
import { ConnectFailedError, HeartbeatTimeoutError } from '../errors/gatewayErrors.js';
import { checkDuration, checkFunction, checkOneOf } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';

/** Options of {@link heartbeat}. What is left out is as the protocol says, else as given here. */
export interface HeartbeatConfig {
  /** Milliseconds of silence, in either direction, before a ping; or within which the other side must be heard. Default 25 000. */
  readonly interval?: number | undefined;
  /** Milliseconds that a sign of life may then take. Default 5 000. */
  readonly timeout?: number | undefined;
  /**
   * `'message'`: pings of the application protocol, which work in browsers. `'frame'`: pings of the WebSocket protocol, Node only.
   * `'idle'`: no pings, only watch. `'peer'`: the other side pings, and is watched. Default `'message'`.
   */
  readonly mode?: 'message' | 'frame' | 'idle' | 'peer' | undefined;
  /** Where the moment of the first beat comes from: a number in [0, 1). Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** What is done next, and after how many ms. */
type Step = () => Next;
type Next = readonly [step: Step, delay: number];

/** Watches one session for as long as it is subscribed to; terminates the session on a miss. Emits nothing. */
const watchOver = (session: AnySession, given: HeartbeatConfig & { readonly random: () => number }): Observable<never> =>
  defer(() => {
    const link = sessionLink(session);
    const { mode = 'message', interval = 25_000, timeout = 5_000, random } = { ...link.protocol.heartbeat, ...given };
    const byFrame = mode === 'frame';
    const pings = byFrame || mode === 'message';
    let timestamp: number | undefined;
    let sentAt = 0;

    link.pong = (echo, isFrame) => {
      // Unasked, of the other kind, or the answer to an earlier ping, come late.
      if (timestamp === undefined || isFrame !== byFrame || (echo ?? timestamp) !== timestamp) return;
      timestamp = undefined;
      const rtt = link.clock() - sentAt;
      link.counters.rtt.record(rtt);
      link.report({ type: 'heartbeat', session: link.id, rtt });
    };

    const rest: Step = () => {
      // Our own silence counts too, where we ping: the other side may be watching us.
      const quietSince = pings ? Math.min(link.lastReceived, link.lastSent) : link.lastReceived;
      const left = quietSince + interval - asyncScheduler.now();
      return left > 0 ? [rest, left] : ask();
    };
    const ask: Step = () => {
      link.lastReceived = -1;
      if (pings) {
        // A ping of the WebSocket protocol is no message, and breaks our silence all the same.
        timestamp = link.lastSent = asyncScheduler.now();
        sentAt = link.clock();
        if (byFrame) link.socket.ping?.();
        else link.tell({ kind: 'ping', timestamp });
      }
      return [wait, timeout];
    };
    // A stalled event loop runs its timers before it reads the socket: judged a turn later, what has arrived counts.
    const wait: Step = () => [judge, 0];
    const judge: Step = () => {
      if (link.lastReceived >= 0) return rest();
      session.terminate(new HeartbeatTimeoutError(timeout));
      return first;
    };

    if (byFrame && !link.socket.ping)
      session.terminate(new ConnectFailedError('unsupported', "heartbeat: mode 'frame' needs a socket that can ping"));
    const first: Next = [pings ? ask : rest, random() * interval];
    return of(first).pipe(
      expand(([step, delay]) => timer(delay).pipe(map(step))),
      ignoreElements(),
    );
  });

/**
 * Finds out when the other side is gone without a word, and drops the session then. It stands below `retryBackoff`, and works for the
 * sessions of `connect` as for the peers of `serve`.
 *
 * Emits each session as it comes. Any message that comes in counts as life. A miss terminates the session with
 * `HeartbeatTimeoutError` without waiting for a close handshake: `connect`'s stream errors with it (retryable), `serve`'s just loses that
 * peer. At most one ping is under way, and none is ever queued. A round trip is reported as the event `heartbeat` (`rtt` in ms).
 * Completes with the source. Unsubscribing stops the timers and sends nothing. On reconnect it begins anew, with a first beat at a
 * random moment of `interval`. The other side's pings are answered with or without this stage.
 *
 * @example
 * connect(config).pipe(heartbeat({ interval: 15_000, timeout: 3_000 }), retryBackoff())
 */
export function heartbeat<S extends AnySession>(config: HeartbeatConfig = {}): MonoTypeOperatorFunction<S> {
  const given = readOptions('heartbeat', config, {
    interval: [checkDuration, undefined, { min: 1 }],
    timeout: [checkDuration, undefined, { min: 1 }],
    mode: [checkOneOf, undefined, ['message', 'frame', 'idle', 'peer']],
    random: [checkFunction, Math.random],
  });
  return mergeMap((session) => merge(of(session), watchOver(session, given).pipe(takeUntil(session.closed))));
}
