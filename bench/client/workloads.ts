import { setImmediate as turn } from 'node:timers/promises';
import { percentile } from '../figures.js';
import type { BenchClient } from './benchClient.js';

/** One thing to measure: `prepare` once per process, `run` once per round. */
export interface Workload {
  /** Units of work in a round; for a peer that takes long there may be fewer. */
  readonly units: number;
  /** What is wanted around a bare client. */
  readonly around?: 'lists' | 'rebuilding';
  prepare(client: BenchClient): Promise<void>;
  /** Does the work, sees that a consumer had all of it, and gives the figure of one unit. */
  run(client: BenchClient, units: number): Promise<number>;
}

const order = { symbol: 'SPX', side: 'buy', quantity: 1, limit: 1399.42 };
const nothing = (): Promise<void> => Promise.resolve();
/** In ms, and the same for all processes. */
const now = (): number => Number(process.hrtime.bigint()) / 1e6;

const ask = <T>(client: BenchClient, command: string, data: unknown = order): Promise<T> =>
  new Promise((resolve) => {
    client.request(command, data, resolve as (data: unknown) => void);
  });

/** CPU of this process in µs per unit. */
async function cpu(units: number, work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / units;
}

/** So many requests, so many of them in flight at any time. */
const pipelined = (client: BenchClient, units: number, inFlight: number): Promise<void> =>
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
  });

const requests: Workload = {
  units: 20_000,
  prepare: nothing,
  run: (client, units) => cpu(units, () => pipelined(client, units, Math.min(units, 1_000))),
};

/** The median time in µs of requests one after the other. */
const sequential: Workload = {
  units: 3_000,
  prepare: nothing,
  async run(client, units) {
    const times: number[] = [];
    for (let index = 0; index < units; index++) {
      const begun = now();
      await ask(client, 'echo');
      times.push((now() - begun) * 1_000);
    }
    return percentile(times, 0.5);
  },
};

/** So many that wait while others are asked for and answered. */
const pending = (count: number): Workload => ({
  units: 60_000,
  async prepare(client) {
    const hold = (client.patient ?? client.request).bind(client);
    for (let index = 0; index < count; index++) hold('hold', order, () => {});
    await ask(client, 'echo');
    // They have waited for a while: what made them is not to be cleaned up in a round.
    gc?.();
  },
  run: (client, units) => cpu(units, () => pipelined(client, units, 100)),
});

/** So many notifications, in turn over so many topics, each with so many subscribers. A unit is what one subscriber gets. */
function notifications(units: number, topics: number, subscribers = 1): Workload {
  let seen = 0;
  return {
    units,
    around: 'lists',
    async prepare(client) {
      for (let index = 0; index < topics; index++) {
        for (let each = 0; each < subscribers; each++)
          client.subscribe(`bars:${index}`, (data) => {
            if ((data as { close: number }).close > 0) seen++;
          });
        // Its reply comes after all confirmations.
        if ((index + 1) % 1_000 === 0 || index + 1 === topics) await ask(client, 'settled', { topics: index + 1 });
      }
    },
    async run(client, wanted) {
      const messages = Math.ceil(wanted / subscribers);
      seen = 0;
      const figure = await cpu(messages * subscribers, () => ask(client, 'flood', { messages, topics }));
      if (seen !== messages * subscribers) throw new Error(`${seen} of ${messages * subscribers} notifications were seen`);
      return figure;
    },
  };
}

/** Bytes in use when the garbage is gone. */
async function heap(): Promise<number> {
  for (let index = 0; index < 3; index++) {
    await turn();
    globalThis.gc?.();
  }
  return process.memoryUsage().heapUsed;
}

const heapPending: Workload = {
  units: 10_000,
  prepare: nothing,
  async run(client, units) {
    const done = (): void => {};
    const before = await heap();
    for (let index = 0; index < units; index++) client.request('hold', order, done);
    await ask(client, 'echo');
    const figure = ((await heap()) - before) / units;
    await ask(client, 'release');
    return figure;
  },
};

function heapTopic(): Workload {
  let made = 0;
  return {
    units: 5_000,
    prepare: nothing,
    async run(client, units) {
      const next = (): void => {};
      const before = await heap();
      for (const last = made + units; made < last; made++) client.subscribe(`idle:${made}`, next);
      await ask(client, 'settled', { topics: made });
      return ((await heap()) - before) / units;
    },
  };
}

/** From the moment when the gateway saw the new connection until every topic is confirmed, in ms. */
const reconnect = (topics: number): Workload => ({
  ...notifications(1, topics),
  around: 'rebuilding',
  async run(client) {
    await client.reconnect?.();
    const { since } = await ask<{ since: number }>(client, 'settled', { topics });
    return now() - since;
  },
});

export const workloads = {
  requests,
  sequential,
  topic: notifications(100_000, 1),
  topics: notifications(100_000, 10_000),
  local: notifications(10_000_000, 1, 1_000),
  heapPending,
  heapTopic: heapTopic(),
  reconnect: reconnect(10_000),
  pendingOne: pending(1),
  pendingMany: pending(100_000),
  topicOne: notifications(100_000, 1),
  topicMany: notifications(100_000, 100_000),
} as const satisfies Record<string, Workload>;

export type WorkloadName = keyof typeof workloads;
