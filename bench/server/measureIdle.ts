import type { Verdict } from '../figures.js';
import type { Report } from '../report.js';
import { openScene } from './scene.js';

const connections = 5_000;
/** What a process opens besides its connections. */
const spare = 100;
const limit = 6;

interface Memory {
  readonly heapUsed: number;
  readonly rss: number;
}

const contestants = [
  { name: 'raw ws', kind: 'ws' },
  { name: 'socket.io', kind: 'socket.io' },
  { name: 'rxgate', kind: 'rxgate', limit },
] as const;

const filesAllowed = (): number => {
  const report = process.report.getReport() as unknown as {
    userLimits?: { open_files?: { soft?: number | string } };
  };
  const soft = report.userLimits?.open_files?.soft;
  return typeof soft === 'number' ? soft : Infinity;
};

/** Heap of a connection that says nothing, with a user and a room of its own. */
export async function measureIdle(report: Report): Promise<void> {
  const count = Math.min(connections, filesAllowed() - spare);
  report.line(`${count.toLocaleString('en')} idle connections, each with a user and a room of its own: memory of the server\n`);
  report.line('| server | heap per connection, KB | RSS per connection, KB |\n|---|---|---|');
  const verdicts: Verdict[] = [];
  for (const contestant of contestants) {
    const scene = await openScene(contestant.kind, 0, 'none');
    // One comes and stays, so that what is made once is not counted.
    await scene.crowd.ask('open', { count: 100 });
    const before = await scene.server.ask<Memory>('memory');
    await scene.crowd.ask('open', { count: count - 100 });
    const after = await scene.server.ask<Memory>('memory');
    await scene.stop();
    const perConnection = (figure: keyof Memory): number => (after[figure] - before[figure]) / (count - 100) / 1024;
    report.line(`| ${contestant.name} | ${perConnection('heapUsed').toFixed(2)} | ${perConnection('rss').toFixed(2)} |`);
    if ('limit' in contestant)
      verdicts.push({
        what: 'heap of an idle connection',
        figure: perConnection('heapUsed'),
        limit: contestant.limit,
        unit: ' KB',
      });
  }
  report.line('');
  report.judge(verdicts);
}
