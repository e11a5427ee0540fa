import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type WorkloadName, workloads } from './workloads.js';

const rounds = 15;
const warmUps = 2;

/** Ratios of client CPU to the hand-written client of the same run. */
const limits: readonly { readonly workload: WorkloadName; readonly limit: number; readonly over?: WorkloadName }[] = [
  { workload: 'requests', limit: 1.3 },
  { workload: 'topic', limit: 1.2 },
  { workload: 'topics', limit: 1.25, over: 'topic' },
];

const start = async (file: string, ...args: string[]): Promise<[ChildProcess, Record<string, number>]> => {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args, {
    execArgv: ['--import', 'tsx', '--single-threaded-gc'],
  });
  const [first] = (await once(child, 'message')) as [Record<string, number>];
  return [child, first];
};

const round = async (child: ChildProcess): Promise<number> => {
  child.send('run');
  const [{ microseconds }] = (await once(child, 'message')) as [{ microseconds: number }];
  return microseconds;
};

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
const median = (values: readonly number[]): number => sorted(values)[Math.floor(values.length / 2)] as number;
const spread = (values: readonly number[], digits: number): string =>
  `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)})`;

async function measure(name: WorkloadName, url: string): Promise<{ raw: number[]; rxgate: number[]; ratios: number[] }> {
  const [raw] = await start('driver.ts', 'raw', name, url);
  const [rxgate] = await start('driver.ts', 'rxgate', name, url);
  const result = { raw: [] as number[], rxgate: [] as number[], ratios: [] as number[] };
  for (let index = -warmUps; index < rounds; index++) {
    // A B B A: neither is always the one that runs in the other's wake.
    const [first, second] = index % 2 === 0 ? [raw, rxgate] : [rxgate, raw];
    const times = new Map([
      [first, await round(first)],
      [second, await round(second)],
    ]);
    const base = times.get(raw) as number;
    const ours = times.get(rxgate) as number;
    if (index < 0) continue;
    result.raw.push(base);
    result.rxgate.push(ours);
    result.ratios.push(ours / base);
  }
  raw.disconnect();
  rxgate.disconnect();
  return result;
}

const [server, { port }] = await start('server.ts');
const chosen = process.argv.slice(2) as WorkloadName[];
const names = chosen.length > 0 ? chosen : (Object.keys(workloads) as WorkloadName[]);
const results = new Map<WorkloadName, number>();
console.log(
  `client CPU per unit, Node ${process.version}; ${rounds} rounds in turn, median (min–max); ratio to the hand-written client\n`,
);
console.log(`| workload | raw ws, µs | rxgate, µs | ratio |\n|---|---|---|---|`);
for (const name of names) {
  const { raw, rxgate, ratios } = await measure(name, `ws://127.0.0.1:${port}`);
  results.set(name, median(ratios));
  console.log(`| ${workloads[name].title} | ${spread(raw, 2)} | ${spread(rxgate, 2)} | ${spread(ratios, 2)} |`);
}
server.disconnect();

console.log('');
for (const { workload, limit, over } of limits) {
  const own = results.get(workload);
  const base = over === undefined ? 1 : results.get(over);
  if (own === undefined || base === undefined) continue;
  const ratio = own / base;
  const met = ratio <= limit;
  console.log(
    `${met ? 'met   ' : 'MISSED'} ${workloads[workload].title}${over ? ` over ${workloads[over].title}` : ''}: ${ratio.toFixed(2)} ≤ ${limit}`,
  );
  if (!met) process.exitCode = 1;
}
