import { EventEmitter, on } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buildSchema, GraphQLError } from 'graphql';
import type { ServerOptions } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { filter, firstValueFrom, ReplaySubject } from 'rxjs';
import { type WebSocket, WebSocketServer } from 'ws';
import { atTestEnd } from './atTestEnd.js';

/** A frame of a client, parsed. */
export type GraphqlFrame = any;

/** A connection of a client. */
export interface GraphqlConnection {
  readonly index: number;
  readonly socket: WebSocket;
  readonly frames: readonly GraphqlFrame[];
  /** The first frame, past or future, that matches. */
  frame(matches: (frame: GraphqlFrame) => boolean): Promise<GraphqlFrame>;
  readonly closed: Promise<number>;
}

/** A server of graphql-ws. */
export interface GraphqlServer {
  readonly url: string;
  readonly port: number;
  readonly connections: readonly GraphqlConnection[];
  connection(index: number): Promise<GraphqlConnection>;
  /** Emits one event of a subscription: the name of its feed is `bars:` and the symbol. */
  emit(feed: string, event: unknown): void;
  /** Ends the feed for all that listen. */
  end(feed: string): void;
  /** How many operations listen to a feed now. */
  listeners(feed: string): number;
}

const schema = buildSchema(`
  type Bar { symbol: ID! close: Float note: String }
  type Receipt { id: ID! symbol: ID! quantity: Int! }
  type Account { owner: String balance: Int }
  type Query { hello(name: String): String! account: Account never: String deferred: Int }
  type Mutation { place(symbol: ID!, quantity: Int!): Receipt! }
  type Subscription { bars(symbol: ID!, step: Int): Bar! count(to: Int!): Int! secret: Int }
`);

const forbidden = (what: string) => new GraphQLError(`${what} is not for you`, { extensions: { code: 'FORBIDDEN' } });

/** The events of a feed, for as long as somebody takes them. */
const listen = (feeds: EventEmitter, feed: string) => {
  const events = on(feeds, feed, { close: [`end ${feed}`] });
  return {
    next: async () => {
      const { value, done } = await events.next();
      return done ? { value: undefined, done: true as const } : { value: value[0], done: false as const };
    },
    return: () => {
      void events.return?.();
      return Promise.resolve({ value: undefined, done: true as const });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
};

const rootsOf = (feeds: EventEmitter) => ({
  query: {
    hello: ({ name }: { name?: string }) => `hello, ${name ?? 'world'}`,
    account: {
      owner: 'ann',
      balance: () => {
        throw forbidden('the balance');
      },
    },
    never: () => new Promise(() => undefined),
  },
  mutation: {
    place: ({ symbol, quantity }: { symbol: string; quantity: number }) => {
      if (quantity <= 0) throw new GraphQLError('quantity must be positive', { extensions: { code: 'BAD_QUANTITY' } });
      return { id: `${symbol}-${quantity}`, symbol, quantity };
    },
  },
  subscription: {
    bars: ({ symbol }: { symbol: string }) => listen(feeds, `bars:${symbol}`),
    async *count({ to }: { to: number }) {
      for (let count = 1; count <= to; count++) yield { count: await Promise.resolve(count) };
    },
    secret: () => {
      throw forbidden('the secret');
    },
  },
});

/** Starts one on 127.0.0.1, with `subscribe` roots that the spec feeds; it stops with the test. */
export async function graphqlServer(
  options: Partial<ServerOptions> = {},
  keepAlive = 0,
  port = 0,
  accepts = 'graphql-transport-ws',
): Promise<GraphqlServer> {
  const feeds = new EventEmitter().setMaxListeners(0);
  const wss = new WebSocketServer({ port, host: '127.0.0.1' });
  const connected = new ReplaySubject<GraphqlConnection>();
  const connections: GraphqlConnection[] = [];
  wss.on('connection', (socket) => {
    const frames: GraphqlFrame[] = [];
    const heard = new ReplaySubject<GraphqlFrame>();
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString());
      frames.push(frame);
      heard.next(frame);
    });
    const connection: GraphqlConnection = {
      index: connections.length,
      socket,
      frames,
      frame: (matches) => firstValueFrom(heard.pipe(filter(matches))),
      closed: new Promise((resolve) => socket.on('close', resolve)),
    };
    connections.push(connection);
    connected.next(connection);
  });
  useServer({ schema, roots: rootsOf(feeds), ...options }, wss, keepAlive);
  wss.options.handleProtocols = (offered) => offered.has(accepts) && accepts;
  await new Promise((resolve) => wss.on('listening', resolve));
  atTestEnd(async () => {
    for (const { socket } of connections) socket.terminate();
    await new Promise((resolve) => wss.close(resolve));
  });
  const { port: bound } = wss.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${bound}`,
    port: bound,
    connections,
    connection: (index) => firstValueFrom(connected.pipe(filter((each) => each.index === index))),
    emit: (feed, event) => void feeds.emit(feed, event),
    end: (feed) => void feeds.emit(`end ${feed}`),
    listeners: (feed) => feeds.listenerCount(feed),
  };
}
