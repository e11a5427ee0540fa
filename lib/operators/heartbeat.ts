import type { MonoTypeOperatorFunction } from 'rxjs';
import { type Deadlines, watch } from '../connection/deadlines.js';
import { now } from '../connection/now.js';
import type { AnySession } from '../connection/session.js';
import { type SessionLink, sessionLink } from '../connection/sessionLink.js';
import { ConnectFailedError, HeartbeatTimeoutError } from '../errors/gatewayErrors.js';
import { checkDuration, checkFunction, checkOneOf } from '../options/check.js';
import type { HeartbeatDefaults } from '../protocols/protocol.js';
import { readOptions } from '../options/readOptions.js';
import { holdPeers, type PeerHolder } from '../connection/holdPeers.js';

/**
 * Options of {@link heartbeat}. What is left out is as the session's greeting agreed on, else as the protocol says, else as given here.
 */
export interface HeartbeatConfig {
  /** Milliseconds of silence, in either direction, before a ping; or within which the other side must be heard. Default 25 000. */
  readonly interval?: number | undefined;
  /** Milliseconds that a sign of life may then take. Default 5 000. */
  readonly timeout?: number | undefined;
  /**
   * `'message'`: pings of the application protocol, which work in browsers. `'frame'`: pings of the WebSocket protocol, Node only.
   * `'idle'`: no pings, only watch. `'peer'`: the other side pings, and is watched: it may be silent for `interval + timeout`. Default
   * `'message'`.
   */
  readonly mode?: 'message' | 'frame' | 'idle' | 'peer' | undefined;
  /** Where the moment of the first beat comes from: a number in [0, 1). Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** What is known of the heart of one session. */
interface Beat {
  /** What is done next, and when, in RxJS time. */
  step: Step;
  due: number;
  /** Of the ping that is under way. */
  timestamp: number | undefined;
  sentAt: number;
  /** When the other side must have been heard, once it was asked. */
  until: number;
}
/** Does what is due, and says when something is to be done again, in ms from now. */
type Step = (beat: Beat, link: SessionLink) => number;

/** Watches the sessions of one stage, and terminates one on a miss. They share one timer: a server has thousands. */
function watching(given: HeartbeatConfig & { readonly random: () => number }): PeerHolder<AnySession> {
  const beats = new Map<SessionLink, Beat>();
  const settingsOf = ({ protocol, heartbeat: agreed }: SessionLink) => {
    const all: HeartbeatDefaults = { ...protocol.heartbeat, ...agreed, ...given };
    const { mode = 'message', interval = 25_000, timeout = 5_000, oneWay } = all;
    const byFrame = mode === 'frame';
    return { byFrame, interval, timeout, oneWay: oneWay || timeout === Infinity, pings: byFrame || mode === 'message' };
  };

  const pong: SessionLink['pong'] = (link, echo, isFrame) => {
    const beat = beats.get(link);
    const timestamp = beat?.timestamp;
    // Unasked, of the other kind, or the answer to an earlier ping, come late.
    if (!beat || timestamp === undefined || isFrame !== settingsOf(link).byFrame || (echo ?? timestamp) !== timestamp) return;
    beat.timestamp = undefined;
    // What comes in was heard before it is read: this is the codec's own answer, since its wire has nothing to ask with.
    if (link.lastReceived < 0) {
      link.lastReceived = now();
      return;
    }
    const rtt = link.clock() - beat.sentAt;
    link.counters.rtt.record(rtt);
    link.report({ type: 'heartbeat', session: link.id, rtt });
  };
  const rest: Step = (beat, link) => {
    const { pings, interval, oneWay } = settingsOf(link);
    // Our own silence counts too, where we ping: the other side may be watching us.
    const quietSince = pings ? Math.min(link.lastReceived, link.lastSent) : link.lastReceived;
    // A ping that is under way keeps the next one back, for as long as its answer may take.
    const free = oneWay || beat.timestamp === undefined ? 0 : beat.until;
    const left = Math.max(quietSince + interval, free) - now();
    beat.step = rest;
    return left > 0 ? Math.min(interval, left) : ask(beat, link);
  };
  const ask: Step = (beat, link) => {
    const { byFrame, pings, interval, timeout, oneWay } = settingsOf(link);
    const begins = link.lastReceived >= 0;
    if (begins) beat.until = now() + timeout;
    link.lastReceived = -1;
    beat.step = wait;
    if (pings && (begins || oneWay)) {
      // A ping of the WebSocket protocol is no message, and breaks our silence all the same.
      beat.timestamp = link.lastSent = now();
      beat.sentAt = link.clock();
      if (byFrame) link.socket.ping?.();
      else link.tell({ kind: 'ping', timestamp: beat.timestamp });
    }
    return Math.min(interval, beat.until - now());
  };
  // A stalled event loop runs its timers before it reads the socket: judged a turn later, what has arrived counts.
  const wait: Step = (beat) => {
    beat.step = judge;
    return 0;
  };
  const judge: Step = (beat, link) => {
    if (link.lastReceived >= 0) return rest(beat, link);
    if (now() < beat.until) return ask(beat, link);
    link.terminate(new HeartbeatTimeoutError(settingsOf(link).timeout));
    return Infinity;
  };

  const timer: Deadlines = {
    due: Infinity,
    sweep: () => {
      const begun = now();
      let next = Infinity;
      for (const [link, beat] of beats) {
        if (beat.due <= begun) beat.due = now() + beat.step(beat, link);
        next = Math.min(next, beat.due);
      }
      // Ten thousand are looked at every 50 ms. To keep them in the order of their turns costs more, with each of their steps.
      return Math.max(next, begun + Math.floor(beats.size / 200));
    },
  };
  return {
    enter: (session) => {
      const link = sessionLink(session);
      const { byFrame, pings, interval } = settingsOf(link);
      if (byFrame && !link.socket.ping) {
        session.terminate(new ConnectFailedError('unsupported', "heartbeat: no mode 'frame' here"));
        return;
      }
      if (interval === Infinity) return;
      const due = now() + given.random() * interval;
      // The last one that left has stopped it.
      if (beats.size === 0) timer.due = Infinity;
      beats.set(link, { step: pings ? ask : rest, due, timestamp: undefined, sentAt: 0, until: 0 });
      link.pong = pong;
      watch(timer, due);
    },
    leave: (session) => {
      beats.delete(sessionLink(session));
      if (beats.size === 0) watch(timer, -Infinity);
    },
  };
}

/**
 * Finds out when the other side is gone without a word, and drops the session then. It stands below `retryBackoff`, and works for the
 * sessions of `connect` as for the peers of `serve`.
 *
 * Emits each session as it comes. Any message that comes in counts as life. A miss terminates the session with
 * `HeartbeatTimeoutError` without waiting for a close handshake: `connect`'s stream errors with it (retryable), `serve`'s just loses that
 * peer. At most one ping is under way, unless they have no answer (`oneWay`), and none is ever queued. A round trip is reported as the event `heartbeat` (`rtt` in ms).
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
  return holdPeers<S>(() => watching(given));
}
