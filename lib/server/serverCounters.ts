import type { Counters } from '../events/counters.js';
import { createCounters } from '../events/createCounters.js';
import type { RejectReason, UpgradeRefusal } from '../events/gatewayEvent.js';
import { createHistogram, type Histogram } from '../events/histogram.js';
import { checkCount } from '../options/check.js';
import { readOptions } from '../options/readOptions.js';
import type { CommandOutcome } from './commandOutcome.js';
import { createResponseTimer, type ResponseTimer } from './responseTimes.js';

/** The counters of a server: those of all its peers together, and what only a server has to count. Made by {@link createServerCounters}. */
export interface ServerCounters extends Counters {
  /** Peers that are connected now. */
  connections: number;
  /** Topics that peers listen to now; one per peer and topic. */
  subscriptions: number;
  /** Requests whose handler is at work now, streams included. */
  running: number;
  /** Those of them that asked for a stream. */
  streams: number;
  /** Commands that are done, by how they went. */
  readonly commands: Record<CommandOutcome, number>;
  /** From a command to its first reply or its end, in ms, whatever that was. */
  readonly responseTime: Histogram;
  /** The same by buckets, with their sum. */
  readonly responseTimes: ResponseTimer;
  /** The same by command, for the first `maxCommands` that were asked for. */
  readonly responseTimesByCommand: ReadonlyMap<string, ResponseTimer>;
  /** Messages above a rate limit. */
  rateLimited: number;
  /** Peers that were sent away, by reason. A reason that did not occur is not there. */
  readonly rejected: Partial<Record<RejectReason, number>>;
  /** Upgrades that were refused, by reason. A reason that did not occur is not there. */
  readonly upgradesRefused: Partial<Record<UpgradeRefusal, number>>;
  /** Told by `commands` of each command that is done. */
  handled(command: string, outcome: CommandOutcome, duration: number): void;
}

/** Options of {@link createServerCounters}. */
export interface ServerCountersOptions {
  /** For how many commands response times are kept one by one; those of the others are in the sum only. 0: for none. Default 100. */
  readonly maxCommands?: number | undefined;
}

/**
 * Counters of a server at zero, for `serve({ counters })`; `serverMetrics` samples them. They belong to whoever made them, and count on when a
 * server listens anew.
 *
 * @example
 * const counters = createServerCounters();
 * serve({ port: 8080, protocol: commandNotify(), counters }).pipe(commands(handlers)).subscribe();
 * serverMetrics({ counters }).subscribe(({ connections, errorRate }) => console.log(connections, errorRate));
 *
 * @throws TypeError or RangeError at the call, with the name of the option that is invalid.
 */
export function createServerCounters(options: ServerCountersOptions = {}): ServerCounters {
  const { maxCommands } = readOptions('createServerCounters', options, { maxCommands: [checkCount, 100, {}] });
  const responseTime = createHistogram();
  const responseTimes = createResponseTimer();
  const byCommand = new Map<string, ResponseTimer>();
  const timerOf = (command: string): ResponseTimer | undefined => {
    const known = byCommand.get(command);
    if (known || byCommand.size >= maxCommands) return known;
    const made = createResponseTimer();
    byCommand.set(command, made);
    return made;
  };
  const counters: ServerCounters = {
    ...createCounters(),
    ...{ connections: 0, subscriptions: 0, running: 0, streams: 0 },
    commands: { answered: 0, refused: 0, failed: 0, stopped: 0 },
    ...{ responseTime, responseTimes, responseTimesByCommand: byCommand },
    ...{ rateLimited: 0, rejected: {}, upgradesRefused: {} },
    handled: (command, outcome, duration) => {
      counters.commands[outcome]++;
      responseTime.record(duration);
      responseTimes.record(duration);
      timerOf(command)?.record(duration);
    },
  };
  return counters;
}

/** Whether these counters are a server's; `serve` takes simpler ones, too. */
export const isServerCounters = (counters: Counters): counters is ServerCounters => 'responseTime' in counters;
