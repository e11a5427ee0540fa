import { measureClient } from './client/measureClient.js';
import { type WorkloadName, workloads } from './client/workloads.js';
import { measureBroadcast } from './server/measureBroadcast.js';
import { measureIdle } from './server/measureIdle.js';
import { measureStalled } from './server/measureStalled.js';
import { measureValidation } from './validation/measureValidation.js';

/** `npm run bench`: all of it. `npm run bench broadcast requests`: these alone. Exits with 1 where a limit is missed. */
const scenes = {
  broadcast: measureBroadcast,
  stalled: measureStalled,
  idle: measureIdle,
  validation: measureValidation,
} as const;
const workloadNames = Object.keys(workloads) as WorkloadName[];
const sceneNames = Object.keys(scenes) as (keyof typeof scenes)[];

const given = process.argv.slice(2);
const all: readonly string[] = [...workloadNames, ...sceneNames];
const unknown = given.filter((name) => !all.includes(name));
if (unknown.length > 0) throw new Error(`No such benchmark: ${unknown.join(', ')}. There are: ${all.join(', ')}`);
const chosen = given.length > 0 ? given : all;

const begun = performance.now();
console.log(`Node ${process.version}\n`);
const clients = workloadNames.filter((name) => chosen.includes(name));
if (clients.length > 0) await measureClient(clients);
for (const name of sceneNames)
  if (chosen.includes(name)) {
    console.log('');
    await scenes[name]();
  }
console.log(`\n${Math.round((performance.now() - begun) / 1000)} s`);
