import { expect } from 'chai';
import { createClient, type ServerOptions } from 'graphql-ws';
import {
  connect,
  type ConnectConfig,
  createCounters,
  heartbeat,
  type HeartbeatConfig,
  request,
  type RequestFailedError,
  retryBackoff,
  send,
  shareSession,
  topic,
  type Untyped,
} from 'rxgate';
import { type Codec, graphqlTransportWs, type GraphqlTransportWsOptions, type Protocol } from 'rxgate/protocols';
import { lastValueFrom, Observable, take, toArray } from 'rxjs';
import sinon from 'sinon';
import { WebSocket } from 'ws';
import { trading } from '../../docs/snippets/graphqlTransportWs.js';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { eventLog } from '../support/eventLog.js';
import { type GraphqlFrame, graphqlServer } from '../support/graphqlServer.js';
import { proxy } from '../support/proxy.js';
import { recorded } from '../support/recorded.js';
import { until } from '../support/until.js';
import { wsServer } from '../support/wsServer.js';

const fast = { initialDelay: 5, maxDelay: 10 };
const documents: GraphqlTransportWsOptions = {
  operations: {
    place: 'mutation ($symbol: ID!, $quantity: Int!) { place(symbol: $symbol, quantity: $quantity) { id } }',
    hello: { query: 'query Hello { hello } query Other { hello(name: "other") }', operationName: 'Other' },
  },
  topics: {
    'bars:{symbol}': 'subscription ($symbol: ID!, $step: Int) { bars(symbol: $symbol, step: $step) { symbol close note } }',
    secret: 'subscription { secret }',
  },
};

interface Setting {
  readonly options?: GraphqlTransportWsOptions;
  readonly server?: Partial<ServerOptions>;
  readonly config?: Partial<ConnectConfig<Untyped>>;
  readonly beats?: HeartbeatConfig;
}

/** A server of graphql-ws, and the pipeline on it. */
const setting = async ({ options, server: serverOptions, config, beats }: Setting = {}) => {
  const server = await graphqlServer(serverOptions);
  const events = eventLog({ messages: true });
  const counters = createCounters();
  const protocol = graphqlTransportWs({ ...documents, ...options });
  const session$ = connect({ url: server.url, protocol, events, counters, ...config }).pipe(
    heartbeat(beats),
    retryBackoff({ ...fast, events }),
    shareSession({ events }),
  );
  return { server, events, counters, session$ };
};
type Session$ = Awaited<ReturnType<typeof setting>>['session$'];

const isSubscribe = ({ type }: GraphqlFrame): boolean => type === 'subscribe';
const isComplete = ({ type }: GraphqlFrame): boolean => type === 'complete';
const failureOf = async (session$: Session$, ...call: Parameters<typeof request>): Promise<RequestFailedError> =>
  (await recorded(session$.pipe(request(...call))).end) as RequestFailedError;

describe('graphqlTransportWs against graphql-ws', () => {
  afterEach(cleanUp);

  describe('requests', () => {
    it('are queries and mutations, by document and by name', async () => {
      const { session$ } = await setting();
      recorded(session$);
      const ask = (...call: Parameters<typeof request>) => lastValueFrom(session$.pipe(request(...call)));
      expect(await ask('query ($name: String) { hello(name: $name) }', { name: 'ann' })).to.deep.equal({ hello: 'hello, ann' });
      expect(await ask('place', { symbol: 'SPX', quantity: 3 })).to.deep.equal({ place: { id: 'SPX-3' } });
      expect(await ask('hello')).to.deep.equal({ hello: 'hello, other' });
    });

    it('fail where the document is invalid, with what the server found', async () => {
      const { session$ } = await setting();
      const error = await failureOf(session$, '{ nope }');
      expect(error).to.include({ kind: 'requestFailed', code: 'GRAPHQL_ERROR', retryable: false });
      expect(error.detail).to.equal('Cannot query field "nope" on type "Query".');
    });

    it('fail by errors of the execution, with the partial data', async () => {
      const { session$ } = await setting();
      const error = await failureOf(session$, '{ account { owner balance } }');
      expect(error).to.include({ code: 'FORBIDDEN', detail: 'the balance is not for you' });
      expect(error.data).to.have.nested.property('data.account').that.deep.equals({ owner: 'ann', balance: null });
      expect(error.data).to.have.nested.property('errors[0].path').that.deep.equals(['account', 'balance']);
      expect(await failureOf(session$, 'place', { symbol: 'SPX', quantity: 0 })).to.include({ code: 'BAD_QUANTITY' });
    });

    it('give whole results where that is asked for', async () => {
      const { session$ } = await setting({ options: { wholeResults: true } });
      const result = await lastValueFrom(session$.pipe(request('{ account { owner balance } }')));
      expect(result).to.have.nested.property('data.account.owner', 'ann');
      expect(result).to.have.nested.property('errors[0].extensions.code', 'FORBIDDEN');
      expect(await failureOf(session$, '{ nope }')).to.include({ kind: 'requestFailed' });
    });

    it('cost nobody else anything where they cannot be sent', async () => {
      const { session$, server } = await setting();
      recorded(session$);
      for (const [command, data] of [['hallo'], ['{ hello }', ['no object']], ['{ hello }', { n: 1n }]] as const) {
        const error = await recorded(session$.pipe(request(command, data))).end;
        expect(error).to.include({ kind: 'malformedMessage', direction: 'out' });
      }
      expect(await lastValueFrom(session$.pipe(request('{ hello }')))).to.deep.equal({ hello: 'hello, world' });
      expect(server.connections).to.have.length(1);
    });

    it('are completed when they are left, and a late result is counted and hurts nobody', async () => {
      const { session$, server, counters } = await setting();
      recorded(session$);
      const asked = recorded(session$.pipe(request('{ never }')));
      const connection = await server.connection(0);
      const { id } = await connection.frame(isSubscribe);
      asked.subscription.unsubscribe();
      expect(await connection.frame(isComplete)).to.deep.equal({ id, type: 'complete' });
      for (const type of ['next', 'error', 'complete'])
        connection.socket.send(JSON.stringify({ id, type, payload: type === 'error' ? [] : { data: 1 } }));
      expect(await lastValueFrom(session$.pipe(request('{ hello }')))).to.deep.equal({ hello: 'hello, world' });
      expect(counters.drops.unmatchedReply).to.equal(2);
      expect(counters.drops.malformed).to.equal(0);
    });

    it('run and are forgotten with send', async () => {
      const { session$, server, counters } = await setting();
      recorded(session$);
      await lastValueFrom(session$.pipe(send('place', { symbol: 'SPX', quantity: 1 })), { defaultValue: 0 });
      const connection = await server.connection(0);
      expect(await connection.frame(isSubscribe)).to.have.nested.property('payload.variables.symbol', 'SPX');
      await until(() => counters.drops.unmatchedReply === 1);
    });

    it('that are idempotent are sent again after a cut, with their key', async () => {
      const { session$, server } = await setting();
      recorded(session$);
      recorded(session$.pipe(request('{ never }', undefined, { idempotent: 'k-1' })));
      const first = await server.connection(0);
      const asked = await first.frame(isSubscribe);
      expect(asked.payload.extensions).to.deep.equal({ idempotencyKey: 'k-1' });
      first.socket.terminate();
      expect((await (await server.connection(1)).frame(isSubscribe)).payload).to.deep.equal(asked.payload);
    });
  });

  describe('streams', () => {
    const count = 'subscription ($to: Int!) { count(to: $to) }';

    it('are subscriptions, and complete with them', async () => {
      const { session$ } = await setting();
      const values = await lastValueFrom(session$.pipe(request(count, { to: 3 }, { stream: true }), toArray()));
      expect(values).to.deep.equal([{ count: 1 }, { count: 2 }, { count: 3 }]);
    });

    const bars = 'subscription ($symbol: ID!) { bars(symbol: $symbol) { close } }';
    for (const [way, options] of [
      ['that is left', { stream: true }],
      ['of which one value is asked for', {}],
    ] as const)
      it(`${way} is stopped at the server`, async () => {
        const { session$, server } = await setting();
        recorded(session$);
        const values = recorded(session$.pipe(request(bars, { symbol: 'SPX' }, options), take(1)));
        await until(() => server.listeners('bars:SPX') === 1);
        server.emit('bars:SPX', { bars: { close: 1 } });
        expect(await values.end).to.equal('complete');
        await until(() => server.listeners('bars:SPX') === 0);
        expect(values.values).to.deep.equal([{ bars: { close: 1 } }]);
      });

    it('fail by an event with errors, and are stopped at the server; whole results go on', async () => {
      const wrong = { bars: { close: () => Promise.reject(new Error('no close')) } };
      for (const wholeResults of [false, true]) {
        const { session$, server } = await setting({ options: { wholeResults } });
        recorded(session$);
        const values = recorded(session$.pipe(request<any>(bars, { symbol: 'SPX' }, { stream: true })));
        await until(() => server.listeners('bars:SPX') === 1);
        server.emit('bars:SPX', wrong);
        if (!wholeResults) {
          expect(await values.end).to.include({ kind: 'requestFailed', detail: 'no close' });
          await until(() => server.listeners('bars:SPX') === 0);
        } else {
          expect(await values.value()).to.have.nested.property('errors[0].message', 'no close');
          server.emit('bars:SPX', { bars: { close: 2 } });
          expect(await values.value(({ data }) => data.bars.close === 2)).to.not.have.property('errors');
        }
      }
    });

    it('fail where the server refuses them', async () => {
      const { session$ } = await setting();
      expect(await failureOf(session$, 'subscription { secret }', undefined, { stream: true })).to.include({ code: 'FORBIDDEN' });
    });
  });

  describe('topics', () => {
    it('are one subscription for all, with variables from name and params, and end with it', async () => {
      const { session$, server } = await setting();
      const heard = [1, 2].map(() => recorded(session$.pipe(topic('bars:{symbol}', { symbol: 'S:P', step: 3 }))));
      const connection = await server.connection(0);
      const { payload } = await connection.frame(isSubscribe);
      expect(payload.variables).to.deep.equal({ symbol: 'S:P', step: 3 });
      await until(() => server.listeners('bars:S:P') === 1);
      server.emit('bars:S:P', { bars: { symbol: 'S:P', close: 1.5 } });
      const bar = { bars: { symbol: 'S:P', close: 1.5, note: null } };
      for (const { value } of heard) expect(await value()).to.deep.equal(bar);
      server.end('bars:S:P');
      for (const { end } of heard) expect(await end).to.equal('complete');
      expect(connection.frames.filter(isComplete)).to.deep.equal([]);
    });

    it('of one name with different params are told apart', async () => {
      const { session$, server } = await setting({ options: { topics: { bars: documents.topics?.['bars:{symbol}'] ?? '' } } });
      const [spx, dax] = ['SPX', 'DAX'].map((symbol) => recorded(session$.pipe(topic('bars', { symbol }))));
      await until(() => server.listeners('bars:SPX') === 1 && server.listeners('bars:DAX') === 1);
      server.emit('bars:DAX', { bars: { symbol: 'DAX' } });
      server.emit('bars:SPX', { bars: { symbol: 'SPX' } });
      expect(await spx?.value()).to.have.nested.property('bars.symbol', 'SPX');
      expect(await dax?.value()).to.have.nested.property('bars.symbol', 'DAX');
      dax?.subscription.unsubscribe();
      await until(() => server.listeners('bars:DAX') === 0);
      expect(server.listeners('bars:SPX')).to.equal(1);
      expect(spx?.values).to.have.length(1);
    });

    it('are refused by errors, and may be asked for again', async () => {
      const { session$, server, events } = await setting();
      recorded(session$);
      const error = await recorded(session$.pipe(topic('secret'))).end;
      expect(error).to.include({ kind: 'subscriptionRejected', topic: 'secret', code: 'FORBIDDEN', retryable: false });
      expect(error).to.have.property('detail', 'the secret is not for you');
      expect(await recorded(session$.pipe(topic('secret'))).end).to.include({ code: 'FORBIDDEN' });
      expect(events.of('refused')).to.have.length(2);
      expect(server.connections).to.have.length(1);
    });

    it('go on after a cut, and what is asked meanwhile is answered', async () => {
      const { session$, server } = await setting();
      const heard = recorded(session$.pipe(topic<any>('bars:{symbol}', { symbol: 'SPX' })));
      await until(() => server.listeners('bars:SPX') === 1);
      server.emit('bars:SPX', { bars: { symbol: 'SPX', close: 1 } });
      await heard.value();
      const lost = recorded(session$.pipe(request('{ never }')));
      const first = await server.connection(0);
      await first.frame(({ payload }) => payload?.query === '{ never }');
      first.socket.terminate();
      expect(await lost.end).to.include({ kind: 'connectionLost', code: 1006 });
      const asked = recorded(session$.pipe(request('{ hello }')));
      expect(await asked.value()).to.deep.equal({ hello: 'hello, world' });
      await until(() => server.listeners('bars:SPX') === 1);
      server.emit('bars:SPX', { bars: { symbol: 'SPX', close: 2 } });
      await heard.value(({ bars }) => bars.close === 2);
      expect(heard.values.map(({ bars }) => bars.close)).to.deep.equal([1, 2]);
      const second = await server.connection(1);
      // The topic goes first.
      expect(second.frames.map(({ payload }) => payload?.query?.slice(0, 9))).to.deep.equal([
        undefined,
        'subscript',
        '{ hello }',
      ]);
    });
  });

  describe('the greeting', () => {
    it('carries the credentials, and shows what the server answered', async () => {
      const params: unknown[] = [];
      const { session$ } = await setting({
        server: {
          onConnect: ({ connectionParams }) => {
            params.push(connectionParams);
            return { user: 'ann' };
          },
        },
        config: { credentials: () => Promise.resolve({ token: 't' }) },
      });
      const session = await recorded(session$).value();
      expect(params).to.deep.equal([{ token: 't' }]);
      expect(session.opened).to.include({ subprotocol: 'graphql-transport-ws' });
      expect(session.opened.greeting).to.deep.equal({ user: 'ann' });
    });

    it('answers a ping that comes before the answer', async () => {
      const { session$, server } = await setting({
        server: {
          onConnect: async ({ extra }: any) => {
            extra.socket.send('{"type":"ping","payload":{"n":1}}');
            await (await server.connection(0)).frame(({ type }) => type === 'pong');
          },
        },
      });
      await recorded(session$).value();
      const [connection] = server.connections;
      expect(connection?.frames).to.deep.equal([{ type: 'connection_init' }, { type: 'pong', payload: { n: 1 } }]);
    });

    it('that is refused asks for new credentials, once', async () => {
      const asked: unknown[] = [];
      const seen: unknown[] = [];
      const onConnect: ServerOptions['onConnect'] = ({ connectionParams }) => {
        seen.push(connectionParams);
        return connectionParams?.token === 'new';
      };
      const credentials = (token: (refreshed: boolean) => string) => (context: { refreshed: boolean }) => {
        asked.push(context.refreshed);
        return { token: token(context.refreshed) };
      };
      const renewed = await setting({
        server: { onConnect },
        config: { credentials: credentials((refreshed) => (refreshed ? 'new' : 'old')) },
      });
      await recorded(renewed.session$).value();
      expect(asked.splice(0)).to.deep.equal([false, true]);
      expect(seen.splice(0)).to.deep.equal([{ token: 'old' }, { token: 'new' }]);

      const refused = await setting({ server: { onConnect }, config: { credentials: credentials(() => 'old') } });
      expect(await recorded(refused.session$).end).to.include({ kind: 'connectionLost', code: 4403, retryable: false });
      expect(asked).to.deep.equal([false, true]);
    });
  });

  describe('heartbeats', () => {
    const quick = { interval: 20, timeout: 100, random: () => 0 };

    it('are answered by the server, and answered by us', async () => {
      const { session$, server, events } = await setting({ beats: quick });
      recorded(session$);
      expect((await events.event('heartbeat', 1)).rtt).to.be.at.least(0);
      const connection = await server.connection(0);
      expect(await connection.frame(({ type }) => type === 'ping')).to.deep.equal({ type: 'ping' });
      connection.socket.send('{"type":"ping","payload":{"n":2}}');
      expect(await connection.frame(({ type }) => type === 'pong')).to.deep.equal({ type: 'pong', payload: { n: 2 } });
      connection.socket.send('{"type":"ping"}');
      await connection.frame(({ type, payload }) => type === 'pong' && payload === undefined);
    });

    it('find out about a line that is dead, and topics go on over the next', async () => {
      const server = await graphqlServer();
      const line = await proxy(server.port);
      const events = eventLog();
      const session$ = connect({ url: line.url, protocol: graphqlTransportWs(documents), events }).pipe(
        heartbeat({ interval: 60, timeout: 60, random: () => 0 }),
        retryBackoff(fast),
        shareSession(),
      );
      const heard = recorded(session$.pipe(topic('bars:{symbol}', { symbol: 'SPX' })));
      await until(() => server.listeners('bars:SPX') === 1);
      line.stall();
      expect((await events.event('ended')).end.error).to.include({ kind: 'heartbeatTimeout' });
      const second = await server.connection(1);
      await second.frame(isSubscribe);
      await until(() => server.listeners('bars:SPX') === 2);
      server.emit('bars:SPX', { bars: { symbol: 'SPX', close: 1 } });
      await heard.value();
      expect(heard.ends).to.deep.equal([]);
    });
  });

  it('is as the guide shows it', async () => {
    const params: unknown[] = [];
    const server = await graphqlServer({ onConnect: ({ connectionParams }) => void params.push(connectionParams) });
    const { hello$, place, count$, bars } = trading(server.url, () => 't');
    const heard = recorded(bars('SPX'));
    await until(() => server.listeners('bars:SPX') === 1);
    server.emit('bars:SPX', { bars: { symbol: 'SPX', close: 5 } });
    expect(await heard.value()).to.deep.equal({ bars: { symbol: 'SPX', close: 5 } });
    expect(await lastValueFrom(hello$)).to.deep.equal({ hello: 'hello, ann' });
    expect(await lastValueFrom(place('SPX', 2))).to.deep.equal({ place: { id: 'SPX-2' } });
    expect(await lastValueFrom(count$.pipe(toArray()))).to.have.length(3);
    expect(params).to.deep.equal([{ token: 't' }]);
  });

  describe('the ends that the server names', () => {
    /** A client that does something wrong. */
    const wrong = (change: (codec: Codec) => Partial<Codec>): Protocol => {
      const protocol = graphqlTransportWs();
      return {
        ...protocol,
        client: () => {
          const codec = protocol.client();
          return { ...codec, ...change(codec) };
        },
      };
    };
    const rows: readonly (readonly [code: number, why: string, retryable: boolean, protocol: Protocol, config?: object])[] = [
      [4400, 'a message that is none', false, wrong(() => ({ encode: () => '{}' }))],
      [4401, 'an operation before the greeting', false, wrong(() => ({ greeting: undefined }))],
      [4406, 'a subprotocol that it does not speak', false, graphqlTransportWs(), { protocols: ['other'] }],
      [
        4408,
        'no greeting in time',
        true,
        wrong(({ greeting }) => ({ greeting: { open: () => [], accept: (message) => greeting?.accept(message) ?? 'wait' } })),
      ],
      [
        4409,
        'an id that is taken',
        false,
        wrong(({ encode }) => ({ encode: (message) => encode({ ...message, id: 1 } as never) })),
      ],
      [
        4429,
        'two greetings',
        false,
        wrong(({ greeting }) => ({
          greeting: {
            open: () => ['{"type":"connection_init"}', '{"type":"connection_init"}'],
            accept: (message) => greeting?.accept(message) ?? 'wait',
          },
        })),
      ],
      [
        4500,
        'an error of its own',
        false,
        wrong(() => ({ encode: () => '{"id":"1","type":"subscribe","payload":{"query":"{"}}' })),
      ],
    ];
    for (const [code, why, retryable, protocol, config] of rows)
      it(`${code}, for ${why}, is ${retryable ? 'retried' : 'final'}`, async () => {
        const errors = sinon.stub(console, 'error');
        atTestEnd(() => errors.restore());
        const server = await graphqlServer(
          code === 4408 ? { connectionInitWaitTimeout: 20 } : {},
          0,
          0,
          code === 4406 ? 'other' : undefined,
        );
        const session$ = connect({ url: server.url, protocol, ...config });
        const sessions = recorded(session$);
        void sessions.value().then(
          (session) => {
            for (const name of code === 4409 ? ['a', 'b'] : ['a'])
              session.request(`{ ${name}: never }`).subscribe({ error: () => undefined });
          },
          () => undefined,
        );
        expect(await sessions.end).to.include({ kind: 'connectionLost', code, retryable });
        expect(errors.callCount).to.equal(code === 4500 ? 1 : 0);
      });
  });

  describe("beside graphql-ws's own client", () => {
    interface User {
      run(query: string, variables?: Record<string, unknown>): Observable<unknown>;
      /** Runs it for as long as somebody subscribes, over cuts. */
      listen(symbol: string): Observable<unknown>;
    }
    const bars = 'subscription ($symbol: ID!) { bars(symbol: $symbol) { close } }';

    const ours = (url: string): User => {
      const protocol = graphqlTransportWs({ wholeResults: true, topics: { 'bars:{symbol}': bars } });
      const session$ = connect({ url, protocol }).pipe(retryBackoff(fast), shareSession());
      return {
        run: (query, variables) => session$.pipe(request(query, variables, { stream: true })),
        listen: (symbol) => session$.pipe(topic('bars:{symbol}', { symbol })),
      };
    };
    const theirs = (url: string): User => {
      const client = createClient({ url, webSocketImpl: WebSocket, retryWait: () => new Promise(setImmediate) });
      atTestEnd(() => client.dispose());
      const run: User['run'] = (query, variables) =>
        new Observable((subscriber) =>
          client.subscribe(
            { query, ...(variables && { variables }) },
            {
              next: (result) => subscriber.next(result),
              error: (error) => subscriber.error(error),
              complete: () => subscriber.complete(),
            },
          ),
        );
      return { run, listen: (symbol) => run(bars, { symbol }) };
    };
    /** What a stream gave, and how it ended: with the errors that the server gave, where there are any. */
    const seen = async (stream: Observable<unknown>): Promise<readonly unknown[]> => {
      const { values, end } = recorded(stream);
      const how = (await end) as { readonly data?: { readonly errors: unknown } };
      return [...values, how.data?.errors ?? how];
    };

    /** The same steps with either client: what the user sees, and what the server got. */
    const replay = async (userOf: (url: string) => User): Promise<{ views: unknown[]; operations: unknown[] }> => {
      const server = await graphqlServer();
      const { run, listen } = userOf(server.url);
      const views: unknown[] = [];
      // Keeps the connection.
      const heard = recorded(listen('SPX'));
      await until(() => server.listeners('bars:SPX') === 1);
      views.push(await seen(run('query ($name: String) { hello(name: $name) }', { name: 'ann' })));
      views.push(await seen(run('mutation { place(symbol: "SPX", quantity: 3) { id quantity } }')));
      views.push(await seen(run('mutation { place(symbol: "SPX", quantity: 0) { id } }')));
      views.push(await seen(run('{ account { owner balance } }')));
      views.push(await seen(run('{ nope }')));
      views.push(await seen(run('subscription { count(to: 3) }')));
      views.push(await seen(run('subscription { secret }')));
      const left = recorded(run(bars, { symbol: 'DAX' }).pipe(take(2)));
      await until(() => server.listeners('bars:DAX') === 1);
      for (const close of [1, 2]) server.emit('bars:DAX', { bars: { close } });
      await left.end;
      await until(() => server.listeners('bars:DAX') === 0);
      views.push(left.values);
      server.emit('bars:SPX', { bars: { close: 1 } });
      server.emit('bars:SPX', { bars: { close: () => Promise.reject(new Error('no close')) } });
      await heard.value((result: any) => result.errors);
      server.connections[0]?.socket.terminate();
      await (await server.connection(1)).frame(isSubscribe);
      await until(() => server.listeners('bars:SPX') === 1);
      server.emit('bars:SPX', { bars: { close: 3 } });
      await heard.value((result: any) => result.data.bars.close === 3);
      server.end('bars:SPX');
      await heard.end;
      views.push(heard.values, heard.ends);
      const operations = server.connections.map(({ frames }) => frames.map(({ id, ...frame }) => frame));
      return { views, operations };
    };

    it('users see the same, and the server gets the same', async () => {
      const [we, they] = [await replay(ours), await replay(theirs)];
      expect(we).to.deep.equal(they);
      expect(we.views.at(-2)).to.have.length(3);
    });

    /** How many connections a client makes to a server that ends each with this code once it is greeted. */
    const connectionsAfter = async (code: number, own: boolean): Promise<number> => {
      const server = await wsServer({
        handleProtocols: () => 'graphql-transport-ws',
        onBody: (body, { socket }) => {
          if (body.type === 'connection_init') socket.send('{"type":"connection_ack"}');
          if (body.type === 'subscribe') socket.close(code);
        },
      });
      if (own) {
        const session$ = connect({ url: server.url, protocol: graphqlTransportWs({ topics: { t: '{ t }' } }) });
        await recorded(session$.pipe(retryBackoff({ ...fast, maxAttempts: 2, resetAfter: Infinity }), shareSession(), topic('t')))
          .end;
      } else {
        const client = createClient({
          url: server.url,
          webSocketImpl: WebSocket,
          retryAttempts: 1,
          retryWait: () => Promise.resolve(),
        });
        // It counts a connection that was acknowledged as a success: the third one is enough to know.
        await new Promise<void>((resolve) => {
          client.subscribe({ query: '{ t }' }, { next: () => undefined, error: () => resolve(), complete: () => resolve() });
          void server.connection(1).then(() => resolve());
        });
        await client.dispose();
      }
      return Math.min(server.connections.length, 2);
    };
    const rows: readonly (readonly [code: number, we: 'retry' | 'give up', they?: 'retry' | 'give up'])[] = [
      [1001, 'retry'],
      [1002, 'give up'],
      [1008, 'give up'],
      // A server that fails may do better next time, and many send this for a restart.
      [1011, 'retry', 'give up'],
      [1012, 'retry'],
      [1013, 'retry'],
      [4004, 'give up'],
      [4005, 'give up'],
      [4400, 'give up'],
      [4401, 'give up'],
      // Without a provider of credentials there is nothing else to say on the next attempt.
      [4403, 'give up', 'retry'],
      [4406, 'give up'],
      [4408, 'retry'],
      [4409, 'give up'],
      [4429, 'give up'],
      [4499, 'retry'],
      [4500, 'give up'],
      [4504, 'retry'],
      [4999, 'retry'],
    ];
    for (const [code, we, they = we] of rows)
      it(`after ${code} we ${we}${they === we ? ', as they do' : `, while they ${they}`}`, async () => {
        const made = [await connectionsAfter(code, true), await connectionsAfter(code, false)];
        expect(made).to.deep.equal([we, they].map((what) => (what === 'retry' ? 2 : 1)));
      });
  });
});
