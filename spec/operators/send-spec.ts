import { expect } from 'chai';
import { NEVER, type Observable, timer } from 'rxjs';
import { drain, send, type SendOptions, type Session, topic } from 'rxgate';
import { type FakeGateway, fakeGateway, fakeSession } from 'rxgate/testing';
import { byKind, frozenTime, tracing, virtualTime } from '../testing/virtualTime.js';
import { linesOf, pipelineTo, sights } from './pipelines.js';

interface Setting {
  readonly gateway: FakeGateway;
  readonly shared$: Observable<Session>;
  readonly abort: AbortController;
}

interface Row {
  readonly title: string;
  readonly tell: readonly [command: string, data?: unknown, options?: SendOptions];
  readonly signal?: true;
  readonly before?: (setting: Setting) => void;
  readonly steps?: readonly [diagram: string, steps: Readonly<Record<string, (setting: Setting) => void>>];
  readonly subs?: string;
  readonly expected: string;
  readonly error?: unknown;
  readonly sent: readonly string[];
}

const quiet = { error: () => undefined };
const kept = ({ shared$ }: Setting) => void shared$.subscribe(quiet);
const refused = (setting: Setting) => {
  setting.gateway.refuse();
  kept(setting);
};

const rows: readonly Row[] = [
  {
    title: 'completes at once on an open session, and emits nothing',
    before: kept,
    tell: ['typing', { room: 1 }],
    subs: '    --^',
    expected: ' --|',
    sent: ['1 send typing'],
  },
  {
    title: 'opens a connection for itself, which lets the message go before it closes',
    tell: ['typing'],
    expected: ' |',
    sent: ['1 send typing'],
  },
  {
    title: 'P3: waits for the next session',
    before: refused,
    tell: ['typing'],
    expected: ' -----|',
    sent: ['2 send typing'],
  },
  {
    title: 'times out while it waits',
    before: refused,
    tell: ['typing', 0, { timeout: 3 }],
    expected: ' ---#',
    error: 'requestTimeout',
    sent: [],
  },
  {
    title: 'sends nothing when it is unsubscribed from while it waits',
    before: refused,
    tell: ['typing'],
    subs: '    ^--!',
    expected: ' ----',
    sent: [],
  },
  {
    title: 'fails at once without a session, if it does not wait',
    before: refused,
    tell: ['typing', 0, { whileDisconnected: 'fail' }],
    subs: '    --^',
    expected: ' --#',
    error: 'connectionLost',
    sent: [],
  },
  {
    title: 'fails with the reason of its signal while it waits',
    before: refused,
    tell: ['typing'],
    signal: true,
    steps: ['   --a', { a: ({ abort }) => abort.abort('enough') }],
    expected: ' --#',
    error: 'enough',
    sent: [],
  },
  {
    title: 'P19: fails alone when its data cannot be encoded',
    before: kept,
    tell: ['typing', 1n],
    subs: '    --^',
    expected: ' --#',
    error: 'malformedMessage',
    sent: [],
  },
  {
    title: 'fails when the application drains',
    before: refused,
    tell: ['typing'],
    steps: ['   --d', { d: ({ shared$ }) => void drain(shared$).subscribe() }],
    expected: ' --#',
    error: 'gatewayClosed',
    sent: [],
  },
  {
    title: 'fails with the final error of the stream',
    before: ({ gateway }) => gateway.refuse(1, { status: 404 }),
    tell: ['typing'],
    expected: ' #',
    error: 'handshakeRejected',
    sent: [],
  },
];

describe('send', () => {
  for (const [sight, see] of sights)
    describe(sight, () => {
      for (const { title, tell, signal, before, steps, subs, expected, error, sent } of rows)
        it(title, () => {
          virtualTime(({ acts, expectObservable, flush }) => {
            const gateway = fakeGateway();
            const shared$ = pipelineTo(gateway);
            const abort = new AbortController();
            const setting: Setting = { gateway, shared$, abort };
            before?.(setting);
            if (steps) {
              const bound = Object.entries(steps[1]).map(([name, step]) => [name, () => step(setting)] as const);
              acts(steps[0], Object.fromEntries(bound));
            }
            const [command, data, options] = tell;
            const told$ = see(shared$).pipe(send(command, data, { ...options, ...(signal && { signal: abort.signal }) }));
            timer(40).subscribe(() => drain(shared$).subscribe());
            expectObservable(byKind(told$), subs).toBe(expected, undefined, error);
            flush();
            expect(linesOf(gateway.sent)).to.deep.equal(sent);
          });
        });

      it('P3: three that wait through three refused attempts arrive once, in order', () => {
        virtualTime(({ flush }) => {
          const gateway = fakeGateway();
          gateway.refuse(3);
          const shared$ = pipelineTo(gateway);
          const lines: string[] = [];
          for (const name of ['a', 'b', 'c']) see(shared$).pipe(send(name)).subscribe(tracing(lines)(name));
          flush();
          expect(linesOf(gateway.sent)).to.deep.equal(['4 send a', '4 send b', '4 send c']);
          expect(lines).to.deep.equal(['a |', 'b |', 'c |']);
        });
      });

      it('is never sent twice, also when its session is lost right after', () => {
        virtualTime(({ acts, flush }) => {
          const gateway = fakeGateway();
          const shared$ = pipelineTo(gateway);
          shared$.subscribe(quiet);
          acts('-sd', { s: () => see(shared$).pipe(send('x')).subscribe(), d: () => gateway.drop() });
          timer(20).subscribe(() => drain(shared$).subscribe());
          flush();
          expect(linesOf(gateway.sent)).to.deep.equal(['1 send x']);
          expect(gateway.connections).to.equal(2);
        });
      });
    });

  it('stands in one line with requests and behind topics', () => {
    virtualTime(({ flush }) => {
      const gateway = fakeGateway({ topics: { bars: () => NEVER } });
      const shared$ = pipelineTo(gateway);
      shared$.pipe(send('a')).subscribe();
      shared$.pipe(topic('bars')).subscribe();
      shared$.pipe(send('b')).subscribe();
      timer(20).subscribe(() => drain(shared$).subscribe());
      flush();
      expect(linesOf(gateway.sent)).to.deep.equal(['1 subscribe bars', '1 send a', '1 send b']);
    });
  });

  it('P4: stands in a bounded line: the newcomer fails', () => {
    virtualTime(({ flush }) => {
      const gateway = fakeGateway();
      gateway.refuse();
      const shared$ = pipelineTo(gateway, { maxWaiting: 2 });
      const lines: string[] = [];
      for (const name of ['a', 'b', 'c']) shared$.pipe(send(name)).subscribe(tracing(lines)(name));
      flush();
      expect(lines).to.deep.equal(['c! outboxOverflow', 'a |', 'b |']);
      expect(linesOf(gateway.sent)).to.deep.equal(['2 send a', '2 send b']);
    });
  });

  describe('on a session', () => {
    frozenTime();

    it('throws what it cannot send, with the original cause', () => {
      const { session, sent } = fakeSession();
      let thrown: unknown;
      try {
        session.send('x', { n: 1n });
      } catch (error) {
        thrown = error;
      }
      expect(thrown).to.include({ kind: 'malformedMessage', direction: 'out' });
      expect((thrown as Error).cause).to.be.instanceOf(TypeError);
      session.send('y');
      expect(sent).to.deep.equal([{ kind: 'send', command: 'y', data: undefined }]);
    });

    it('P21: throws once it is closing or over, and is never silent', () => {
      const closed = fakeSession();
      closed.session.close();
      expect(() => closed.session.send('x'))
        .to.throw()
        .with.property('kind', 'connectionLost');
      const dropped = fakeSession();
      dropped.drop();
      expect(() => dropped.session.send('x'))
        .to.throw()
        .with.property('kind', 'connectionLost');
    });
  });

  describe('an invalid option', () => {
    const invalid: readonly [unknown[], typeof TypeError | typeof RangeError, RegExp][] = [
      [[''], TypeError, /^send: command/],
      [['x', 0, { timeout: 0 }], RangeError, /^send: timeout/],
      [['x', 0, { whileDisconnected: 'queue' }], TypeError, /^send: whileDisconnected/],
    ];
    for (const [args, type, message] of invalid)
      it(`is refused at the call: ${String(message)}`, () => {
        const call = (send as (...args: unknown[]) => unknown).bind(undefined, ...args);
        expect(call).to.throw(type, message);
      });
  });
});
