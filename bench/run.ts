import { type BenchName, benches } from './client/benches.js';
import { measureClient } from './client/measureClient.js';
import { type PeerName, peers } from './client/peers.js';
import { profileClient } from './client/profileClient.js';
import { readCommandLine } from './commandLine.js';
import { installedPeers } from './installedPeers.js';
import { createReport } from './report.js';
import { measureBroadcast } from './server/measureBroadcast.js';
import { measureIdle } from './server/measureIdle.js';
import { measureStalled } from './server/measureStalled.js';
import { measureValidation } from './validation/measureValidation.js';
import { writeDocument } from './writeDocument.js';

/** `npm run bench`: all of it, and `docs/BENCHMARKS.md`. See `npm run bench -- --help`. Exits with 1 where a limit is missed. */
const scenes = {
  broadcast: measureBroadcast,
  stalled: measureStalled,
  idle: measureIdle,
  validation: measureValidation,
} as const;
const benchNames = Object.keys(benches) as BenchName[];
const sceneNames = Object.keys(scenes) as (keyof typeof scenes)[];

const { names, only, rounds, write, profile } = readCommandLine([...benchNames, ...sceneNames], Object.keys(peers));
const chosen = names.length > 0 ? names : [...benchNames, ...sceneNames];
const clients = benchNames.filter((name) => chosen.includes(name));
const ours = (Object.keys(peers) as PeerName[]).filter((name) => peers[name].ours);

const begun = performance.now();
const report = createReport();
const contestants = only === 'ours' ? ours : ((only ?? Object.keys(peers)) as readonly PeerName[]);
if (clients.length > 0 && contestants.some((name) => !peers[name].ours)) installedPeers();

if (profile) await profileClient(clients);
else {
  console.log(`Node ${process.version}\n`);
  const results = await measureClient(clients, { rounds, peers: contestants }, report);
  for (const name of sceneNames)
    if (chosen.includes(name)) {
      report.line(`### ${name}\n`);
      await scenes[name](report);
      report.line('');
    }
  const seconds = Math.round((performance.now() - begun) / 1000);
  console.log(`${seconds} s`);
  if (write || (names.length === 0 && only === undefined)) await writeDocument(results, report, rounds);
}
