import { asyncScheduler, merge, mergeMap, type MonoTypeOperatorFunction, Observable, of, Subscription, takeUntil } from 'rxjs';
import type { AnySession } from '../connection/session.js';
import { type SessionLink, sessionLink } from '../connection/sessionLink.js';
import { ConnectFailedError, HeartbeatTimeoutError } from '../errors/gatewayErrors.js';
import { checkDuration, checkFunction, checkOneOf } from '../options/check.js';

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

const now = (): number => asyncScheduler.now();

interface Beat {
  readonly interval: number;
  readonly timeout: number;
  readonly random: () => number;
  /** Undefined where the other side pings, or nobody does. */
  readonly ping: (() => void) | undefined;
}

/** Watches one session for as long as it is subscribed to; terminates the session on a miss. Emits nothing. */
const watchOver = (session: AnySession, link: SessionLink, { interval, timeout, random, ping }: Beat): Observable<never> =>
  new Observable(() => {
    let timer = Subscription.EMPTY;
    const after = (delay: number, step: () => void): void => {
      timer = asyncScheduler.schedule(step, delay);
    };
    const rest = (): void => {
      // Our own silence counts too, where we ping: the other side may be watching us.
      const quietSince = ping ? Math.min(link.lastReceived, link.lastSent) : link.lastReceived;
      const left = quietSince + interval - now();
      if (left > 0) after(left, rest);
      else ask();
    };
    const ask = (): void => {
      link.alive = false;
      ping?.();
      // A stalled event loop runs its timers before it reads the socket: judged a turn later, what has arrived counts.
      after(timeout, () => {
        after(0, judge);
      });
    };
    const judge = (): void => {
      if (link.alive) rest();
      else session.terminate(new HeartbeatTimeoutError(timeout));
    };
    after(random() * interval, ping ? ask : rest);
    return () => {
      timer.unsubscribe();
    };
  });

/** A ping that is sent by `send`, and its round trip when the pong comes. */
const timedPing = (link: SessionLink, byFrame: boolean, send: (timestamp: number) => void): (() => void) => {
  let sentAt: number | undefined;
  let timestamp = 0;
  link.pong = (echo, isFrame) => {
    // Unasked, of the other kind, or the answer to an earlier ping, come late.
    if (sentAt === undefined || isFrame !== byFrame || (echo !== undefined && echo !== timestamp)) return;
    const rtt = link.clock() - sentAt;
    sentAt = undefined;
    link.counters.rtt.record(rtt);
    link.report({ type: 'heartbeat', session: link.id, rtt });
  };
  return () => {
    // A ping of the WebSocket protocol is no message, and breaks our silence all the same.
    timestamp = link.lastSent = now();
    sentAt = link.clock();
    send(timestamp);
  };
};

const pingOf = (link: SessionLink, mode: HeartbeatConfig['mode']): (() => void) | undefined => {
  const { ping } = link.socket;
  if (mode === 'message')
    return timedPing(link, false, (timestamp) => {
      link.tell({ kind: 'ping', timestamp });
    });
  return mode === 'frame' && ping ? timedPing(link, true, ping) : undefined;
};

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
  const { random = Math.random } = config;
  if (config.interval !== undefined) checkDuration('heartbeat', 'interval', config.interval, { min: 1 });
  if (config.timeout !== undefined) checkDuration('heartbeat', 'timeout', config.timeout, { min: 1 });
  if (config.mode !== undefined) checkOneOf('heartbeat', 'mode', config.mode, ['message', 'frame', 'idle', 'peer']);
  checkFunction('heartbeat', 'random', random);

  const given = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined)) as HeartbeatConfig;
  const watched = (session: S): Observable<never> => {
    const link = sessionLink(session);
    const { mode = 'message', interval = 25_000, timeout = 5_000 } = { ...link.protocol.heartbeat, ...given };
    const ping = pingOf(link, mode);
    if (ping || mode !== 'frame') return watchOver(session, link, { interval, timeout, random, ping });
    return new Observable(() => {
      session.terminate(
        new ConnectFailedError('unsupported', "heartbeat: mode 'frame' needs a socket that can ping, as in Node"),
      );
    });
  };
  return mergeMap((session) => merge(of(session), watched(session).pipe(takeUntil(session.closed))));
}
