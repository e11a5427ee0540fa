import { expect } from 'chai';
import type { IncomingMessage } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { commands, type Peer, rateLimit } from 'rxgate/server';
import type { MonoTypeOperatorFunction } from 'rxjs';
import type { WebSocket } from 'ws';
import { opened, serving } from '../server/serving.js';
import { cleanUp } from '../support/atTestEnd.js';
import { type Child, startChild } from '../support/childProcess.js';

/** What the flood says of itself. */
interface Flood {
  readonly sent: number;
  readonly answers: number;
  readonly codes: Readonly<Record<string, number>>;
}

const pause = 4;
const questions = 250;

/** Work that costs this thread a quarter of a millisecond. */
const work = (): number => {
  const begun = performance.now();
  while (performance.now() - begun < 0.25);
  return 1;
};

const atRank = (values: readonly number[], rank: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * rank)] ?? NaN;
const median = (values: readonly number[]): number => atRank(values, 0.5);

/**
 * The p99 of a client that asks every 4 ms, whether it is answered or not, in ms from the moment at which it should have asked: who
 * measured only what was asked would not see that a server stood still.
 */
async function p99Of(client: WebSocket): Promise<number> {
  const begun = performance.now();
  const due = (index: number): number => begun + index * pause;
  const latencies: number[] = [];
  const heard = (data: Buffer): void => {
    const { data: index } = JSON.parse(String(data)) as { data: number };
    latencies.push(performance.now() - due(index));
  };
  client.on('message', heard);
  for (let index = 0; index < questions || latencies.length < questions; ) {
    if (client.readyState !== client.OPEN) throw new Error('the client that asks was closed');
    for (; index < questions && performance.now() >= due(index); index++)
      client.send(JSON.stringify({ id: index, command: 'echo', data: index }));
    await turn();
  }
  client.off('message', heard);
  return atRank(latencies, 0.99);
}

describe('a flood of messages from another process', () => {
  afterEach(cleanUp);

  /** A server, a client of it, and who floods it. */
  const scene = async (...stages: MonoTypeOperatorFunction<Peer>[]) => {
    let handled = 0;
    // All connections of the flood are of one user: a new one gets no new bucket.
    const authenticate = ({ headers }: IncomingMessage) => ({ user: String(headers['x-user'] ?? 'other') });
    const server = await serving({ authenticate }, (peers) =>
      [...stages, commands<Peer>({ echo: (data) => data, work: () => (handled++, work()) })].reduce(
        (all, stage) => all.pipe(stage),
        peers,
      ),
    );
    const client = await opened(server.client());
    const child = startChild('floodingClient.ts', server.url());
    await child.heard();
    return { client, child, handled: () => handled };
  };
  const during = async (child: Child, client: WebSocket, messages: number): Promise<Flood & { readonly p99: number }> => {
    const over = child.heard();
    child.send(`flood ${messages}`);
    const p99 = await p99Of(client);
    child.send('stop');
    return { ...((await over) as Flood), p99 };
  };

  it('S10: leaves the others their answers in time where its sender is limited, and only there', async () => {
    const points = 20;
    // The same for all: who asks at the pace of a person, or of the client below, does not meet it.
    const limited = await scene(rateLimit({ perUser: { points: 1_000 }, perCommand: { work: { points } } }));
    const begun = performance.now();
    await p99Of(limited.client);
    const rounds: { readonly quiet: number; readonly flood: Flood & { readonly p99: number } }[] = [];
    for (let round = 0; round < 3; round++)
      rounds.push({ quiet: await p99Of(limited.client), flood: await during(limited.child, limited.client, 20_000) });
    const passed = performance.now() - begun;
    const handled = limited.handled();
    const without = await scene();
    const open = await during(without.child, without.client, 4_000);
    const quiet = median(rounds.map((each) => each.quiet));
    const flooded = median(rounds.map(({ flood }) => flood.p99));
    const told = JSON.stringify({ quiet, flooded, without: open.p99, handled });
    // What flowed into the one bucket of that user, over all of its connections.
    expect(handled, told).to.be.within(points, points + (points * passed) / 1_000 + 1);
    for (const { flood } of rounds) expect(flood.codes['4429'], 'connections that were closed').to.be.above(0);
    // Generous, since the sender and whatever else runs here take their part of two processors.
    expect(flooded, told).to.be.below(10 * quiet + 100);
    expect(open.p99, told).to.be.above(3 * flooded);
  }).timeout(40_000);
});
