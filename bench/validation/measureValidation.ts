import { median, ratios, spread } from '../figures.js';
import type { Report } from '../report.js';
import { contestants, frame } from './contestants.js';
import { cost } from './cost.js';
import { measureShapes } from './measureShapes.js';

const rounds = 15;
const perTurn = 4_000;
const turns = 12;
/** Over `JSON.parse` alone, with it. */
const limits: Readonly<Record<string, number>> = { compileDecoder: 1.25, generateDecoder: 1.1 };
/** Over `decode` of io-ts, without parsing. */
const shares: Readonly<Record<string, number>> = { compileDecoder: 0.25, generateDecoder: 0.1 };

/** In short turns, one after the other, so that what else the machine does meets all of them. */
function rounded(checks: Readonly<Record<string, () => boolean>>): Record<string, number[]> {
  const costs: Record<string, number[]> = Object.fromEntries(Object.keys(checks).map((name) => [name, []]));
  for (let round = -3; round < rounds; round++) {
    const sums: Record<string, number> = {};
    for (let turn = 0; turn < turns; turn++)
      for (const [name, check] of Object.entries(checks)) sums[name] = (sums[name] ?? 0) + cost(check, perTurn) / turns;
    // The first rounds warm up.
    if (round >= 0) for (const [name, sum] of Object.entries(sums)) costs[name]?.push(sum);
  }
  return costs;
}

/** What checking a notification adds to parsing it. */
export function measureValidation(report: Report): Promise<void> {
  report.line(`A notification of ${frame.length} bytes: CPU, ${rounds} rounds in turn, median (lowest–highest)\n`);
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
  report.line(
    '| check | parse and check, ns | over JSON.parse alone | check alone, ns | over decode of io-ts |\n|---|---|---|---|---|',
  );
  report.line(`| none | ${spread(parse, 0)} | 1 | | |`);
  for (const [name] of entries) {
    const [both = [], one = []] = [parsed[name], alone[name]];
    report.line(
      `| ${name} | ${spread(both, 0)} | ${spread(ratios(both, parse), 2)} | ${spread(one, 0)} | ${spread(ratios(one, decode), 2)} |`,
    );
  }
  report.line('');
  const figure = (ours: readonly number[] | undefined, base: readonly number[]): number => median(ratios(ours ?? [], base));
  report.judge([
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
  // Behind it: what other types leave in the caches of the engine would cost this one.
  report.line('Other types, without parsing\n');
  measureShapes(report);
  return Promise.resolve();
}
