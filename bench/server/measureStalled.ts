import { median, ratios, spread, type Verdict } from '../figures.js';
import type { Report } from '../report.js';
import { openScene, type Scene } from './scene.js';

const readers = 3;
// Short ones: a moment that the machine spends elsewhere spoils one, and the median does not hear of it.
const rounds = 25;
const messages = 2_000;
const bytes = 4_096;
const rate = 8_000;
const growthLimit = 32;
const latencyLimit = 2;

/** Our server closes a client that reads nothing after half a minute: what is measured after that would be measured without it. */
const patience = 30_000;

const contestants = [
  { name: 'raw ws', kind: 'ws', way: 'loop', ours: false },
  { name: 'socket.io', kind: 'socket.io', way: 'emit', ours: false },
  { name: 'rxgate', kind: 'rxgate', way: 'broadcast', ours: true },
] as const;

interface Flooded {
  readonly rss: number;
  readonly p99: number;
}

async function flood({ server, crowd }: Scene, way: string, count = messages): Promise<Flooded> {
  const read = crowd.ask<{ p99: number }>('expect', { deliveries: count * readers, clocked: true });
  const rss = await server.ask<number>('flood', { way, messages: count, rate, bytes });
  return { rss, p99: (await read).p99 };
}

/** Megabytes, and milliseconds per round. */
interface Figures {
  readonly growth: number;
  readonly alone: number;
  readonly p99: readonly number[];
  readonly p99Alone: readonly number[];
}

/** The same flood on two servers, of which one has a client that does not read, in turn. */
async function measure(kind: string, way: string): Promise<Figures> {
  const alone = await openScene(kind, readers);
  const beside = await openScene(kind, readers);
  // Until the heap has the size that the flood alone gives it.
  const base = new Map<Scene, number>();
  for (const scene of [alone, beside]) {
    await flood(scene, way, 2 * messages);
    await scene.server.ask('memory');
    const again = await flood(scene, way, 2 * messages);
    base.set(scene, again.rss);
  }
  await beside.crowd.ask('open', { count: 1, stalled: true });
  const stalledAt = performance.now();
  const results = new Map<Scene, Flooded[]>([
    [alone, []],
    [beside, []],
  ]);
  for (let index = 0; index < rounds; index++)
    for (const scene of index % 2 === 0 ? [alone, beside] : [beside, alone]) results.get(scene)?.push(await flood(scene, way));
  const taken = performance.now() - stalledAt;
  if (taken > patience)
    console.log(`${kind}: a run took ${Math.round(taken / 1000)} s. The machine is too busy for this measure.`);
  await Promise.all([alone.stop(), beside.stop()]);
  const growthOf = (scene: Scene): number =>
    (Math.max(...(results.get(scene) ?? []).map(({ rss }) => rss)) - (base.get(scene) ?? 0)) / 1e6;
  const latencies = (scene: Scene): number[] => (results.get(scene) ?? []).map(({ p99 }) => p99);
  return { growth: growthOf(beside), alone: growthOf(alone), p99: latencies(beside), p99Alone: latencies(alone) };
}

/** What a client that does not read costs the server and the other clients. */
export async function measureStalled(report: Report): Promise<void> {
  const total = (rounds * messages).toLocaleString('en');
  report.line(
    `${total} messages of 4 KiB to ${readers} reading clients and a stalled one, ${rate.toLocaleString('en')} per second, beside the same without it; ${rounds} rounds in turn\n`,
  );
  report.line(
    '| server | growth of RSS, MB | without, MB | p99 of the readers, ms | without, ms | ratio |\n|---|---|---|---|---|---|',
  );
  const verdicts: Verdict[] = [];
  for (const { name, kind, way, ours } of contestants) {
    const { growth, alone, p99, p99Alone } = await measure(kind, way);
    const ratio = ratios(p99, p99Alone);
    report.line(
      `| ${name} | ${growth.toFixed(0)} | ${alone.toFixed(0)} | ${spread(p99, 1)} | ${spread(p99Alone, 1)} | ${spread(ratio, 2)} |`,
    );
    if (!ours) continue;
    verdicts.push({ what: 'growth of RSS with a stalled client', figure: growth, limit: growthLimit, unit: ' MB' });
    verdicts.push({ what: 'p99 beside a stalled client, over p99 without', figure: median(ratio), limit: latencyLimit });
  }
  report.line('');
  report.judge(verdicts);
}
