import { type } from 'arktype';
import { expect } from 'chai';
import * as t from 'io-ts';
import { concat, firstValueFrom, NEVER, of, Subject, take, takeUntil, toArray } from 'rxjs';
import * as v from 'valibot';
import { z } from 'zod';
import {
  connect,
  contract,
  createCounters,
  type GatewayEvent,
  logTo,
  notifications,
  request,
  send,
  topic,
  type Validation,
  ValidationError,
} from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { fakeGateway, type FakeGatewayConfig, fakeSession } from 'rxgate/testing';
import { contractSymbol } from '../../lib/contract/contract.js';
import { sessionLink } from '../../lib/connection/sessionLink.js';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { recorded } from '../support/recorded.js';
import { until } from '../support/until.js';

const Day = new t.Type<Date, string>(
  'Day',
  (value): value is Date => value instanceof Date,
  (value, context) =>
    typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? t.success(new Date(value)) : t.failure(value, context),
  (day) => day.toISOString().slice(0, 10),
);
const secret = 'secret-value';
const day = new Date('2026-11-30');
const isOrder = (value: unknown): value is { symbol: string } =>
  typeof (value as { symbol?: unknown } | null)?.symbol === 'string';

const trading = contract({
  commands: {
    io: { request: t.type({ day: Day }), reply: t.type({ day: Day }) },
    zod: { request: z.object({ n: z.string().transform(Number) }), reply: z.object({ n: z.string().transform(Number) }) },
    valibot: { request: v.object({ n: v.number() }), reply: v.object({ n: v.pipe(v.string(), v.transform(Number)) }) },
    ark: { request: type({ n: 'number' }), reply: type({ n: 'string.numeric.parse' }) },
    guard: { request: isOrder, reply: isOrder },
    nothing: {},
    late: { reply: z.string().refine(async (text) => Promise.resolve(text !== 'bad')) },
    lateRequest: { request: z.string().refine(async () => Promise.resolve(true)) },
    broken: {
      reply: (value: unknown): value is string => {
        throw new Error(String(value));
      },
    },
  },
  topics: {
    'bars:{symbol}:{depth}': { params: t.type({ symbol: t.string, depth: t.number }), data: t.type({ day: Day }) },
    late: { data: z.object({ n: z.number() }).refine(async ({ n }) => Promise.resolve(n >= 0)) },
    news: { data: z.string() },
  },
});

/** A client with the contract, and a gateway that has none: it sends what it likes. */
const scene = (config: FakeGatewayConfig, validation?: Validation) => {
  const events: GatewayEvent[] = [];
  const lines: string[] = [];
  const counters = createCounters();
  const gateway = fakeGateway(config);
  const write = (line: string) => lines.push(line);
  const log = logTo({ debug: write, info: write, warn: write, error: write });
  const over = new Subject<void>();
  atTestEnd(() => over.next());
  const session$ = connect({
    url: 'ws://fake',
    protocol: commandNotify(),
    contract: trading,
    validation,
    counters,
    events: { next: (event) => (events.push(event), log.next(event)) },
    webSocketFactory: gateway.webSocketFactory,
  }).pipe(takeUntil(over));
  return { gateway, session$, events, lines, counters, invalid: () => events.filter((event) => event.type === 'invalid') };
};
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error as ValidationError,
  );

describe('a contract at the client', () => {
  afterEach(cleanUp);

  const echo = (data: unknown) => data;
  it('encodes requests and decodes replies of io-ts: both are of the decoded type', async () => {
    const { gateway, session$ } = scene({ commands: { io: echo } });
    expect(await firstValueFrom(session$.pipe(request('io', { day })))).to.deep.equal({ day });
    expect(gateway.sent[0]).to.deep.include({ data: { day: '2026-11-30' } });
  });

  it('sends the input of Standard Schemas and gives their output', async () => {
    const { gateway, session$ } = scene({ commands: { zod: echo, valibot: () => ({ n: '7' }), ark: () => ({ n: '8' }) } });
    expect(await firstValueFrom(session$.pipe(request('zod', { n: '6' })))).to.deep.equal({ n: 6 });
    expect(await firstValueFrom(session$.pipe(request('valibot', { n: 1 })))).to.deep.equal({ n: 7 });
    expect(await firstValueFrom(session$.pipe(request('ark', { n: 1 })))).to.deep.equal({ n: 8 });
    expect(gateway.sent[0]).to.deep.include({ data: { n: '6' } });
  });

  const wrongRequests = [
    ['io', { day: secret }, ['day']],
    ['io', undefined, ['$']],
    ['zod', { n: 7 }, ['n']],
    ['valibot', { n: secret }, ['n']],
    ['ark', { n: secret }, ['n']],
    ['guard', { symbol: 7, secret }, ['$']],
  ] as const;
  for (const [command, data, paths] of wrongRequests)
    it(`fails the sender of a wrong ${command} request alone, and sends nothing: ${JSON.stringify(data)}`, async () => {
      const { gateway, session$, lines, counters, invalid } = scene({ commands: { guard: echo } });
      const session = await recorded(session$).value();
      const error = await failure(firstValueFrom(session.request(command, data as never)));
      expect(error).to.include({ kind: 'validation', subject: command });
      expect(error.paths).to.deep.equal(paths);
      expect(() => session.send(command, data as never)).to.throw(ValidationError);
      expect(await firstValueFrom(session.request('guard', { symbol: 'SPX' }))).to.deep.equal({ symbol: 'SPX' });
      expect(gateway.sent).to.have.length(1);
      expect([counters.invalid, invalid().length, counters.pending]).to.deep.equal([2, 2, 0]);
      expect(`${lines.join()} ${JSON.stringify(error)} ${error.message}`)
        .to.include('invalid')
        .and.not.include(secret);
    });

  it('fails a request whose reply is refused, and nothing else', async () => {
    const { session$, lines, counters, gateway } = scene({ commands: { io: () => ({ day: secret }), guard: echo } });
    const session = await recorded(session$).value();
    const error = await failure(firstValueFrom(session.request('io', { day })));
    expect(error).to.include({ kind: 'validation', subject: 'io' });
    expect(error.paths).to.deep.equal(['day']);
    expect(await firstValueFrom(session.request('guard', { symbol: 'SPX' }))).to.deep.equal({ symbol: 'SPX' });
    expect(session.open).to.equal(true);
    expect([counters.invalid, counters.pending, counters.drops.unmatchedReply]).to.deep.equal([1, 0, 0]);
    expect(lines.join()).to.not.include(secret);
    expect(gateway.sent.map(({ kind }) => kind)).to.deep.equal(['request', 'request']);
  });

  it('decodes each reply of a stream, and cancels it at one that is refused', async () => {
    const replies = [{ day: '2026-01-01' }, { day: '2026-01-02' }];
    const { session$, gateway } = scene({ commands: { io: () => concat(of(...replies), of({ day: secret }), NEVER) } });
    const got = recorded(session$.pipe(request('io', { day }, { stream: true })));
    await until(() => got.ends.length > 0);
    expect(got.values).to.deep.equal([{ day: new Date('2026-01-01') }, { day: new Date('2026-01-02') }]);
    await until(() => gateway.sent.some(({ kind }) => kind === 'cancel'));
  });

  it('passes the end of a stream', async () => {
    const { session$ } = scene({ commands: { io: () => of({ day: '2026-01-01' }) } });
    expect(await firstValueFrom(session$.pipe(request('io', { day }, { stream: true }), toArray()))).to.have.length(1);
  });

  it('gives undefined where the contract has no payload', async () => {
    const { session$ } = scene({ commands: { nothing: () => ({ more: 'than asked' }) } });
    expect(await firstValueFrom(session$.pipe(request('nothing')))).to.equal(undefined);
  });

  it('drops, counts and reports a notification that is refused; the next is delivered', async () => {
    const { session$, gateway, counters, invalid, lines } = scene({ topics: { 'bars:{symbol}:{depth}': () => NEVER } });
    const bars = recorded(session$.pipe(topic('bars:{symbol}:{depth}', { symbol: 'SPX', depth: 5 })));
    await until(() => gateway.sent.some(({ kind }) => kind === 'subscribe'));
    gateway.publish('bars:SPX:5', { day: secret });
    gateway.publish('bars:SPX:5', { day: '2026-11-30' });
    expect(await bars.value()).to.deep.equal({ day });
    expect(bars.values).to.have.length(1);
    expect([counters.invalid, counters.drops.invalid, invalid().length]).to.deep.equal([1, 1, 1]);
    expect(invalid()[0]).to.include({ name: 'bars:SPX:5' });
    expect(lines.join()).to.not.include(secret);
  });

  it('fails a topic with wrong params alone, and subscribes to nothing', async () => {
    const { session$, gateway } = scene({ topics: { 'bars:{symbol}:{depth}': () => NEVER } });
    const error = await failure(
      firstValueFrom(session$.pipe(topic('bars:{symbol}:{depth}', { symbol: 'SPX', depth: secret as never }))),
    );
    expect(error).to.include({ kind: 'validation', subject: 'bars:{symbol}:{depth}' });
    expect(error.paths).to.deep.equal(['depth']);
    expect(gateway.sent).to.deep.equal([]);
  });

  it('decodes what is only listened to', async () => {
    const { session$, gateway } = scene({});
    const news = recorded(session$.pipe(notifications('news')));
    await until(() => gateway.open > 0);
    gateway.send({ kind: 'notification', topic: 'news', data: 7 });
    gateway.send({ kind: 'notification', topic: 'news', data: 'good' });
    expect(await news.value()).to.include({ data: 'good' });
    expect(news.values).to.have.length(1);
  });

  it('report: delivers and sends as it is, counts and reports', async () => {
    const { session$, gateway, counters, invalid } = scene({ commands: { io: echo } }, 'report');
    expect(await firstValueFrom(session$.pipe(request('io', { day: secret as never })))).to.deep.equal({ day: secret });
    expect(await firstValueFrom(session$.pipe(request('io', { day })))).to.deep.equal({ day });
    expect(gateway.sent[0]).to.deep.include({ data: { day: secret } });
    expect([counters.invalid, invalid().length, counters.drops.invalid]).to.deep.equal([2, 2, 0]);
  });

  it('off: looks at nothing', async () => {
    const { session$, counters, invalid } = scene({ commands: { zod: echo } }, 'off');
    expect(await firstValueFrom(session$.pipe(request('zod', { n: '7' })))).to.deep.equal({ n: '7' });
    expect([counters.invalid, invalid()]).to.deep.equal([0, []]);
  });

  it('keeps the order of a topic while its codec takes its time, and its end behind the last', async () => {
    const values = new Subject<unknown>();
    const { session$, gateway } = scene({ topics: { late: () => values } });
    const got = recorded(session$.pipe(topic('late')));
    await until(() => gateway.sent.length > 0);
    await until(() => values.observed);
    for (const n of [1, 2, -1, 3]) values.next({ n });
    values.complete();
    await until(() => got.ends.length > 0);
    expect(got.values).to.deep.equal([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(got.ends).to.deep.equal(['complete']);
  });

  it('waits for a reply’s codec, and refuses one for what is sent', async () => {
    const { session$, gateway } = scene({ commands: { late: () => 'good' } });
    expect(await firstValueFrom(session$.pipe(request('late')))).to.equal('good');
    const error = await failure(firstValueFrom(session$.pipe(request('lateRequest', 'x'))));
    expect(error).to.be.instanceOf(TypeError);
    expect(error.message).to.equal('contract: the codec of "lateRequest" must answer at once, for what is sent');
    expect(gateway.sent).to.have.length(1);
  });

  it('takes a codec that throws for a refusal, and reports why', async () => {
    const { session$, events } = scene({ commands: { broken: () => 'x' } });
    expect(await failure(firstValueFrom(session$.pipe(request('broken'))))).to.include({ kind: 'validation' });
    expect(events.filter((event) => event.type === 'hookFailed')).to.have.length(1);
  });

  it('passes what the contract does not name', async () => {
    const { session$ } = scene({ commands: { other: echo } });
    const session = await recorded(session$).value();
    expect(await firstValueFrom(session.request('other' as 'guard', { symbol: 7 } as never))).to.deep.equal({ symbol: 7 });
    expect(await firstValueFrom(session$.pipe(send('nothing'), toArray()))).to.deep.equal([]);
  });

  it('follows the gateway’s own name of a topic, also for what comes before its confirmation', () => {
    const { session, sent, receive, drop } = fakeSession();
    atTestEnd(() => drop());
    trading[contractSymbol]()(session);
    const got = recorded(
      (session as never as { topic(name: string, params: unknown): typeof NEVER }).topic('bars:{symbol}:{depth}', {
        symbol: 'SPX',
        depth: 5,
      }),
    );
    const [{ id }] = sent as unknown as [{ id: number }];
    receive({ kind: 'notification', topic: 'T1', data: { day: '2026-11-30' } });
    receive({ kind: 'notification', topic: 'T1', data: { day: secret } });
    receive({ kind: 'confirmation', id, topic: 'T1' });
    receive({ kind: 'notification', topic: 'T1', data: { day: '2026-11-30' } });
    expect(got.values).to.deep.equal([{ day }, { day }]);
    got.subscription.unsubscribe();
    expect(sent.at(-1)).to.include({ kind: 'unsubscribe', topic: 'T1' });
    expect(sessionLink(session).counters.drops.invalid).to.equal(1);
  });

  it('holds so much of what a confirmation may explain, in order with its end', () => {
    const counters = createCounters();
    const { session, sent, receive, drop } = fakeSession({ maxHeld: 3, counters });
    atTestEnd(() => drop());
    trading[contractSymbol]()(session);
    const got = recorded(session.topic('bars:{symbol}:{depth}', { symbol: 'SPX', depth: 5 }));
    const [{ id }] = sent as unknown as [{ id: number }];
    for (const n of [1, 2]) receive({ kind: 'notification', topic: 'T1', data: { day: `2026-11-0${n}` } });
    receive({ kind: 'ended', topic: 'T1' });
    receive({ kind: 'notification', topic: 'T2', data: 'too many' });
    receive({ kind: 'confirmation', id, topic: 'T1' });
    expect(got.values).to.deep.equal([{ day: new Date('2026-11-01') }, { day: new Date('2026-11-02') }]);
    expect(got.ends).to.deep.equal(['complete']);
    expect(counters.drops.heldOverflow).to.equal(1);
  });

  it('needs a contract, and a validation that there is', () => {
    const with_ = (more: object) => () => connect({ url: 'ws://fake', protocol: commandNotify(), ...more });
    expect(with_({ contract: {} })).to.throw(TypeError, 'connect: contract must be of contract()');
    expect(with_({ contract: trading, validation: 'lax' })).to.throw(
      TypeError,
      'connect: validation must be one of "strict", "report", "off"',
    );
  });

  it('is on each session anew', async () => {
    const { session$, gateway } = scene({ commands: { io: echo } });
    const got = recorded(session$.pipe(take(1)));
    await got.value();
    expect(await firstValueFrom(session$.pipe(request('io', { day })))).to.deep.equal({ day });
    expect(gateway.connections).to.equal(2);
    atTestEnd(() => got.subscription.unsubscribe());
  });
});
