import { judge, median, ratios, spread } from '../figures.js';
import { contestants, frame } from './contestants.js';

const rounds = 15;
const perTurn = 4_000;
const turns = 12;
/** Over `JSON.parse` alone, with it. */
const limits: Readonly<Record<string, number>> = { compileDecoder: 1.25, generateDecoder: 1.1 };
/** Over `decode` of io-ts, without parsing. */
const shares: Readonly<Record<string, number>> = { compileDecoder: 0.25, generateDecoder: 0.1 };

const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** CPU per call in nanoseconds, of so many calls. */
function cost(check: () => boolean): number {
  const before = cpu();
  for (let call = 0; call < perTurn; call++) if (!check()) throw new Error('A value that is right was refused');
  return ((cpu() - before) / perTurn) * 1_000;
}

/** In short turns, one after the other, so that what else the machine does meets all of them. */
function rounded(checks: Readonly<Record<string, () => boolean>>): Record<string, number[]> {
  const costs: Record<string, number[]> = Object.fromEntries(Object.keys(checks).map((name) => [name, []]));
  for (let round = -3; round < rounds; round++) {
    const sums: Record<string, number> = {};
    for (let turn = 0; turn < turns; turn++)
      for (const [name, check] of Object.entries(checks)) sums[name] = (sums[name] ?? 0) + cost(check) / turns;
    // The first rounds warm up.
    if (round >= 0) for (const [name, sum] of Object.entries(sums)) costs[name]?.push(sum);
  }
  return costs;
}

/** What checking a notification adds to parsing it. */
export function measureValidation(): Promise<void> {
  console.log(`A notification of ${frame.length} bytes: CPU, ${rounds} rounds in turn, median (lowest–highest)\n`);
  const values = Array.from({ length: 64 }, () => JSON.parse(frame) as unknown);
  let next = 0;
  const entries = Object.entries(contestants);
  const parsed = rounded({
    'JSON.parse alone': () => typeof JSON.parse(frame) === 'object',
    ...Object.fromEntries(entries.map(([name, check]) => [name, () => check(JSON.parse(frame))])),
  });
  const alone = rounded(Object.fromEntries(entries.map(([name, check]) => [name, () => check(values[next++ % values.length])])));
  const parse = parsed['JSON.parse alone'] ?? [];
  const decode = alone['io-ts decode'] ?? [];
  console.log(
    '| check | parse and check, ns | over JSON.parse alone | check alone, ns | over decode of io-ts |\n|---|---|---|---|---|',
  );
  console.log(`| none | ${spread(parse, 0)} | 1 | | |`);
  for (const [name] of entries) {
    const [both = [], one = []] = [parsed[name], alone[name]];
    console.log(
      `| ${name} | ${spread(both, 0)} | ${spread(ratios(both, parse), 2)} | ${spread(one, 0)} | ${spread(ratios(one, decode), 2)} |`,
    );
  }
  console.log('');
  const figure = (ours: readonly number[] | undefined, base: readonly number[]): number => median(ratios(ours ?? [], base));
  judge([
    ...Object.entries(limits).map(([name, limit]) => ({
      what: `${name} with JSON.parse`,
      figure: figure(parsed[name], parse),
      limit,
    })),
    ...Object.entries(shares).map(([name, limit]) => ({
      what: `${name} over decode`,
      figure: figure(alone[name], decode),
      limit,
    })),
  ]);
  return Promise.resolve();
}
