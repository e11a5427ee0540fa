import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How late timers of the process were, in ms. */
export interface EventLoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Measures how late timers of the process are. Made by {@link createEventLoopMonitor}. */
export interface EventLoopMonitor {
  /** What was measured since the sample before; `undefined` until there is a measurement, and after the stop. */
  sample(): EventLoopDelay | undefined;
  /** Ends the measurement. */
  stop(): void;
}

/** How often the delay is measured, in ms. The measurement counts this wait in: a loop that is never late shows it. */
const resolution = 10;

const lateness = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - resolution);

/**
 * Begins to measure how late timers of the process are, for `sampleServerMetrics({ eventLoop })`; `serverMetrics` does so by itself. It belongs to
 * who made it, keeps no process alive, and each sample begins anew: who samples for two purposes makes two.
 *
 * @example
 * const eventLoop = createEventLoopMonitor();
 * response.end(prometheusText(sampleServerMetrics({ counters, eventLoop })));
 */
export function createEventLoopMonitor(): EventLoopMonitor {
  const delays = monitorEventLoopDelay({ resolution });
  delays.enable();
  return {
    sample() {
      const { max } = delays;
      const sampled =
        max > 0
          ? Object.freeze({
              p50: lateness(delays.percentile(50)),
              p99: lateness(delays.percentile(99)),
              max: lateness(max),
            })
          : undefined;
      delays.reset();
      return sampled;
    },
    stop() {
      delays.disable();
      delays.reset();
    },
  };
}
