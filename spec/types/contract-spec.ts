import { type } from 'arktype';
import { expect } from 'chai';
import * as t from 'io-ts';
import { type Observable, of } from 'rxjs';
import * as v from 'valibot';
import { z } from 'zod';
import {
  authenticate,
  type ClientOf,
  connect,
  contract,
  createGateway,
  type Gateway,
  heartbeat,
  notifications,
  request,
  requestEach,
  type ServerOf,
  type Session,
  send,
  shareSession,
  topic,
} from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import {
  commands,
  createGatewayServer,
  createRooms,
  createUsers,
  expiry,
  lifetime,
  limits,
  login,
  type Peer,
  rateLimit,
  serve,
  slowConsumers,
  topics,
} from 'rxgate/server';
import { fakeGateway } from 'rxgate/testing';

/** Compiles only if both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_same: Same<A, B>): void => undefined;

declare const Day: t.Type<Date, string>;
const isName = (value: unknown): value is { name: string } => typeof value === 'object';
const url = 'wss://gw.example';

/** Never called: what counts is that it compiles. */
function codecs() {
  const all = contract({
    commands: {
      io: { request: t.type({ day: Day }), reply: Day },
      zod: { request: z.object({ n: z.string().transform(Number) }), reply: z.object({ n: z.string().transform(Number) }) },
      valibot: { request: v.object({ n: v.pipe(v.string(), v.transform(Number)) }), reply: v.string() },
      ark: { request: type({ n: 'string.numeric.parse' }), reply: type({ n: 'string.numeric.parse' }) },
      guard: { request: isName, reply: isName },
      nothing: {},
      loose: { request: undefined as unknown as any, reply: z.any() },
    },
    topics: {
      'bars:{symbol}:{resolution}': { data: Day },
      'book:{symbol}:{depth}': {
        params: z.object({ symbol: z.string(), depth: z.number(), raw: z.boolean() }),
        data: z.number(),
      },
      'days:{day}': { params: t.type({ day: Day }), data: z.string().transform(Number) },
      news: { data: isName },
      beat: {},
    },
  });
  type C = ClientOf<typeof all>;
  type S = ServerOf<typeof all>;
  same<C['commands']['io'], { readonly request: { day: Date }; readonly reply: Date }>(true);
  same<S['commands']['io'], { readonly request: { day: Date }; readonly reply: Date }>(true);
  same<C['commands']['zod'], { readonly request: { n: string }; readonly reply: { n: number } }>(true);
  same<S['commands']['zod'], { readonly request: { n: number }; readonly reply: { n: string } }>(true);
  same<C['commands']['valibot'], { readonly request: { n: string }; readonly reply: string }>(true);
  same<S['commands']['valibot'], { readonly request: { n: number }; readonly reply: string }>(true);
  same<C['commands']['ark'], { readonly request: { n: string }; readonly reply: { n: number } }>(true);
  same<S['commands']['ark'], { readonly request: { n: number }; readonly reply: { n: string } }>(true);
  same<C['commands']['guard'], { readonly request: { name: string }; readonly reply: { name: string } }>(true);
  same<C['commands']['nothing'], { readonly request: undefined; readonly reply: undefined }>(true);
  // What a codec leaves open is unknown, and not any.
  same<C['commands']['loose']['request'], unknown>(true);
  type Placed<V> = { readonly symbol: V; readonly resolution: V };
  same<C['topics']['bars:{symbol}:{resolution}'], { readonly params: Placed<string | number>; readonly data: Date }>(true);
  same<S['topics']['bars:{symbol}:{resolution}'], { readonly params: Placed<string>; readonly data: Date }>(true);
  same<C['topics']['book:{symbol}:{depth}']['params'], { symbol: string; depth: number; raw: boolean }>(true);
  same<C['topics']['days:{day}'], { readonly params: { day: string }; readonly data: number }>(true);
  same<S['topics']['days:{day}'], { readonly params: { day: Date }; readonly data: string }>(true);
  same<C['topics']['news'], { readonly params: undefined; readonly data: { name: string } }>(true);
  same<C['topics']['beat'], { readonly params: undefined; readonly data: undefined }>(true);
}

const trading = () =>
  contract({
    commands: {
      POST_LOGIN: { request: z.string() },
      'orders.place': {
        request: t.type({ symbol: t.string, quantity: t.number }),
        reply: z.object({ order: z.string().transform(Number) }),
      },
      'orders.count': { reply: z.number() },
    },
    topics: { 'bars:{symbol}': { data: t.type({ close: t.number }) }, news: { data: z.string() } },
  });
type Trading = ReturnType<typeof trading>;
type Client = ClientOf<Trading>;
type Server = ServerOf<Trading>;
const order = { symbol: 'SPX', quantity: 1 };

function clients() {
  const session$ = connect({ url, protocol: commandNotify(), contract: trading() }).pipe(heartbeat(), shareSession());
  same<typeof session$, Observable<Session<Client>>>(true);
  connect({ url, protocol: commandNotify(), contract: trading() }).pipe(
    authenticate((session) => session.request('POST_LOGIN', 'ann')),
  );
  const receipt$ = session$.pipe(request('orders.place', order));
  same<typeof receipt$, Observable<{ order: number }>>(true);
  const count$ = session$.pipe(request('orders.count'));
  same<typeof count$, Observable<number>>(true);
  const bar$ = session$.pipe(topic('bars:{symbol}', { symbol: 'SPX' }));
  same<typeof bar$, Observable<{ close: number }>>(true);
  const news$ = session$.pipe(topic('news'));
  same<typeof news$, Observable<string>>(true);
  session$.pipe(send('orders.count'));
  const each$ = of(order).pipe(requestEach(session$, 'orders.place'));
  same<typeof each$, Observable<{ order: number }>>(true);
  session$.pipe(notifications('bars:SPX')).subscribe(({ data }) => same<typeof data, { close: number }>(true));
  session$.pipe(notifications('news')).subscribe(({ data }) => same<typeof data, string>(true));
  session$.pipe(notifications()).subscribe(({ data }) => same<typeof data, unknown>(true));
  // A name that is a topic's own is that topic's, whatever templates make it as well.
  const exact = contract({
    topics: { '{any}': { data: z.number() }, notice: { data: z.string(), unasked: true, description: 'D' } },
  });
  connect({ url, protocol: commandNotify(), contract: exact })
    .pipe(notifications('notice'))
    .subscribe(({ data }) => same<typeof data, string>(true));
  const gateway = createGateway({ url, protocol: commandNotify(), contract: trading() });
  same<typeof gateway, Gateway<Client>>(true);
}

function servers() {
  const [users, rooms] = [createUsers(), createRooms()];
  const peer$ = serve({ port: 0, protocol: commandNotify(), contract: trading() }).pipe(
    slowConsumers(),
    limits({ total: 1 }),
    heartbeat(),
    lifetime({ max: 1_000 }),
    rateLimit({ perUser: { points: 1 } }),
  );
  const known$ = peer$.pipe(
    login({ verify: (user: string) => ({ user }) }),
    expiry(),
    users.track(),
    rooms.track(),
    rooms.commands({ authorize: () => true }),
  );
  same<typeof known$, Observable<Peer<Server>>>(true);
  const answered$ = known$.pipe(
    commands(
      {
        'orders.place': (data, { peer }) => {
          same<typeof data, { symbol: string; quantity: number }>(true);
          same<typeof peer, Peer<Server>>(true);
          return of({ order: '7' });
        },
        'orders.count': async () => Promise.resolve(1),
      },
      { elsewhere: ['POST_LOGIN'] },
    ),
    topics({
      'bars:{symbol}': ({ symbol }) => {
        same<typeof symbol, string>(true);
        return of({ close: 1 });
      },
      news: () => of('x'),
    }),
  );
  same<typeof answered$, Observable<Peer<Server>>>(true);
  createGatewayServer({
    port: 0,
    protocol: commandNotify(),
    contract: trading(),
    login: { verify: (user: string) => ({ user }) },
    commands: { 'orders.place': ({ symbol }) => ({ order: symbol }), 'orders.count': () => 1 },
    commandOptions: { elsewhere: ['POST_LOGIN'] },
    topics: { news: () => of('x') },
    topicOptions: { elsewhere: true },
  }).peers.subscribe((peer) => same<typeof peer, Peer<Server>>(true));
  fakeGateway({ contract: trading(), commands: { 'orders.place': ({ symbol }) => ({ order: symbol }) } });
}

describe('the types of a contract', () => {
  it('are those of its codecs at both ends', () => {
    // The type check of this file is the test; running it only shows that it is there.
    expect([codecs, clients, servers].map(({ name }) => name)).to.have.length(3);
  });
});
