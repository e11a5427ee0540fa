import { asyncScheduler, interval as every, map, Observable, startWith } from 'rxjs';
import type { DropReason, RejectReason, UpgradeRefusal } from '../events/gatewayEvent.js';
import type { DurationSummary } from '../events/metrics.js';
import { checkDuration, checkFunction, checkObject, checkThat } from '../options/check.js';
import type { CommandOutcome } from './commandOutcome.js';
import { createEventLoopMonitor, type EventLoopDelay, type EventLoopMonitor } from './createEventLoopMonitor.js';
import type { ResponseTimes } from './responseTimes.js';
import { isServerCounters, type ServerCounters } from './serverCounters.js';

/** A sample of a server: a plain object that does not change. What is not said to be of now, or a rate, counts from the beginning. */
export interface ServerMetrics {
  /** When it was taken, by the clock, in ms. */
  readonly time: number;
  /** Peers that are connected now. */
  readonly connections: number;
  /** Connections that were opened. */
  readonly opened: number;
  /** Upgrades that were asked for. */
  readonly attempts: number;
  /** Users that are online now; missing without `users`. */
  readonly users?: number;
  /** Rooms that somebody is in now; missing without `rooms`. */
  readonly rooms?: number;
  /** Topics that peers listen to now; one per peer and topic. */
  readonly subscriptions: number;
  readonly messagesIn: number;
  readonly messagesOut: number;
  /** Sizes of frames: bytes of binary frames, characters of text. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Requests whose handler is at work now, streams included. */
  readonly running: number;
  /** Those of them that asked for a stream. */
  readonly streams: number;
  /** Commands that are done, by how they went. */
  readonly commands: Readonly<Record<CommandOutcome, number>>;
  /** From a command to its first reply or its end, in ms: percentiles, and how many took at most so long. */
  readonly responseTime: DurationSummary & ResponseTimes;
  /** The same by command, for as many as the counters keep. */
  readonly responseTimeByCommand: Readonly<Record<string, ResponseTimes>>;
  /** Messages per second, in and out, since the sample before; 0 in the first. */
  readonly messageRate: number;
  /** Which part (0–1) of the commands since the sample before was refused or failed; in the first, since the beginning. */
  readonly errorRate: number;
  /** Payloads that a codec of the contract, or of `validated`, refused. */
  readonly invalid: number;
  readonly drops: Readonly<Record<DropReason, number>>;
  /** Messages above a rate limit. */
  readonly rateLimited: number;
  /** Peers that were not let in (logins refused or not made in time, upgrades refused by `authenticate`), or whose refreshes were refused too often. */
  readonly authenticationFailures: number;
  /** Peers that were sent away, by reason. */
  readonly rejected: Readonly<Partial<Record<RejectReason, number>>>;
  /** Upgrades that were refused, by reason. */
  readonly upgradesRefused: Readonly<Partial<Record<UpgradeRefusal, number>>>;
  /** How late timers were since the sample before, in ms; missing in a snapshot without `eventLoop`, and until there is a measurement. */
  readonly eventLoopDelay?: EventLoopDelay;
}

/** What {@link serverMetrics} and {@link sampleServerMetrics} take. */
export interface ServerMetricsOptions {
  /** What `serve({ counters })` got. */
  readonly counters: ServerCounters;
  /** What `createUsers` gave. */
  readonly users?: { readonly size: number } | undefined;
  /** What `createRooms` gave. */
  readonly rooms?: { readonly size: number } | undefined;
  /** Milliseconds between two samples. Default 1 000. */
  readonly interval?: number | undefined;
  /** A clock in ms, for `time` and the rates. Default: RxJS time. */
  readonly clock?: (() => number) | undefined;
}

type Settings = Pick<ServerMetricsOptions, 'counters' | 'users' | 'rooms'> & { readonly interval: number; clock(): number };

function check(owner: string, options: ServerMetricsOptions): Settings {
  checkObject(owner, 'options', options);
  const { counters, users, rooms, interval = 1_000, clock = () => asyncScheduler.now() } = options;
  checkObject(owner, 'counters', counters);
  checkThat(owner, 'counters', counters, 'what createServerCounters() gives', isServerCounters(counters));
  for (const [name, sized] of Object.entries({ users, rooms }))
    checkThat(owner, name, sized, 'an object with a size', sized === undefined || typeof sized.size === 'number');
  checkDuration(owner, 'interval', interval, { min: 1 });
  return { counters, users, rooms, interval, clock: checkFunction(owner, 'clock', clock) };
}

const sumOf = (...counts: readonly (number | undefined)[]): number =>
  counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);

const failed = (commands: ServerMetrics['commands'] | undefined): number => sumOf(commands?.refused, commands?.failed);

function sample({ counters, users, rooms, clock }: Settings, before?: ServerMetrics, delay?: EventLoopDelay): ServerMetrics {
  const { responseTime, responseTimes, responseTimesByCommand, rejected, upgradesRefused } = counters;
  const time = clock();
  const messages = counters.messagesIn + counters.messagesOut;
  const seconds = before ? (time - before.time) / 1_000 : 0;
  const failures = failed(counters.commands) - failed(before?.commands);
  const settled = failures + counters.commands.answered - (before?.commands.answered ?? 0);
  return Object.freeze({
    time,
    connections: counters.connections,
    opened: counters.sessions,
    attempts: counters.attempts,
    ...(users && { users: users.size }),
    ...(rooms && { rooms: rooms.size }),
    subscriptions: counters.subscriptions,
    messagesIn: counters.messagesIn,
    messagesOut: counters.messagesOut,
    bytesIn: counters.bytesIn,
    bytesOut: counters.bytesOut,
    running: counters.running,
    streams: counters.streams,
    commands: Object.freeze({ ...counters.commands }),
    responseTime: Object.freeze({
      ...responseTimes.sample(),
      p50: responseTime.percentile(0.5),
      p95: responseTime.percentile(0.95),
      p99: responseTime.percentile(0.99),
    }),
    responseTimeByCommand: Object.freeze(
      Object.fromEntries(Array.from(responseTimesByCommand, ([command, times]) => [command, times.sample()])),
    ),
    // Clocks can be set back.
    messageRate: before && seconds > 0 ? (messages - before.messagesIn - before.messagesOut) / seconds : 0,
    errorRate: settled > 0 ? failures / settled : 0,
    invalid: counters.invalid,
    drops: Object.freeze({ ...counters.drops }),
    rateLimited: counters.rateLimited,
    authenticationFailures: sumOf(
      rejected.loginRefused,
      rejected.loginTimeout,
      rejected.refreshRefused,
      upgradesRefused.authenticate,
      upgradesRefused.authenticateTimeout,
      upgradesRefused.authenticateFailed,
    ),
    rejected: Object.freeze({ ...rejected }),
    upgradesRefused: Object.freeze({ ...upgradesRefused }),
    ...(delay && { eventLoopDelay: Object.freeze(delay) }),
  });
}

/** What {@link sampleServerMetrics} takes. */
export interface ServerSampleOptions extends Omit<ServerMetricsOptions, 'interval'> {
  /** What `createEventLoopMonitor` gave. Without it, a sample does not know how late timers are. */
  readonly eventLoop?: Pick<EventLoopMonitor, 'sample'> | undefined;
}

/**
 * A server as it stands, as a plain object that does not change: a snapshot, for a page of statistics or `prometheusText`. Rates are 0: they take two
 * samples.
 *
 * @example
 * response.end(prometheusText(sampleServerMetrics({ counters, users, rooms, eventLoop })));
 *
 * @throws TypeError at the call, with the name of the option that is invalid.
 */
export function sampleServerMetrics(options: ServerSampleOptions): ServerMetrics {
  const settings = check('sampleServerMetrics', options);
  const { eventLoop } = options;
  if (eventLoop !== undefined)
    checkFunction('sampleServerMetrics', 'eventLoop.sample', (eventLoop as typeof eventLoop | null)?.sample);
  return sample(settings, undefined, eventLoop?.sample());
}

/**
 * Emits a sample of a server on subscription, and then one every `interval` ms.
 *
 * Never errors and never completes; it runs through reconnects of clients, and the counts go on. Unsubscribing stops its timer and the
 * measurement of the event loop, and sends nothing. Each subscription has its own, and rates of its own; they keep a Node process alive.
 *
 * Figures that others know by other names: `totalConnections` is `connections` (or `opened`, for all there were), `activeStreams` is
 * `streams + subscriptions`, `messageRate` and `errorRate` have those names, `averageResponseTime` is `responseTime.sum / responseTime.count`.
 *
 * @example
 * const counters = createServerCounters();
 * serve({ port: 8080, protocol: commandNotify(), counters }).pipe(users.track(), rooms.track(), commands(handlers)).subscribe();
 * serverMetrics({ counters, users, rooms, interval: 5_000 }).subscribe((sample) => console.log(sample.connections, sample.messageRate));
 *
 * @throws TypeError or RangeError at the call, with the name of the option that is invalid.
 */
export function serverMetrics(options: ServerMetricsOptions): Observable<ServerMetrics> {
  const settings = check('serverMetrics', options);
  return new Observable((subscriber) => {
    const eventLoop = createEventLoopMonitor();
    subscriber.add(eventLoop.stop);
    let before: ServerMetrics | undefined;
    const next = (): ServerMetrics => (before = sample(settings, before, eventLoop.sample()));
    subscriber.add(every(settings.interval).pipe(startWith(0), map(next)).subscribe(subscriber));
  });
}
