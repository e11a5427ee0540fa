import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { chart, type Panel } from './chart.js';
import { type Bench, benches } from './client/benches.js';
import type { ClientResult } from './client/measureClient.js';
import { type PeerName, peers } from './client/peers.js';
import { isMet, type Report } from './report.js';

const docs = new URL('../docs/', import.meta.url);
const plain = (title: string): string => title.replaceAll(/[*`]/g, '');
const names = Object.keys(peers) as PeerName[];

const panelOf = ({ name, ratio }: ClientResult): Panel => {
  const { title, base, target, only }: Bench = benches[name];
  const shown = names.filter((peer) => ratio.has(peer) || !only);
  return {
    ...{ title, target, base: peers[base].title },
    bars: shown.map((peer) => ({
      label: plain(peers[peer].title),
      ratio: ratio.get(peer) ?? NaN,
      ours: peers[peer].title.includes('rxgate'),
    })),
  };
};

const tableOf = (results: readonly ClientResult[]): string => {
  const cell = ({ ratio }: ClientResult, peer: PeerName): string => ratio.get(peer)?.toFixed(2) ?? '–';
  const rows = names
    .filter((peer) => results.some(({ ratio }) => ratio.has(peer)))
    .map((peer) => `| ${[peers[peer].title, ...results.map((result) => cell(result, peer))].join(' | ')} |`);
  const titles = results.map(({ name }) => benches[name].title);
  return [`| ratio | ${titles.join(' | ')} |`, `|${'---|'.repeat(results.length + 1)}`, ...rows].join('\n');
};

/** Writes what was measured to `docs/BENCHMARKS.md`, and its picture beside it. */
export async function writeDocument(results: readonly ClientResult[], report: Report, rounds: number): Promise<void> {
  const verdicts = report.verdicts.map(
    (verdict) =>
      `| ${verdict.what} | ${verdict.figure.toFixed(2)}${verdict.unit ?? ''} | ≤ ${verdict.limit}${verdict.unit ?? ''} | ${isMet(verdict) ? 'met' : '**missed**'} |`,
  );
  const [{ model } = { model: 'unknown' }] = cpus();
  const page = `# Benchmarks

Written by \`npm run bench\`: Node ${process.version} on ${process.platform}, ${cpus().length} × ${model}.

![Ratios of each client to the hand-written one](benchmarks.svg)

Each client runs in a process of its own against a gateway in another, and speaks its own protocol with it: the same payloads, in the same
portions, from one gateway that is written by hand for all. A client parses each frame, matches ids, and hands the data to a subscriber.
**rxgate** runs the pipeline of the README with all its defaults, login and heartbeat included, through its public operators, and as
\`createGateway\`. *raw ws* is [the client that people write by hand](../bench/client/rawClient.ts): one \`Map\` of pending ids, one of topics.
*corked* is the same with the writes of one turn in one system call. *raw-rx* has one Observable per request and one Subject per topic:
the least that Rx costs.

The gateway does what the server of rxgate does with batches: it says that it reads them, and what it answers in one turn to a client that says so too is
one frame, but for the first answer, which waits for no other. So rxgate sends the requests of a turn as one frame, as tRPC does, and the hand-written clients do not. *A gateway without batches* shows
what is left without them. Floods of notifications are a frame each, for everybody.

The clients take turns, there and back, ${rounds} rounds after a warm-up. A ratio is taken within each round; given is the median, and in brackets the
least and the most. CPU is user and system time of the client's process. For latency and notifications the gateway has one core, and the clients have the other. A dash: the client cannot express it. graphql-ws, tRPC and
rx-stomp subscribe on the wire for each local subscriber. What a client leaves to its user (lists of subscribers, subscribing again after
a reconnect) is written by hand in its driver. The time of a reconnect begins when the gateway has the new connection: no backoff is in it.

${tableOf(results)}

## Targets

| | figure | target | |
|---|---|---|---|
${verdicts.join('\n')}

## In detail

${report.text.trim()}
`;
  await writeFile(new URL('BENCHMARKS.md', docs), page);
  await writeFile(new URL('benchmarks.svg', docs), chart(results.map(panelOf)));
  console.log('written: docs/BENCHMARKS.md, docs/benchmarks.svg');
}
