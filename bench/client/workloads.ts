import type { BenchClient } from './benchClient.js';

/** One thing to measure: `prepare` once per process, `run` once per round; `run` resolves when all of its work was seen by a consumer. */
export interface Workload {
  readonly title: string;
  /** Units of work in a round. */
  readonly units: number;
  prepare(client: BenchClient): Promise<void>;
  run(client: BenchClient): Promise<void>;
}

const order = { symbol: 'SPX', side: 'buy', quantity: 1, limit: 1399.42 };

const ask = (client: BenchClient, command: string, data: unknown): Promise<unknown> =>
  new Promise((resolve) => {
    client.request(command, data, resolve);
  });

/** So many requests, so many of them in flight at any time. */
const requests = (units: number, inFlight: number): Workload => ({
  title: `requests, ${inFlight.toLocaleString('en')} in flight`,
  units,
  prepare: () => Promise.resolve(),
  run: (client) =>
    new Promise((resolve) => {
      let asked = 0;
      let answered = 0;
      const done = (data: unknown): void => {
        if ((data as typeof order).symbol !== 'SPX') throw new Error('not the reply');
        if (++answered === units) resolve();
        else next();
      };
      const next = (): void => {
        if (asked++ < units) client.request('echo', order, done);
      };
      for (let index = 0; index < inFlight; index++) next();
    }),
});

/** So many notifications, in turn over so many topics, each with one subscriber. */
function notifications(units: number, topics: number): Workload {
  let seen = 0;
  return {
    title: `notifications, ${topics.toLocaleString('en')} topic${topics === 1 ? '' : 's'}`,
    units,
    async prepare(client) {
      for (let index = 0; index < topics; index++)
        client.subscribe(`bars:${index}`, (data) => {
          if ((data as { close: number }).close > 0) seen++;
        });
      // Its reply comes after all confirmations.
      await ask(client, 'echo', order);
    },
    async run(client) {
      seen = 0;
      await ask(client, 'flood', { messages: units, topics });
      if (seen !== units) throw new Error(`${seen} of ${units} notifications were seen`);
    },
  };
}

export const workloads = {
  requests: requests(40_000, 1_000),
  topic: notifications(100_000, 1),
  topics: notifications(100_000, 10_000),
} as const satisfies Record<string, Workload>;

export type WorkloadName = keyof typeof workloads;
