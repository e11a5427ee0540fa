import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { expect } from 'chai';
import { type Bar, readBars, toWeeks } from '../../demo/bars.js';
import { type RunningProcess, startProcess, startScript } from '../node/runningProcess.js';
import { cleanUp } from '../support/atTestEnd.js';

const thousands = (count: number): string => count.toLocaleString('en-US');
/** The part of the summary under a heading. */
const summaryOf = ({ output }: RunningProcess, heading: string): string => {
  const lines = output()
    .replaceAll('\x1b[K', '')
    .split(/[\r\n]+/);
  const summary = lines.slice(lines.indexOf('Summary'));
  return summary.find((line) => line.startsWith(`  ${heading}`))?.slice(heading.length + 2) ?? 'missing';
};
/** Numbers of a text, in order. */
const numbersIn = (text: string): number[] =>
  (text.match(/[\d,.]*\d/g) ?? []).map((number) => Number(number.replaceAll(',', '')));

/** How often the 50-day average crosses the 200-day average, counted without RxJS. */
const countCrossings = (days: readonly Bar[]): number => {
  const average = (end: number, length: number): number =>
    days.slice(end - length, end).reduce((sum, { close }) => sum + close, 0) / length;
  const above = days.slice(199).map((_day, index) => average(index + 200, 50) > average(index + 200, 200));
  return above.filter((now, index) => index > 0 && now !== above[index - 1]).length;
};

const hasScript = ['/usr/bin/script', '/bin/script'].some(existsSync);
/** Only util-linux's takes the command as an option. */
const isUtilLinux = hasScript && execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux');

const colour = /\x1b\[\d+m/;

describe('the demo', function () {
  this.timeout(60_000);
  afterEach(cleanUp);

  const npmRunDemo = (...args: string[]) => startProcess('npm', ['run', '--silent', 'demo', '--', ...args]);

  describe('in a pipe', () => {
    it('ends by itself within a minute, with a summary that accounts for every bar and order', async () => {
      const days = readBars();
      const crossings = countCrossings(days);
      const demo = npmRunDemo();
      expect(await demo.ended, demo.output() + demo.errors()).to.equal(0);
      // What was killed is written as it dies; Node and npm have nothing to say.
      expect(demo.errors()).to.not.match(/error|warning/i);

      expect(crossings).to.be.above(10);
      const [daily, weekly] = numbersIn(summaryOf(demo, 'bars'));
      expect([daily, weekly]).to.deep.equal([days.length, toWeeks(days).length]);
      const [made, confirmed, repeated, booked] = numbersIn(summaryOf(demo, 'orders'));
      expect([made, confirmed, booked]).to.deep.equal([crossings, crossings, crossings]);
      expect(repeated).to.be.at.least(1);
      const [reconnects, attempts, downtime] = numbersIn(summaryOf(demo, 'reconnects'));
      expect(reconnects).to.be.at.least(1);
      expect(attempts).to.be.at.least(reconnects!);
      expect(downtime).to.be.above(0.5);
      for (const heading of ['round trip', 'replies']) {
        const [, p50, , p95, , p99, count] = numbersIn(summaryOf(demo, heading));
        expect(count).to.be.at.least(1);
        expect([p50! > 0, p95! >= p50!, p99! >= p95!]).to.deep.equal([true, true, true]);
      }
      expect(summaryOf(demo, 'drained').trim()).to.equal('0 requests unsent, 0 unanswered');
    });

    it('tells what the client did, in plain aligned lines', async () => {
      const demo = npmRunDemo('--speed', '1000');
      expect(await demo.ended).to.equal(0);
      expect(demo.output()).to.not.include('\x1b').and.not.include('\r');

      const told = demo.lines.filter((line) => /^ +\d+\.\d\d s /.test(line));
      for (const line of told) expect(line).to.match(/^.{6} s {2}(gateway|state|topic|bar|order|receipt) +/);
      expect(new Set(told.map((line) => /^.{10}\w+ +/.exec(line)?.[0].length))).to.deep.equal(new Set([19]));
      expect(told).to.have.length.below(200);

      // The story of the crash, in order.
      const story = [
        /order .*#9/,
        /gateway +process \d+ is killed/,
        /state +reconnecting in \d\.\d\d s, attempt \d+: Connection lost: close code 1006/,
        /state +connecting, attempt \d/,
        /state +reconnecting in .* ECONNREFUSED/,
        /gateway +listens again/,
        /state +authenticated/,
        /topic +session \d+: subscribes to 2 topics/,
        /receipt .*#9 .*sent twice, executed once/,
        /topic +bars:SPX:1D missed [\d,]+ bars/,
        /state +closed/,
        /^Summary/,
      ];
      let from = 0;
      for (const chapter of story) {
        const found = demo.lines.findIndex((line, index) => index >= from && chapter.test(line));
        expect(found, `${String(chapter)} after line ${from} of\n${demo.output()}`).to.be.at.least(from);
        from = found;
      }
    });

    it('drains on Ctrl-C, which the gateway leaves to the client', async () => {
      const demo = startScript('demo/main.ts', ['--forever']);
      await demo.line(/order .*#1 /);
      demo.interrupt();
      expect(await demo.ended, demo.output() + demo.errors()).to.equal(0);
      const [made, confirmed] = numbersIn(summaryOf(demo, 'orders'));
      expect([made, confirmed]).to.deep.equal([1, 1]);
      expect(demo.output()).to.match(/receipt .*#1 .*done\n[^]*state +closed/);
    });

    it('explains its options, and which one it does not know', async () => {
      const help = npmRunDemo('--help');
      expect(await help.ended).to.equal(0);
      expect(help.output()).to.match(/--forever.*\n.*--speed/);
      const unknown = npmRunDemo('--sped', '5');
      expect(await unknown.ended).to.equal(2);
      expect(unknown.errors())
        .to.match(/--sped/)
        .and.match(/--speed/);
    });
  });

  (isUtilLinux ? describe : describe.skip)('on a terminal', () => {
    const onTerminal = async (env: NodeJS.ProcessEnv) => {
      const demo = startProcess('script', ['-qec', 'npm run --silent demo -- --speed 1500', '/dev/null'], {
        TERM: 'xterm',
        // In a CI that it does not know, Node takes a terminal for one without colours.
        CI: undefined,
        ...env,
      });
      expect(await demo.ended).to.equal(0);
      return demo;
    };

    it('draws its progress in a line that is wiped, in colours', async () => {
      const demo = await onTerminal({ NO_COLOR: undefined });
      const progress = [...demo.output().matchAll(/\r\x1b\[K {2}[█░]{20} (\d+) % +([\d,]+) bars +(\d+) orders +(\w+)/g)];
      const percents = progress.map(([, percent]) => Number(percent));
      expect(new Set(percents)).to.have.property('size').above(5);
      expect(percents).to.deep.equal(percents.toSorted((a, b) => a - b));
      expect(percents.at(-1)).to.equal(100);
      expect(progress.map(([, , , , status]) => status)).to.include.members(['authenticated', 'reconnecting']);
      expect(demo.output()).to.match(colour);
      // The last one is wiped before the summary.
      expect(demo.output()).to.match(/\r\x1b\[K\r?\n[^█░]*Summary[^█░]*$/);
      expect(summaryOf(demo, 'bars')).to.include(`${thousands(readBars().length)} daily`);
    });

    it('leaves the colours out with NO_COLOR, and everything with a dumb terminal', async () => {
      const [plain, dumb] = await Promise.all([onTerminal({ NO_COLOR: '1' }), onTerminal({ TERM: 'dumb' })]);
      expect(plain.output())
        .to.match(/\r\x1b\[K {2}[█░]{20}/)
        .and.not.match(colour);
      expect(dumb.output()).to.not.include('\x1b');
    });
  });
});

describe('the quickstart', function () {
  this.timeout(30_000);
  afterEach(cleanUp);

  /** A port that was free a moment ago. */
  const freePort = async (): Promise<number> => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
  };

  it('runs by itself: a topic, a request, a drain, and the end', async () => {
    const quickstart = startScript('demo/quickstart.ts', [], { PORT: `${await freePort()}` });
    expect(await quickstart.ended, quickstart.errors()).to.equal(0);
    expect(quickstart.lines).to.deep.equal([
      "{ symbol: 'SPX', price: 100 }",
      "{ symbol: 'SPX', price: 101 }",
      "{ symbol: 'SPX', price: 102 }",
      "{ symbol: 'SPX', quantity: 2, filled: true }",
      '{ unsent: 0, unanswered: 0, undelivered: 0, forced: false }',
    ]);
  });

  it('has twenty lines of code at most', () => {
    const lines = readFileSync(new URL('../../demo/quickstart.ts', import.meta.url), 'utf8').split('\n');
    expect(lines.filter((line) => line.trim() && !line.trim().startsWith('//'))).to.have.length.within(10, 20);
  });
});
