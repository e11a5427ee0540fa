import { startChild } from '../child.js';
import { judge, median, ratios, spread, type Verdict } from '../figures.js';
import { type WorkloadName, workloads } from './workloads.js';

const rounds = 15;
const warmUps = 2;

/** Ratios of client CPU to the hand-written client of the same run. */
const limits: readonly { readonly workload: WorkloadName; readonly limit: number; readonly over?: WorkloadName }[] = [
  { workload: 'requests', limit: 1.3 },
  { workload: 'topic', limit: 1.2 },
  { workload: 'topics', limit: 1.25, over: 'topic' },
];

async function measure(name: WorkloadName, url: string): Promise<{ raw: number[]; rxgate: number[] }> {
  const file = new URL('driver.ts', import.meta.url);
  const [raw] = await startChild(file, 'raw', name, url);
  const [rxgate] = await startChild(file, 'rxgate', name, url);
  const result = { raw: [] as number[], rxgate: [] as number[] };
  for (let index = -warmUps; index < rounds; index++) {
    // A B B A: neither is always the one that runs in the other's wake.
    const [first, second] = index % 2 === 0 ? [raw, rxgate] : [rxgate, raw];
    const times = new Map([
      [first, await first.ask<number>('round')],
      [second, await second.ask<number>('round')],
    ]);
    if (index < 0) continue;
    result.raw.push(times.get(raw) as number);
    result.rxgate.push(times.get(rxgate) as number);
  }
  await Promise.all([raw.stop(), rxgate.stop()]);
  return result;
}

/** Client CPU per unit of work, over the client that people write by hand. */
export async function measureClient(names: readonly WorkloadName[]): Promise<void> {
  const [server, port] = await startChild<number>(new URL('gateway.ts', import.meta.url));
  const results = new Map<WorkloadName, number>();
  console.log(`client CPU per unit; ${rounds} rounds in turn, median (min–max); ratio to the hand-written client\n`);
  console.log(`| workload | raw ws, µs | rxgate, µs | ratio |\n|---|---|---|---|`);
  for (const name of names) {
    const { raw, rxgate } = await measure(name, `ws://127.0.0.1:${port}`);
    const overRaw = ratios(rxgate, raw);
    results.set(name, median(overRaw));
    console.log(`| ${workloads[name].title} | ${spread(raw, 2)} | ${spread(rxgate, 2)} | ${spread(overRaw, 2)} |`);
  }
  await server.stop();

  console.log('');
  judge(
    limits.flatMap(({ workload, limit, over }): Verdict[] => {
      const own = results.get(workload);
      const base = over === undefined ? 1 : results.get(over);
      const what = `${workloads[workload].title}${over ? ` over ${workloads[over].title}` : ''}`;
      return own === undefined || base === undefined ? [] : [{ what, figure: own / base, limit }];
    }),
  );
}
