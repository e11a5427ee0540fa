import { type Child, startChild } from '../child.js';
import type { Bench } from './benches.js';
import { type PeerName, peers } from './peers.js';
import { type Workload, type WorkloadName, workloads } from './workloads.js';

/** A peer with all that it needs for one bench: a process per workload. */
export interface Contestant {
  readonly peer: PeerName;
  /** The figure of one round. */
  round(): Promise<number>;
  /** The processes of its workloads, the last first. */
  readonly drivers: readonly Child[];
  stop(): Promise<void>;
}

/** The gateways, one per dialect, started when asked for. */
export interface Gateways {
  port(dialect: string): Promise<number>;
  stop(): Promise<void>;
}

const here = (file: string): URL => new URL(file, import.meta.url);

export function createGateways(cpu?: number): Gateways {
  const started = new Map<string, Promise<[Child, number]>>();
  return {
    async port(dialect) {
      const gateway = started.get(dialect) ?? startChild<number>(here('gateway.ts'), [dialect], { cpu });
      started.set(dialect, gateway);
      return (await gateway)[1];
    },
    async stop() {
      for (const gateway of started.values()) await (await gateway)[0].stop();
    },
  };
}

/** A round of a peer that takes more CPU or more time than this, in ms, is made shorter; but never below this share of the units. */
const mostCpu = 250;
const longest = 1_000;
const smallest = 1 / 200;

interface Running {
  readonly driver: Child;
  readonly workload: Workload;
  units: number;
}

async function start(name: PeerName, workloadName: WorkloadName, gateways: Gateways, cpu?: number): Promise<Running | undefined> {
  const [driver, told] = await startChild<{ dialect: string; cannot: readonly string[] }>(
    here('driver.ts'),
    [name, workloadName],
    { cpu },
  );
  const able = !told.cannot.includes(workloadName);
  const opened = able && (await driver.ask<{ can: boolean }>('open', { port: await gateways.port(told.dialect) }));
  const workload: Workload = workloads[workloadName];
  if (opened && opened.can) return { driver, workload, units: workload.units };
  await driver.stop();
  return undefined;
}

/** A contestant after its first round; `undefined` if it cannot express the workload. */
export async function createContestant(
  peer: PeerName,
  bench: Bench,
  gateways: Gateways,
  cpu?: number,
): Promise<Contestant | undefined> {
  const all: Running[] = [];
  const stop = async (): Promise<void> => {
    for (const { driver } of all) await driver.stop();
  };
  for (const name of bench.workloads) {
    const running = await start(peer, name, gateways, cpu);
    if (!running) {
      await stop();
      return undefined;
    }
    all.push(running);
    const { driver, workload } = running;
    // Twice a part of it: the second time tells how long all of it would take.
    const trial = Math.ceil(workload.units / (peers[peer].ours ? 5 : 50));
    await driver.ask('round', { units: trial });
    const trialled = await driver.ask<{ cpu: number; took: number }>('round', { units: trial });
    const share = Math.min(mostCpu / trialled.cpu, longest / trialled.took) * (trial / workload.units);
    if (!peers[peer].ours) running.units = Math.ceil(workload.units * Math.min(1, Math.max(smallest, share)));
  }
  return {
    peer,
    drivers: all.map(({ driver }) => driver).reverse(),
    async round() {
      const figures: number[] = [];
      for (const { driver, units } of all) figures.push((await driver.ask<{ figure: number }>('round', { units })).figure);
      const [first = NaN, second] = figures;
      return second === undefined ? first : second / first;
    },
    stop,
  };
}
