import { expect } from 'chai';
import { firstValueFrom, NEVER, ReplaySubject, startWith, Subject } from 'rxjs';
import type { DrainConfig, DrainReport, SessionEnd } from 'rxgate';
import { drainOnSignals, type DrainOnSignalsConfig } from 'rxgate/node';
import { commandNotify } from 'rxgate/protocols';
import { commands, type Peer, serve, type ServeAddress, topics } from 'rxgate/server';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { startScript } from '../node/runningProcess.js';

const clean: DrainReport = { unsent: 0, unanswered: 0, undelivered: 0, forced: false };

describe('drainOnSignals', () => {
  afterEach(cleanUp);

  describe('in a program of its own', function () {
    // Each test starts a process, and compiles it.
    this.timeout(30_000);

    /** The program, connected to a gateway whose one reply the test sends. */
    const start = async (...args: string[]) => {
      const listening = new ReplaySubject<ServeAddress>(1);
      const peers = new ReplaySubject<Peer>(1);
      const reply = new Subject<string>();
      const asked = new ReplaySubject<void>(1);
      const server = serve({ port: 0, host: '127.0.0.1', protocol: commandNotify(), listening: (at) => listening.next(at) })
        .pipe(
          commands({
            slow: () => {
              asked.next();
              return reply;
            },
          }),
          topics({ ticks: () => NEVER.pipe(startWith(1)) }),
        )
        .subscribe(peers);
      atTestEnd(() => server.unsubscribe());
      const { port } = await firstValueFrom(listening);
      const program = startScript('spec/node/drainingProgram.ts', [`ws://127.0.0.1:${port}`, ...args]);
      const peer = await firstValueFrom(peers);
      await firstValueFrom(asked);
      await program.line(/^tick 1$/);
      const end = (): Promise<SessionEnd> => firstValueFrom(peer.closed);
      return { program, reply, end };
    };
    const report = (line: string): DrainReport => JSON.parse(line.replace('report ', '')) as DrainReport;

    it('lets the request in flight finish, closes with 1000, reports, and the program ends by itself', async () => {
      const { program, reply, end } = await start();
      program.kill('SIGTERM');
      await program.line(/^topic completed$/);
      reply.next('at last');
      expect(report(await program.line(/^report/))).to.deep.equal(clean);
      expect(await end()).to.include({ code: 1000, wasClean: true, by: 'them' });
      expect(await program.ended).to.equal(0);
      expect(program.lines).to.include('reply at last');
    });

    it('gives up the request at the deadline', async () => {
      const { program, end } = await start('50');
      program.kill('SIGINT');
      expect(report(await program.line(/^report/))).to.deep.equal({ ...clean, unanswered: 1 });
      expect(await end()).to.include({ code: 1000, wasClean: true });
      expect(await program.ended).to.equal(0);
      expect(program.lines).to.include('failed gatewayClosed');
    });

    it('exits with 0 unless told otherwise', async () => {
      const { program, reply, end } = await start('5000', 'default');
      program.kill('SIGTERM');
      await program.line(/^topic completed$/);
      reply.next('at last');
      expect(await program.ended).to.equal(0);
      expect(await end()).to.include({ code: 1000 });
    });

    for (const [first, second, code] of [
      ['SIGTERM', 'SIGTERM', 143],
      ['SIGTERM', 'SIGINT', 130],
    ] as const)
      it(`ends at once with ${code} when ${second} follows ${first} while it drains`, async () => {
        const { program, end } = await start();
        program.kill(first);
        await program.line(/^topic completed$/);
        program.kill(second);
        expect(await program.ended).to.equal(code);
        expect(program.lines.filter((line) => /report|reply|failed/.test(line))).to.deep.equal([]);
        expect(await end()).to.include({ code: 1006, wasClean: false });
      });
  });

  describe('its handlers', () => {
    // Nothing else in this process uses these two.
    const signals = ['SIGUSR2', 'SIGWINCH'] as const;
    const handlers = () => signals.map((signal) => process.listenerCount(signal));
    let before: number[];
    let closed: number;
    let given: DrainConfig | undefined;
    let drained: (report: DrainReport) => void;
    const gateway = {
      close: (config?: DrainConfig) => {
        closed++;
        given = config;
        return new Promise<DrainReport>((resolve) => (drained = resolve));
      },
    };
    const drainOn = (config: DrainOnSignalsConfig) => {
      const subscription = drainOnSignals(gateway, signals, config);
      atTestEnd(() => subscription.unsubscribe());
      return subscription;
    };

    beforeEach(() => {
      before = handlers();
      closed = 0;
    });

    it('are one for each signal, and none once it is unsubscribed', () => {
      const subscription = drainOn({});
      expect(handlers()).to.deep.equal(before.map((count) => count + 1));
      subscription.unsubscribe();
      expect(handlers()).to.deep.equal(before);
      expect(closed).to.equal(0);
    });

    it('are gone before exit is called, which gets the report', async () => {
      const exited = new Promise<unknown>((resolve) => {
        drainOn({ deadline: 70, exit: (report) => resolve([report, handlers()]) });
      });
      process.emit('SIGUSR2', 'SIGUSR2');
      expect(handlers()).to.deep.equal(before.map((count) => count + 1));
      expect(given).to.deep.equal({ deadline: 70 });
      drained(clean);
      expect(await exited).to.deep.equal([clean, before]);
      expect(closed).to.equal(1);
    });

    it('do not call exit once they were taken off, even while it drains', async () => {
      let exits = 0;
      const subscription = drainOn({ exit: () => exits++ });
      process.emit('SIGWINCH', 'SIGWINCH');
      subscription.unsubscribe();
      drained(clean);
      await new Promise(setImmediate);
      expect([closed, exits]).to.deep.equal([1, 0]);
    });
  });

  describe('throws at the call', () => {
    const gateway = { close: () => Promise.resolve(clean) };
    const call =
      (signals: unknown, config?: object, what: unknown = gateway) =>
      () =>
        drainOnSignals(what as typeof gateway, signals as NodeJS.Signals[], config).unsubscribe();

    for (const [what, signals] of [
      ['no list', 'SIGTERM'],
      ['an empty list', []],
      ['a name that is no signal', ['SIGTERM', 'TERM']],
      ['a signal that cannot be handled', ['SIGKILL']],
    ] as const)
      it(`a TypeError for ${what}, and leaves no handler`, () => {
        const before = process.listenerCount('SIGTERM');
        expect(call(signals)).to.throw(TypeError, 'drainOnSignals: signals must be');
        expect(process.listenerCount('SIGTERM')).to.equal(before);
      });

    it('an error with the name of the option that is wrong', () => {
      expect(call(['SIGTERM'], { deadline: -1 })).to.throw(RangeError, 'drainOnSignals: deadline');
      expect(call(['SIGTERM'], { exit: 0 })).to.throw(TypeError, 'drainOnSignals: exit');
      expect(call(['SIGTERM'], {}, {})).to.throw(TypeError, 'drainOnSignals: gateway.close');
    });
  });
});
