import { expect } from 'chai';
import * as t from 'io-ts';
import {
  concat,
  type Observable,
  firstValueFrom,
  lastValueFrom,
  merge,
  mergeMap,
  NEVER,
  of,
  Subject,
  takeUntil,
  toArray,
} from 'rxjs';
import { z } from 'zod';
import {
  connect,
  contract,
  createCounters,
  type GatewayEvent,
  notifications,
  request,
  type RequestFailedError,
  send,
  topic,
  type ValidationError,
  type Validation,
} from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { broadcast, commands, createGatewayServer, type Peer, serve, topics, withSnapshot } from 'rxgate/server';
import { fakeServe } from 'rxgate/testing';
import { peerLink } from '../../lib/server/peerLink.js';
import { servedContract } from '../../lib/server/servedContract.js';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { recorded } from '../support/recorded.js';
import { until } from '../support/until.js';
import { fakePeer } from './fakePeer.js';

const Day = new t.Type<Date, string>(
  'Day',
  (value): value is Date => value instanceof Date,
  (value, context) =>
    typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? t.success(new Date(value)) : t.failure(value, context),
  (day) => day.toISOString().slice(0, 10),
);
const day = new Date('2026-11-30');
const secret = 'secret-value';
const wrong = { day: secret } as never;

const trading = contract({
  commands: {
    open: { request: t.type({ day: Day }), reply: t.type({ day: Day }) },
    twice: { request: z.string().transform(Number), reply: z.number() },
    late: {
      request: z.string().refine(async (text) => Promise.resolve(text === 'good')),
      reply: z.string().refine(async () => Promise.resolve(true)),
    },
    nothing: {},
  },
  topics: {
    'bars:{symbol}:{depth}': {
      params: z.object({ symbol: z.string(), depth: z.number(), raw: z.boolean().optional() }),
      data: t.type({ day: Day }),
    },
    'plain:{name}': { data: z.string() },
  },
});

/** A server with the contract, and a client that has none: it sends what it likes. */
const scene = (stages: (peers: ReturnType<typeof peersOf>) => Observable<Peer>, validation?: Validation) => {
  const events: GatewayEvent[] = [];
  const counters = createCounters();
  const server = fakeServe({ contract: trading, validation, counters, events: { next: (event) => events.push(event) } });
  const peers = recorded(stages(server.peers));
  const over = new Subject<void>();
  atTestEnd(() => (over.next(), peers.subscription.unsubscribe()));
  const session$ = connect({ url: 'ws://fake', protocol: commandNotify(), webSocketFactory: server.webSocketFactory }).pipe(
    takeUntil(over),
  );
  const ask = (command: string, data?: unknown) => firstValueFrom(session$.pipe(request(command, data)));
  const refused = (command: string, data?: unknown) =>
    ask(command, data).then(
      () => expect.fail('it was not refused'),
      (error: unknown) => error as RequestFailedError,
    );
  return {
    server,
    session$,
    peers,
    events,
    counters,
    ask,
    refused,
    invalid: () => events.filter((event) => event.type === 'invalid'),
  };
};
const peersOf = () => serve({ upgrades: NEVER, protocol: commandNotify(), contract: trading });

describe('a contract at the server', () => {
  afterEach(cleanUp);

  it('gives handlers what was decoded, and sends what they answer encoded', async () => {
    const seen: unknown[] = [];
    const { ask } = scene((peers) =>
      peers.pipe(
        commands(
          { open: (data) => (seen.push(data), data), twice: (n) => n * 2, nothing: (data) => (seen.push(data), secret) },
          { elsewhere: ['late'] },
        ),
      ),
    );
    expect(await ask('open', { day: '2026-11-30' })).to.deep.equal({ day: '2026-11-30' });
    expect(await ask('twice', '21')).to.equal(42);
    expect(await ask('nothing', secret)).to.equal(undefined);
    expect(seen).to.deep.equal([{ day }, undefined]);
  });

  it('answers what is refused with its paths and nothing of the data; the connection stays', async () => {
    const { refused, ask, counters, invalid, events, session$ } = scene((peers) =>
      peers.pipe(commands({ open: (data) => data }, { elsewhere: true })),
    );
    const error = await refused('open', { day: secret });
    expect(error).to.include({ code: 'INVALID_DATA' });
    expect(error.data).to.deep.equal({ paths: ['day'] });
    expect(await ask('open', { day: '2026-11-30' })).to.deep.equal({ day: '2026-11-30' });
    await lastValueFrom(session$.pipe(send('open', { day: secret })), { defaultValue: undefined });
    await until(() => counters.drops.invalid > 0);
    expect([counters.invalid, invalid().length]).to.deep.equal([2, 2]);
    expect(JSON.stringify(events)).to.not.include(secret);
  });

  it('fails the sender of a reply that is refused, and tells the client nothing of it', async () => {
    const { refused, ask, counters, events } = scene((peers) =>
      peers.pipe(commands({ open: () => wrong, twice: () => 1 }, { elsewhere: true })),
    );
    const error = await refused('open', { day: '2026-11-30' });
    expect(error).to.include({ code: 'INTERNAL_ERROR' });
    expect(JSON.stringify(error)).to.not.include('day');
    expect(await ask('twice', '1')).to.equal(1);
    const cause = events.flatMap((event) => (event.type === 'hookFailed' ? [event.cause as ValidationError] : []))[0];
    expect(cause).to.include({ kind: 'validation', subject: 'open' });
    expect(counters.invalid).to.equal(1);
  });

  it('checks each value of a stream', async () => {
    const { session$ } = scene((peers) =>
      peers.pipe(
        commands(
          {
            open: () => concat(of({ day }), of({ day })),
            twice: async function* () {
              yield 1;
              yield secret as never;
            },
          },
          { elsewhere: true },
        ),
      ),
    );
    const stream = (command: string, data: unknown) => recorded(session$.pipe(request(command, data, { stream: true })));
    const good = stream('open', { day: '2026-11-30' });
    const bad = stream('twice', '1');
    await until(() => good.ends.length + bad.ends.length === 2);
    expect([good.values, good.ends]).to.deep.equal([[{ day: '2026-11-30' }, { day: '2026-11-30' }], ['complete']]);
    expect(bad.values).to.deep.equal([1]);
    expect(bad.ends[0]).to.include({ code: 'INTERNAL_ERROR' });
  });

  it('waits for codecs that take their time', async () => {
    const { ask, refused } = scene((peers) =>
      peers.pipe(commands({ late: async (text) => Promise.resolve(`${text}!`) }, { elsewhere: true })),
    );
    expect(await ask('late', 'good')).to.equal('good!');
    expect(await refused('late', 'bad')).to.include({ code: 'INVALID_DATA' });
  });

  it('begins a command when the codec of its data has answered: a later one may be before it', async () => {
    const answer = new Subject<boolean>();
    const text = z.string().refine(async (value) => value !== 'slow' || firstValueFrom(answer));
    const late = contract({ commands: { late: { request: text, reply: z.string() } } });
    const server = fakeServe({ contract: late });
    const begun: string[] = [];
    const peers = recorded(server.peers.pipe(commands({ late: (value) => (begun.push(value), value) })));
    atTestEnd(() => {
      peers.subscription.unsubscribe();
    });
    const { webSocketFactory } = server;
    const session$ = connect({ url: 'ws://fake', protocol: commandNotify(), webSocketFactory });
    const replies = recorded(
      session$.pipe(mergeMap((session) => merge(...['slow', 'quick'].map((word) => session.request('late', word))))),
    );
    await until(() => replies.values.length === 1);
    expect(begun).to.deep.equal(['quick']);
    answer.next(true);
    await until(() => replies.values.length === 2);
    expect([begun, replies.values]).to.deep.equal([
      ['quick', 'slow'],
      ['quick', 'slow'],
    ]);
  });

  it('report: hands on as it is, and counts', async () => {
    const { ask, counters, invalid } = scene(
      (peers) => peers.pipe(commands({ open: (data) => data }, { elsewhere: true })),
      'report',
    );
    expect(await ask('open', { day: secret })).to.deep.equal({ day: secret });
    expect([counters.invalid, invalid().length]).to.deep.equal([2, 2]);
  });

  it('off: looks at nothing', async () => {
    const { ask, counters } = scene((peers) => peers.pipe(commands({ twice: (n) => n }, { elsewhere: true })), 'off');
    expect(await ask('twice', 7)).to.equal(7);
    expect(counters.invalid).to.equal(0);
  });

  it('gives topics their params decoded, as numbers where they are', async () => {
    const asked: unknown[] = [];
    const { session$, counters } = scene((peers) =>
      peers.pipe(
        topics(
          { 'bars:{symbol}:{depth}': (params, { topic: name }) => (asked.push(params, name), of({ day })) },
          { elsewhere: ['plain:{name}'] },
        ),
      ),
    );
    const all = (params: object) => lastValueFrom(session$.pipe(topic('bars:{symbol}:{depth}', params)));
    expect(await all({ symbol: '600', depth: 5, raw: true })).to.deep.equal({ day: '2026-11-30' });
    expect(asked).to.deep.equal([{ symbol: '600', depth: 5, raw: true }, 'bars:600:5']);
    const error = await all({ symbol: 'SPX', depth: secret }).catch((cause: unknown) => cause);
    expect(error).to.deep.include({ kind: 'subscriptionRejected', code: 'INVALID_DATA', data: { paths: ['depth'] } });
    expect(counters.invalid).to.equal(1);
  });

  it('drops what a topic produces and its codec refuses; the others go out, also those of a snapshot', async () => {
    const days = new Subject<{ day: Date }>();
    const { session$, counters, invalid } = scene((peers) =>
      peers.pipe(topics({ 'bars:{symbol}:{depth}': () => withSnapshot(() => ({ day }), days) }, { elsewhere: true })),
    );
    const heard = [1, 2].map(() => recorded(session$.pipe(topic('bars:SPX:5'))));
    await until(() => heard.every(({ values }) => values.length === 1));
    days.next(wrong);
    days.next({ day: new Date('2026-12-01') });
    await until(() => heard.every(({ values }) => values.length === 2));
    for (const { values } of heard) expect(values).to.deep.equal([{ day: '2026-11-30' }, { day: '2026-12-01' }]);
    expect([counters.invalid, counters.drops.invalid, invalid().length]).to.deep.equal([1, 1, 1]);
  });

  it('encodes a broadcast once, and refuses a wrong one to its sender', async () => {
    const { session$, peers } = scene((stream$) => stream$);
    const heard = recorded(session$.pipe(notifications('bars:SPX:5')));
    await until(() => peers.values.length > 0);
    expect(() => broadcast(peers.values, 'bars:SPX:5', wrong)).to.throw(
      /payload of "bars:SPX:5" is not what the contract says, at day/,
    );
    expect(broadcast(peers.values, 'bars:SPX:5', { day }).sent).to.equal(1);
    expect(await heard.value()).to.deep.include({ data: { day: '2026-11-30' } });
    broadcast(peers.values, 'other', secret);
  });

  it('says at the first peer what is missing, unless it is elsewhere', async () => {
    for (const [stage, text] of [
      [
        (peers) => peers.pipe(commands({ open: (data: { day: Date }) => data } as never)),
        'commands: no handler for "twice" of the contract, and it is not elsewhere',
      ],
      [
        (peers) => peers.pipe(topics({ 'plain:{name}': () => NEVER } as never)),
        'topics: no handler for "bars:{symbol}:{depth}" of the contract',
      ],
    ] as readonly (readonly [Parameters<typeof scene>[0], string])[]) {
      const { session$, peers } = scene(stage);
      recorded(session$);
      await until(() => peers.ends.length > 0);
      expect((peers.ends[0] as Error).message).to.include(text);
    }
    expect(() => commands({}, { elsewhere: 7 as never })).to.throw(
      TypeError,
      'commands: elsewhere must be true or a list of names, not 7',
    );
    expect(() => topics({}, { elsewhere: 'x' as never })).to.throw(
      TypeError,
      'topics: elsewhere must be true or a list of names, not "x"',
    );
  });

  it('answers a request that asked for no stream while its peer is behind: it holds one value in any case', async () => {
    const client = fakePeer(1, { buffered: () => 1_000_000 });
    peerLink(client.peer).contract = servedContract('spec', trading, undefined);
    client.through(
      commands(
        {
          async *twice(number: never) {
            yield await Promise.resolve(2 * number);
          },
        },
        { elsewhere: true },
      ),
    );
    client.receive({ id: 'a', command: 'twice', data: '4' });
    expect(await client.frame(({ id }) => id === 'a')).to.deep.equal({ type: 'RESPONSE', id: 'a', data: 8 });
  });

  it('adds up over several stages', async () => {
    const { ask } = scene((peers) =>
      peers.pipe(
        commands({ open: (data) => data }, { elsewhere: ['twice', 'late', 'nothing'] }),
        commands({ twice: (n) => n, late: () => 'x', nothing: () => 1 }, { elsewhere: ['open'] }),
      ),
    );
    expect([await ask('open', { day: '2026-11-30' }), await ask('twice', '1')]).to.deep.equal([{ day: '2026-11-30' }, 1]);
  });

  it('needs a contract, and a validation that there is', () => {
    const options = { upgrades: NEVER, protocol: commandNotify() };
    expect(() => serve({ ...options, contract: {} as never })).to.throw(TypeError, 'serve: contract must be of contract()');
    expect(() => serve({ ...options, contract: trading, validation: 'lax' as never })).to.throw(
      TypeError,
      'serve: validation must be one of',
    );
  });

  it('works over a socket, with createGatewayServer and a client of the same contract', async () => {
    const server = createGatewayServer({
      port: 0,
      host: '127.0.0.1',
      protocol: commandNotify(),
      contract: trading,
      commands: {
        open: ({ day: asked }) => ({ day: asked }),
        twice: (n) => n * 2,
        late: (text) => text,
        nothing: () => undefined,
      },
      topics: {
        'bars:{symbol}:{depth}': ({ depth }) => of({ day: new Date(Date.UTC(2026, 10, depth)) }),
        'plain:{name}': ({ name }) => of(name),
      },
    });
    atTestEnd(() => server.close());
    const { port } = await server.listening;
    const session$ = connect({ url: `ws://127.0.0.1:${port}`, protocol: commandNotify(), contract: trading });
    expect(await firstValueFrom(session$.pipe(request('open', { day })))).to.deep.equal({ day });
    expect(await firstValueFrom(session$.pipe(request('twice', '21')))).to.equal(42);
    const bars = session$.pipe(topic('bars:{symbol}:{depth}', { symbol: 'BRK:B', depth: 30 }), toArray());
    expect(await firstValueFrom(bars)).to.deep.equal([{ day }]);
    expect(await firstValueFrom(session$.pipe(topic('plain:{name}', { name: 'a:b c' })))).to.equal('a:b c');
  });
});
