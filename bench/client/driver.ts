import { answerParent } from '../child.js';
import { rawClient } from './rawClient.js';
import { rxgateClient } from './rxgateClient.js';
import { type WorkloadName, workloads } from './workloads.js';

/** One driver on one workload, in a process of its own: runs a round when told to, and answers with its CPU time. */
const [name, workloadName, url] = process.argv.slice(2) as [string, WorkloadName, string];
const client = await (name === 'raw' ? rawClient(url) : rxgateClient(url));
const workload = workloads[workloadName];
await workload.prepare(client);

answerParent(undefined, {
  round: async () => {
    const before = process.cpuUsage();
    await workload.run(client);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / workload.units;
  },
});
