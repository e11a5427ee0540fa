import type { Report } from '../report.js';
import { median, ratios, spread, type Verdict } from '../figures.js';
import { type Bench, type BenchName, benches, limits } from './benches.js';
import { type Contestant, createContestant, createGateways } from './contestant.js';
import { type PeerName, peers } from './peers.js';

/** Of one bench: the figures of each peer's rounds, those of the same round at the same place. */
export type Rounds = ReadonlyMap<PeerName, readonly number[]>;

export interface ClientResult {
  readonly name: BenchName;
  readonly rounds: Rounds;
  /** Of each peer, the ratio to the base of the same round: the median. */
  readonly ratio: ReadonlyMap<PeerName, number>;
}

/** How to measure. */
export interface ClientSettings {
  readonly rounds: number;
  readonly peers: readonly PeerName[];
}

const warmUps = 1;

async function measure(bench: Bench, { rounds, peers: names }: ClientSettings): Promise<Rounds> {
  const gateways = createGateways(bench.pinned ? 0 : undefined);
  const contestants: Contestant[] = [];
  try {
    const wanted = names.filter((each) => bench.only?.includes(each) ?? true);
    // Two at a time, as there are cores: to start is most of what a bench takes.
    for (let index = 0; index < wanted.length; index += 2) {
      const pair = wanted
        .slice(index, index + 2)
        .map((name) => createContestant(name, bench, gateways, bench.pinned ? 1 : undefined));
      for (const contestant of await Promise.all(pair)) if (contestant) contestants.push(contestant);
    }
    const results = new Map(contestants.map(({ peer }) => [peer, [] as number[]]));
    for (let index = -warmUps; index < rounds; index++) {
      // There and back: nobody is always the one that runs in another's wake.
      const order = index % 2 === 0 ? contestants : [...contestants].reverse();
      for (const { peer, round } of order) {
        const figure = await round();
        if (index >= 0) results.get(peer)?.push(figure);
      }
    }
    return results;
  } finally {
    for (const contestant of contestants) await contestant.stop();
    await gateways.stop();
  }
}

const digitsOf = { µs: 2, ns: 1, ms: 1, B: 0, '×': 2 } as const;

/** The verdicts of the targets, each over its base. */
export const targetsOf = (results: readonly ClientResult[]): Verdict[] =>
  results.flatMap(({ name, ratio }) => {
    const { title, target, base }: Bench = benches[name];
    const own = (['rxgate', 'gateway'] as const).flatMap((peer) => {
      const figure = ratio.get(peer);
      const who = peer === 'rxgate' ? 'operators' : 'createGateway';
      return figure === undefined ? [] : [{ what: `${title}, ${who}, over ${peers[base].title}`, figure, limit: target }];
    });
    const older = limits.flatMap(({ bench, over, limit }) => {
      const medianOf = (of: BenchName): number => results.find((each) => each.name === of)?.ratio.get('rxgate') ?? NaN;
      const figure = medianOf(bench) / medianOf(over);
      return bench === name && figure > 0 ? [{ what: `${title}, over ${benches[over].title}`, figure, limit }] : [];
    });
    return [...own, ...older];
  });

/** Runs the benches one after the other, and prints a table of each. */
export async function measureClient(
  names: readonly BenchName[],
  settings: ClientSettings,
  report: Report,
): Promise<ClientResult[]> {
  const results: ClientResult[] = [];
  for (const name of names) {
    const bench: Bench = benches[name];
    const rounds = await measure(bench, settings);
    const base = rounds.get(bench.base) ?? [];
    const ratio = new Map([...rounds].map(([peer, own]) => [peer, median(ratios(own, base))]));
    results.push({ name, rounds, ratio });
    report.line(`### ${bench.title}\n`);
    report.line(`${bench.figure}; ${settings.rounds} rounds in turn, median (min–max)\n`);
    report.line(
      `| client | ${bench.unit === '×' ? 'growth' : bench.unit} | ratio to ${peers[bench.base].title} |\n|---|---|---|`,
    );
    for (const peer of settings.peers) {
      const own = rounds.get(peer);
      const cells = own
        ? [spread(bench.unit === 'ns' ? own.map((µs) => µs * 1_000) : own, digitsOf[bench.unit]), spread(ratios(own, base), 2)]
        : ['–', '–'];
      if (own || !bench.only) report.line(`| ${peers[peer].title} | ${cells.join(' | ')} |`);
    }
    report.line('');
    report.judge(targetsOf([results.at(-1) as ClientResult]));
    report.line('');
  }
  return results;
}
