import type { Any } from 'io-ts';
import type * as Generate from '../../lib/io-ts/generate/index.js';
import type * as IoTs from '../../lib/io-ts/index.js';
import { ratios, spread } from '../figures.js';
import type { Report } from '../report.js';
import { built } from '../rxgate.js';
import { cost } from './cost.js';
import { shapes } from './shapes.js';

const { compileDecoder } = (await built('io-ts/index.js')) as typeof IoTs;
const { generateDecoder } = (await built('io-ts/generate/index.js')) as typeof Generate;

const rounds = 15;
const turns = 6;
const perTurn = 2_000;

/** CPU of a decoder by round, and that of `decode` of io-ts beside it. */
function costs(decoders: Readonly<Record<string, Any>>, values: readonly unknown[]): Record<string, number[]> {
  // As they come from the wire: each an object of its own.
  const parsed = Array.from(
    { length: 60 },
    (_value, index) => JSON.parse(JSON.stringify(values[index % values.length])) as unknown,
  );
  const found: Record<string, number[]> = {};
  let next = 0;
  for (let round = -3; round < rounds; round++) {
    const sums: Record<string, number> = {};
    for (let turn = 0; turn < turns; turn++)
      for (const [name, decoder] of Object.entries(decoders)) {
        const check = (): boolean => decoder.decode(parsed[next++ % parsed.length])._tag === 'Right';
        sums[name] = (sums[name] ?? 0) + cost(check, Array.isArray(values[0]) ? perTurn / 10 : perTurn) / turns;
      }
    if (round >= 0) for (const [name, sum] of Object.entries(sums)) (found[name] ??= []).push(sum);
  }
  return found;
}

/** What decoding costs by what a type is made of. All shapes are in one process, as in a program with many types. */
export function measureShapes(report: Report): void {
  report.line('| type | decode of io-ts, ns | compileDecoder over it | generateDecoder over it |\n|---|---|---|---|');
  for (const [name, [type, values]] of Object.entries(shapes)) {
    const {
      own = [],
      compiled,
      generated,
    } = costs({ own: type, compiled: compileDecoder(type), generated: generateDecoder(type) }, values);
    const share = (ours: readonly number[] | undefined): string => spread(ratios(ours ?? [], own), 2);
    report.line(`| ${name} | ${spread(own, 0)} | ${share(compiled)} | ${share(generated)} |`);
  }
  report.line('');
}
