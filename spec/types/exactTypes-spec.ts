import { expect } from 'chai';
import { either, type readerTaskEither, type taskEither } from 'fp-ts';
import * as t from 'io-ts';
import { EMPTY, type Observable, of } from 'rxjs';
import {
  type ConnectionState,
  connect,
  contract,
  type ClientOf,
  createGateway,
  type Gateway,
  type GatewayError,
  type GatewayErrorKind,
  type GatewayEvent,
  isGatewayError,
  type Message,
  type Metrics,
  notifications,
  request,
  type Session,
  type SessionEnd,
  type Settled,
  send,
  type ServerOf,
  type TaggedGatewayError,
  topic,
  topicTemplate,
  ValidationError,
} from 'rxgate';
import { withJsonSchema } from 'rxgate/asyncapi';
import { type ErrorCases, matchError, toReaderTaskEither, toTaskEither } from 'rxgate/fp-ts';
import { type JsonSchemaTarget, type nonEmptyArray, type StandardResult, toStandard } from 'rxgate/io-ts';
import { generateDecoder } from 'rxgate/io-ts/generate';
import { commandNotify, type Protocol, typedTopics } from 'rxgate/protocols';
import {
  broadcast,
  commands,
  createGatewayServer,
  type HandlerContext,
  type Identity,
  type Peer,
  serve,
  type ServeAddress,
  type ServerMetrics,
  type TopicContext,
  topics,
} from 'rxgate/server';
import { type FakeGateway, fakeGateway, fakeSession, mockGateway, type MockValue } from 'rxgate/testing';

/** Compiles only if both types are the same; `any` is the same as itself alone. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_same: Same<A, B>): void => undefined;

const trading = () =>
  contract({
    commands: {
      place: { request: t.type({ quantity: t.number }), reply: t.type({ order: t.number }) },
      count: { reply: t.number },
    },
    topics: { 'bars:{symbol}': { data: t.type({ close: t.number }) }, news: { data: t.string } },
  });
type Client = ClientOf<ReturnType<typeof trading>>;
type Server = ServerOf<ReturnType<typeof trading>>;
const to = { url: 'wss://gw.example', protocol: commandNotify() };
const session$: Observable<Session<Client>> = EMPTY;
const untyped$: Observable<Session> = EMPTY;

/** Never called: what counts is that it compiles, and that each line marked as an error is one. */
function sessions(session: Session<Client>, untyped: Session): void {
  same<Session['closed'], Observable<SessionEnd>>(true);
  same<SessionEnd['error'], GatewayError | undefined>(true);
  same<Session['messages'], Observable<Message>>(true);
  same<Session['opened']['greeting'], unknown>(true);
  same<Settled<1, 2>, { readonly item: 1; readonly reply: 2 } | { readonly item: 1; readonly error: unknown }>(true);
  const free$ = untyped$.pipe(request('x'));
  same<typeof free$, Observable<unknown>>(true);
  const open$ = untyped$.pipe(topic('x'));
  same<typeof open$, Observable<unknown>>(true);
  const heard$ = untyped.topic('x');
  same<typeof heard$, Observable<unknown>>(true);
  untyped$.pipe(notifications('x')).subscribe(({ data }) => same<typeof data, unknown>(true));
  const sent$ = session$.pipe(send('count'));
  same<typeof sent$, Observable<never>>(true);
  // @ts-expect-error: there is no such option,
  session.request('place', { quantity: 1 }, { timeot: 1 });
  // @ts-expect-error: nor one of that type.
  session$.pipe(request('place', { quantity: 1 }, { timeout: '1' }));
  // @ts-expect-error: nor params where there are none,
  session.topic('news', { symbol: 'SPX' });
  // @ts-expect-error: nor those of a function that are wrong.
  session$.pipe(topic('bars:{symbol}', () => ({ symbol: true })));
}

function gateways(gateway: Gateway<Client>): void {
  same<Gateway<Client>['session'], Observable<Session<Client>>>(true);
  same<Gateway['states'], Observable<ConnectionState>>(true);
  same<Gateway['events'], Observable<GatewayEvent>>(true);
  same<Gateway['metrics'], Observable<Metrics>>(true);
  // @ts-expect-error: it is asked with a quantity.
  gateway.send('place', { quantity: 'x' });
  createGateway({
    ...to,
    contract: trading(),
    authenticate: (session, how) => {
      same<typeof session, Session<Client>>(true);
      same<typeof how, { readonly refreshed: boolean }>(true);
      return of(1);
    },
  });
}

function templates(): void {
  const bars = topicTemplate('bars:{symbol}:{resolution}');
  same<Parameters<typeof bars.name>, [params: Readonly<Record<'symbol' | 'resolution', string | number>>]>(true);
  same<ReturnType<typeof bars.parse>, { readonly symbol: string; readonly resolution: string } | undefined>(true);
  same<typeof bars.template, 'bars:{symbol}:{resolution}'>(true);
}

function codecs(): void {
  const open = contract({ commands: { a: { reply: undefined as unknown as any } } });
  same<ClientOf<typeof open>['commands']['a']['reply'], unknown>(true);
  const Price = withJsonSchema(t.number, { type: 'number' });
  same<typeof Price, t.NumberC>(true);
  same<t.TypeOf<ReturnType<typeof nonEmptyArray<t.NumberC>>>, [number, ...number[]]>(true);
  const { '~standard': standard } = toStandard(t.number);
  same<typeof standard.validate, (value: unknown) => StandardResult<number>>(true);
  same<Extract<StandardResult<number>, { readonly value: unknown }>['value'], number>(true);
  same<
    typeof standard.jsonSchema.input,
    (options: { readonly target: JsonSchemaTarget | (string & {}) }) => Record<string, unknown>
  >(true);
  generateDecoder(t.number, { onForbidden: (error) => same<typeof error, Error>(true) });
  // @ts-expect-error: there is no such option.
  generateDecoder(t.number, { onForbiden: () => undefined });
}

function servers(peer: Peer, address: ServeAddress): void {
  same<Peer['identity'], Identity | undefined>(true);
  same<Peer['headers'], Readonly<Record<string, string | readonly string[] | undefined>>>(true);
  same<HandlerContext<Peer>['peer'], Peer>(true);
  same<TopicContext<Peer>['peer'], Peer>(true);
  same<TopicContext['params'], unknown>(true);
  const peer$ = serve({ port: 0, protocol: commandNotify(), contract: trading() });
  peer$.pipe(
    commands(
      {
        place: (data, context) => {
          same<typeof data, { quantity: number }>(true);
          same<typeof context, HandlerContext<Peer<Server>>>(true);
          return { order: 1 };
        },
      },
      { elsewhere: ['count'] },
    ),
    topics(
      {
        'bars:{symbol}': (params, context) => {
          same<typeof params, { readonly symbol: string }>(true);
          same<typeof context, TopicContext<Peer<Server>>>(true);
          return of({ close: 1 });
        },
      },
      { elsewhere: ['news'] },
    ),
  );
  // @ts-expect-error: there is no such topic that could be elsewhere.
  peer$.pipe(topics({ news: () => of('x') }, { elsewhere: ['bars'] }));
  const server = createGatewayServer({ port: 0, protocol: commandNotify() });
  same<typeof server.metrics, Observable<ServerMetrics>>(true);
  same<typeof server.listening, Promise<typeof address>>(true);
  // @ts-expect-error: a name is no target.
  broadcast('ann', 'said');
  broadcast(peer, 'said');
}

function fakes(): void {
  const gateway = fakeGateway({ contract: trading(), topics: { 'bars:{symbol}': () => of({ close: 1 }) } });
  same<typeof gateway, FakeGateway>(true);
  // @ts-expect-error: it gives no closes.
  fakeGateway({ contract: trading(), topics: { 'bars:{symbol}': () => of({ close: '1' }) } });
  const fake = fakeSession({ contract: trading() });
  same<typeof fake.session, Session<Client>>(true);
  same<typeof fake.session$, Observable<Session<Client>>>(true);
  same<MockValue, unknown>(true);
  const mock$ = mockGateway({ protocol: commandNotify(), contract: trading() });
  same<typeof mock$, Observable<Peer>>(true);
  // @ts-expect-error: this is no contract,
  mockGateway({ protocol: commandNotify(), contract: { commands: {} } });
  // @ts-expect-error: and this no option.
  mockGateway({ protocol: commandNotify(), reply: {} });
}

function protocols(): void {
  same<ReturnType<typeof typedTopics>, Protocol>(true);
  typedTopics({
    topicName: (route, params) => {
      same<typeof params, Readonly<Record<string, unknown>>>(true);
      return route;
    },
    readUpdate: (_type, payload) => {
      same<typeof payload, unknown>(true);
      return ['bars', payload];
    },
  });
  // @ts-expect-error: an update is a topic and its data.
  typedTopics({ readUpdate: () => ['bars'] });
  // @ts-expect-error: there is no such option.
  typedTopics({ topic: [] });
}

function errors(error: GatewayError, cases: ErrorCases<number>): void {
  same<typeof error.kind, GatewayErrorKind>(true);
  same<ValidationError['paths'], readonly string[]>(true);
  same<ValidationError['subject'], string>(true);
  // @ts-expect-error: paths are texts.
  expect(new ValidationError('place', [7])).to.be.an('error');
  const thrown: unknown = error;
  if (isGatewayError(thrown)) same<typeof thrown, TaggedGatewayError>(true);
  toTaskEither(session$, (other) => {
    same<typeof other, unknown>(true);
    return 'other' as const;
  });
  const reader = toReaderTaskEither(
    (source$: Observable<number>) => source$,
    (other) => {
      same<typeof other, unknown>(true);
      return 'other' as const;
    },
  );
  type Reader = readerTaskEither.ReaderTaskEither<Observable<number>, TaggedGatewayError | 'other', number>;
  same<typeof reader, Reader>(true);
  same<ReturnType<typeof reader>, taskEither.TaskEither<TaggedGatewayError | 'other', number>>(true);
  const fold = matchError(cases);
  same<typeof fold, (error: TaggedGatewayError) => number>(true);
  const told = either.mapLeft(matchError({ validation: ({ paths }) => paths }, () => []));
  same<Parameters<typeof told>[0], either.Either<TaggedGatewayError, unknown>>(true);
}

describe('the types of what is public', () => {
  it('are exact: none is any, or more than it has to be', () => {
    // The type check of this file is the test; running it only shows that it is there.
    const checked = [sessions, gateways, templates, codecs, servers, fakes, protocols, errors];
    expect(checked.map(({ name }) => name)).to.have.length(8);
    expect(connect(to)).to.be.an('object');
  });
});
