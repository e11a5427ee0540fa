import { median, ratios, spread } from '../figures.js';
import type { Report } from '../report.js';
import { openScene, type Scene } from './scene.js';

const connections = 2_000;
const times = 10;
const rounds = 35;
const warmUps = 2;

const contestants = [
  { name: 'raw ws, one string', kind: 'ws', way: 'loop' },
  { name: 'socket.io', kind: 'socket.io', way: 'emit' },
  { name: 'rxgate, broadcast', kind: 'rxgate', way: 'broadcast', limit: 0.9 },
  { name: 'rxgate, topic', kind: 'rxgate', way: 'topic', limit: 1 },
] as const;

/** Server CPU per delivery in µs. */
async function round({ server, crowd }: Scene, way: string): Promise<number> {
  const deliveries = connections * times;
  const delivered = crowd.ask('expect', { deliveries });
  await server.ask('broadcast', { way, times });
  await delivered;
  return (await server.ask<number>('usage')) / deliveries;
}

/** Server CPU of one message to many connections, over a loop that sends one string. */
export async function measureBroadcast(report: Report): Promise<void> {
  const scenes = new Map<string, Scene>();
  for (const { kind } of contestants) if (!scenes.has(kind)) scenes.set(kind, await openScene(kind, connections));
  const results = contestants.map(() => [] as number[]);
  for (let index = -warmUps; index < rounds; index++) {
    // There and back: nobody is always the one that runs in another's wake.
    const turns = [...contestants.entries()];
    for (const [place, { kind, way }] of index % 2 === 0 ? turns : turns.reverse()) {
      const figure = await round(scenes.get(kind) as Scene, way);
      if (index >= 0) results[place]?.push(figure);
    }
  }
  await Promise.all([...scenes.values()].map((scene) => scene.stop()));

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
