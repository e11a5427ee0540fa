import { expect } from 'chai';
import { from, map, mergeMap, type Observable, of, Subject, take, throwError, timer } from 'rxjs';
import { drain, requestEach, type RequestEachConfig, RequestFailedError } from 'rxgate';
import { type FakeGateway, fakeGateway, fakeSession } from 'rxgate/testing';
import { byKind, frozenTime, tracing, virtualTime } from '../testing/virtualTime.js';
import { linesOf, pipelineTo, sights } from './pipelines.js';

const commands = {
  /** Takes 3 ms. */
  even: (item: string) => timer(3).pipe(map(() => item.toUpperCase())),
  /** Takes as many ms as the item says. */
  odd: (item: string) => timer(Number(item)).pipe(map(() => item)),
  picky: (item: string) =>
    timer(3).pipe(
      map(() => {
        if (item === 'b') throw new RequestFailedError('picky', 'NO');
        return item;
      }),
    ),
};

describe('requestEach', () => {
  for (const [sight, see] of sights)
    describe(sight, () => {
      interface Row {
        readonly title: string;
        readonly command: string;
        readonly config?: RequestEachConfig;
        readonly items: string;
        readonly unsub?: string;
        readonly expected: string;
        readonly error?: unknown;
        readonly sent: number;
        readonly cancelled?: number;
      }
      const rows: readonly Row[] = [
        {
          title: 'asks one after another',
          command: 'even',
          items: '   abc|',
          expected: '---A--B--(C|)',
          sent: 3,
        },
        {
          title: 'asks so many at once',
          command: 'even',
          config: { concurrency: 2 },
          items: '   abc|',
          expected: '---AB-(C|)',
          sent: 3,
        },
        {
          title: 'asks all at once with concurrency Infinity',
          command: 'even',
          config: { concurrency: Infinity },
          items: '   (abc|)',
          expected: '---(ABC|)',
          sent: 3,
        },
        {
          title: 'gives the replies as they come',
          command: 'odd',
          config: { concurrency: 3 },
          items: '   (513|)',
          expected: '-1-3-(5|)',
          sent: 3,
        },
        {
          title: 'gives them in the order of the items with ordered',
          command: 'odd',
          config: { concurrency: 3, ordered: true },
          items: '   (513|)',
          expected: '-----(513|)',
          sent: 3,
        },
        {
          title: 'completes with a source without items',
          command: 'even',
          items: '   --|',
          expected: '--|',
          sent: 0,
        },
        {
          title: 'completes once the source has and all is answered',
          command: 'even',
          items: '   a---------|',
          expected: '---A------|',
          sent: 1,
        },
        {
          title: 'errors with the first request that fails, and cancels the others',
          command: 'picky',
          config: { concurrency: 3 },
          items: '   abc|',
          expected: '---a#',
          error: 'requestFailed',
          sent: 3,
          cancelled: 1,
        },
        {
          title: 'asks for nothing that waits after a request has failed',
          command: 'picky',
          items: '   (bac|)',
          expected: '---#',
          error: 'requestFailed',
          sent: 1,
        },
        {
          title: 'errors with the source, and cancels what is under way',
          command: 'even',
          config: { concurrency: 3 },
          items: '   ab#',
          expected: '--#',
          error: 'error',
          sent: 2,
          cancelled: 2,
        },
        {
          title: 'cancels what is under way when it is unsubscribed from, and sends nothing more',
          command: 'even',
          config: { concurrency: 2 },
          items: '   abcd|',
          unsub: '   ----!',
          expected: '---A-',
          sent: 3,
          cancelled: 2,
        },
        {
          title: 'errors when an item finds the line full',
          command: 'even',
          config: { maxWaiting: 1 },
          items: '   (abc|)',
          expected: '#',
          error: 'outboxOverflow',
          sent: 1,
          cancelled: 1,
        },
        {
          title: 'has no line with maxWaiting 0',
          command: 'even',
          config: { maxWaiting: 0 },
          items: '   a---b|',
          expected: '---A---(B|)',
          sent: 2,
        },
      ];
      for (const { title, command, config, items, unsub, expected, error, sent, cancelled = 0 } of rows)
        it(title, () => {
          virtualTime(({ cold, expectObservable, flush }) => {
            const gateway = fakeGateway({ commands });
            const session$ = pipelineTo(gateway);
            session$.subscribe();
            const replies$ = cold(items).pipe(requestEach<string, string>(see(session$), command, config));

            timer(40).subscribe(() => drain(session$).subscribe());
            expectObservable(byKind(replies$), unsub).toBe(expected, undefined, error);
            flush();
            const lines = linesOf(gateway.sent);
            expect(lines.filter((line) => line.includes('request'))).to.have.length(sent);
            expect(lines.filter((line) => line.includes('cancel'))).to.have.length(cancelled);
          });
        });

      const settle = (
        config: RequestEachConfig,
        items: Observable<string>,
        act: (gateway: FakeGateway) => void = () => undefined,
      ) => {
        const lines: string[] = [];
        virtualTime(({ flush, now }) => {
          const gateway = fakeGateway({ commands });
          const session$ = pipelineTo(gateway);
          session$.subscribe({ error: () => undefined });
          const text = map((settled: { item: string; reply?: unknown; error?: unknown }) => {
            const outcome = 'error' in settled ? `! ${(settled.error as { kind: string }).kind}` : ` ${String(settled.reply)}`;
            return `${settled.item}${outcome}`;
          });
          items
            .pipe(requestEach<string>(see(session$), 'picky', { ...config, settle: true }), text)
            .subscribe(tracing(lines, now)('>'));
          act(gateway);
          timer(40).subscribe(() => drain(session$).subscribe());
          flush();
        });
        return lines;
      };

      it('settles: a request that fails is a result like any other', () => {
        expect(settle({}, from(['a', 'b', 'c']))).to.deep.equal(['3 > a a', '6 > b! requestFailed', '9 > c c', '9 > |']);
      });

      it('settles in order', () => {
        const lines = settle({ ordered: true, concurrency: 2 }, from(['a', 'b', 'c']));
        expect(lines).to.deep.equal(['3 > a a', '3 > b! requestFailed', '6 > c c', '6 > |']);
      });

      it('settles the item that finds the line full', () => {
        const lines = settle({ maxWaiting: 1 }, from(['a', 'b', 'c']));
        expect(lines).to.deep.equal(['0 > c! outboxOverflow', '3 > a a', '6 > b! requestFailed', '6 > |']);
      });

      it('settles the item that finds the line full in its order', () => {
        const lines = settle({ maxWaiting: 1, ordered: true }, from(['a', 'b', 'c']));
        expect(lines).to.deep.equal(['3 > a a', '6 > b! requestFailed', '6 > c! outboxOverflow', '6 > |']);
      });

      it('fails what is under way when the session is lost, and asks what waits on the next one', () => {
        const lines = settle({}, from(['a', 'c']), (gateway) => void timer(1).subscribe(() => gateway.drop()));
        expect(lines).to.deep.equal(['1 > a! connectionLost', '9 > c c', '9 > |']);
      });

      it('settles a thousand waiting items at once when none can be sent', () => {
        const items = from(Array.from({ length: 1_000 }, (_, index) => `i${index}`));
        const connected$ = timer(1).pipe(mergeMap(() => items));
        const drop = (gateway: FakeGateway) => void timer(2).subscribe(() => gateway.drop());
        const lines = settle({ whileDisconnected: 'fail' }, connected$, drop);
        expect(lines).to.have.length(1_001);
        expect(lines.at(-2)).to.match(/^2 > i999! /);
        expect(lines.at(-1)).to.equal('2 > |');
      });
    });

  describe('on one session', () => {
    frozenTime();

    it('takes a function for command and data', () => {
      const { session$, sent } = fakeSession();
      of(7)
        .pipe(requestEach(session$, (n) => [`orders.${n}`, { n }]))
        .subscribe();
      expect(sent).to.deep.include({
        kind: 'request',
        id: 1,
        command: 'orders.7',
        data: { n: 7 },
        stream: false,
        key: undefined,
      });
    });

    it('errors, or settles, with what that function throws', () => {
      const { session$ } = fakeSession();
      const broken = (): never => {
        throw new Error('broken');
      };
      const lines: string[] = [];
      const trace = tracing(lines);
      of(1)
        .pipe(requestEach(session$, broken))
        .subscribe({ error: (error: unknown) => lines.push((error as Error).message) });
      of(1)
        .pipe(requestEach(session$, broken, { settle: true }))
        .subscribe({ next: (settled) => lines.push(Object.keys(settled).join()), ...{ complete: trace('x').complete } });
      expect(lines).to.deep.equal(['broken', 'item,error', 'x |']);
    });

    it('sends nothing before it is subscribed to, and asks anew for each subscription', () => {
      const { session$, sent } = fakeSession();
      const replies$ = of('a').pipe(requestEach(session$, 'x'));
      expect(sent).to.deep.equal([]);
      replies$.subscribe();
      expect(sent).to.have.length(1);
    });
  });

  it('takes items that come within a reply', () => {
    virtualTime(({ flush, now }) => {
      const lines: string[] = [];
      const items = new Subject<string>();
      const session$ = pipelineTo(fakeGateway({ commands }));
      session$.subscribe();
      const trace = tracing(lines, now)('>');
      items.pipe(requestEach<string, string>(session$, 'even'), take(3)).subscribe({
        ...trace,
        next: (reply) => {
          trace.next(reply);
          items.next('n');
          items.next('m');
        },
      });
      items.next('a');
      timer(40).subscribe(() => drain(session$).subscribe());
      flush();
      expect(lines).to.deep.equal(['3 > A', '6 > N', '9 > M', '9 > |']);
    });
  });

  it('has what applies to a request: idempotent, with a key for each item, and timeout', () => {
    virtualTime(({ flush, now }) => {
      const lines: string[] = [];
      const { session$, sent } = fakeSession();
      of('a', 'b')
        .pipe(requestEach(session$, 'x', { timeout: 7, idempotent: true, concurrency: 2 }))
        .subscribe(tracing(lines, now)('>'));
      flush();
      expect(lines).to.deep.equal(['7 >! requestTimeout']);
      const keys = sent.map((message) => 'key' in message && message.key).filter(Boolean);
      expect(keys).to.have.length(2);
      expect(keys[0]).not.to.equal(keys[1]);
    });
  });

  it('completes nothing after its source has failed', () => {
    const lines: string[] = [];
    throwError(() => 'broken')
      .pipe(requestEach(fakeSession().session$, 'x'))
      .subscribe(tracing(lines)('>'));
    expect(lines).to.deep.equal(['>! broken']);
  });

  describe('an invalid option', () => {
    const session$ = fakeSession().session$;
    const invalid: readonly [unknown, object, typeof TypeError | typeof RangeError, RegExp][] = [
      ['x', { concurrency: 0 }, RangeError, /^requestEach: concurrency/],
      ['x', { concurrency: 1.5 }, TypeError, /^requestEach: concurrency/],
      ['x', { maxWaiting: -1 }, RangeError, /^requestEach: maxWaiting/],
      ['x', { timeout: -1 }, RangeError, /timeout/],
      ['x', { idempotent: 'key' }, TypeError, /^requestEach: idempotent must be true or false, not "key"/],
      ['x', { ordered: 'yes' }, TypeError, /^requestEach: ordered must be true or false/],
      ['x', { settle: 1 }, TypeError, /^requestEach: settle must be true or false/],
      ['x', { stream: true }, TypeError, /^requestEach: stream/],
      ['', {}, TypeError, /command/],
      [7, {}, TypeError, /^requestEach: command/],
    ];
    for (const [command, config, type, message] of invalid)
      it(`is refused at the call: ${JSON.stringify([command, config])}`, () => {
        expect(() => requestEach(session$, command as string, config)).to.throw(type, message);
      });
  });
});
