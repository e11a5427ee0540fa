import { median, ratios, spread } from '../figures.js';
import type { Report } from '../report.js';
import { openScene, type Scene } from './scene.js';

const connections = 2_000;
const times = 8;
/** As often as each contestant can be the first, three times. */
const rounds = 12;
const warmUps = 1;

const contestants = [
  { name: 'raw ws, one string', kind: 'ws', way: 'loop' },
  { name: 'socket.io', kind: 'socket.io', way: 'emit' },
  { name: 'rxgate, broadcast', kind: 'rxgate', way: 'broadcast', limit: 0.9 },
  { name: 'rxgate, topic', kind: 'rxgate', way: 'topic', limit: 1 },
] as const;

/** Server CPU per delivery in µs, once the server is at it: the first messages pay for what others left in the caches. */
async function run({ server, crowd }: Scene, way: string): Promise<number> {
  let usage = NaN;
  for (const count of [times / 2, times]) {
    const deliveries = connections * count;
    const delivered = crowd.ask('expect', { deliveries });
    await server.ask('broadcast', { way, times: count });
    await delivered;
    usage = (await server.ask<number>('usage')) / deliveries;
  }
  return usage;
}

/** Server CPU of one message to many connections, over a loop that sends one string. */
export async function measureBroadcast(report: Report): Promise<void> {
  const scenes: Scene[] = [];
  for (const { kind } of contestants) scenes.push(await openScene(kind, connections));
  const results = contestants.map(() => [] as number[]);
  for (let index = -warmUps; index < rounds; index++) {
    // There and back, another in front each time, and the mean of both: all run as often in the wake of each other, and of themselves.
    const places = contestants.map((_, place) => (place + index + warmUps) % contestants.length);
    const figures = new Map<number, number>();
    for (const place of [...places, ...places.toReversed()]) {
      const { way } = contestants[place] as (typeof contestants)[number];
      figures.set(place, (figures.get(place) ?? 0) + (await run(scenes[place] as Scene, way)) / 2);
    }
    if (index >= 0) for (const [place, figure] of figures) results[place]?.push(figure);
  }
  await Promise.all(scenes.map((scene) => scene.stop()));

  const [base = []] = results;
  report.line(
    `one message to ${connections.toLocaleString('en')} connections: server CPU per delivery; ${rounds} rounds in turn, median (min–max)\n`,
  );
  report.line('| server | µs | ratio to raw ws |\n|---|---|---|');
  const verdicts = contestants.flatMap((contestant, place) => {
    const own = results[place] as number[];
    const overRaw = ratios(own, base);
    report.line(`| ${contestant.name} | ${spread(own, 2)} | ${spread(overRaw, 2)} |`);
    return 'limit' in contestant
      ? [{ what: `${contestant.name}, over raw ws`, figure: median(overRaw), limit: contestant.limit }]
      : [];
  });
  report.line('');
  report.judge(verdicts);
}
