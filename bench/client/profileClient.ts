import { mkdir, writeFile } from 'node:fs/promises';
import type { Profile } from '../profiled.js';
import { sharesOf } from '../sharesOf.js';
import { type Bench, type BenchName, benches } from './benches.js';
import { createContestant, createGateways } from './contestant.js';
import { peers, type PeerName } from './peers.js';
import { workloads } from './workloads.js';

const rounds = 3;
const most = 18;
const out = new URL('../../out/', import.meta.url);

/** A CPU profile of rxgate and of its base on each bench: the files in `out/`, and their largest shares printed. */
export async function profileClient(names: readonly BenchName[]): Promise<void> {
  await mkdir(out, { recursive: true });
  for (const name of names) {
    const bench: Bench = benches[name];
    const gateways = createGateways();
    for (const peer of [...new Set<PeerName>([bench.base, 'rxgate'])]) {
      const contestant = await createContestant(peer, bench, gateways);
      const [driver] = contestant?.drivers ?? [];
      const { units } = workloads[bench.workloads.at(-1) ?? bench.workloads[0]];
      const profile = await driver?.ask<Profile>('profile', { units, rounds });
      await contestant?.stop();
      if (!profile) continue;
      const file = `${name}-${peer}.cpuprofile`;
      await writeFile(new URL(file, out), JSON.stringify(profile));
      const { files, functions, total } = sharesOf(profile);
      console.log(`### ${bench.title}: ${peers[peer].title} (out/${file}), ${total.toFixed(0)} ms\n`);
      for (const [title, shares] of [
        ['file', files],
        ['function', functions],
      ] as const) {
        console.log(`| self time | µs per unit | ${title} |\n|---|---|---|`);
        for (const [what, ms] of shares.slice(0, most))
          console.log(`| ${((100 * ms) / total).toFixed(1)} % | ${((1_000 * ms) / (units * rounds)).toFixed(3)} | ${what} |`);
        console.log('');
      }
    }
    await gateways.stop();
  }
}
