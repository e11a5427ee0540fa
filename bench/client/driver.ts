import { answerParent } from '../child.js';
import { profiled } from '../profiled.js';
import type { BenchClient } from './benchClient.js';
import { withLists, withRebuilding } from './byHand.js';
import { type PeerName, peers } from './peers.js';
import { type Workload, type WorkloadName, workloads } from './workloads.js';

/** One peer on one workload, in a process of its own. It is given its gateway's port, then runs a round when told to. */
const [peerName, workloadName] = process.argv.slice(2) as [PeerName, WorkloadName];
const peer = await peers[peerName].load(workloadName);
const workload: Workload = workloads[workloadName];
let client: BenchClient | undefined;

const run = (units: number): Promise<number> => workload.run(client as BenchClient, units);

answerParent(
  { dialect: peer.dialect, cannot: peer.cannot ?? [] },
  {
    async open({ port }: { readonly port: number }) {
      const connect = (): Promise<BenchClient> => peer.connect(`ws://127.0.0.1:${port}`);
      client = peer.bare && workload.around === 'rebuilding' ? await withRebuilding(connect) : await connect();
      // One subscriber needs no list.
      if (peer.bare && workloadName === 'local') client = withLists(client);
      await workload.prepare(client);
      return { can: workload.around !== 'rebuilding' || client.reconnect !== undefined };
    },
    /** Gives the figure, and the CPU and the time that the round took, in ms. */
    async round({ units }: { readonly units: number }) {
      const begun = performance.now();
      const before = process.cpuUsage();
      const figure = await run(units);
      const { user, system } = process.cpuUsage(before);
      return { figure, cpu: (user + system) / 1_000, took: performance.now() - begun };
    },
    /** Runs rounds with the profiler on; gives the profile. */
    profile: ({ units, rounds }: { readonly units: number; readonly rounds: number }) =>
      profiled(async () => {
        for (let index = 0; index < rounds; index++) await run(units);
      }),
  },
);
