import { WebSocket } from 'ws';
import { type ServedConnection, type WsServer, wsServer } from './wsServer.js';

type Params = Readonly<Record<string, unknown>>;
type Reply = { readonly type: string; readonly payload?: unknown } | undefined;

/** A route of topics, as a gateway declares it. */
export interface FastwsRoute {
  /** What a subscribe must have, and nothing else is needed: the model of its payload. */
  readonly params: readonly string[];
  /** Whether updates name their topic, in `{ topic, payload }`, or are the data alone. Default `true`. */
  readonly named?: boolean;
}

/** Options of {@link fastwsServer}. */
export interface FastwsOptions {
  readonly routes?: Readonly<Record<string, FastwsRoute>>;
  /** How topics are named: the values between colons, or sorted JSON as Python writes it. Default `'colon'`. */
  readonly names?: 'colon' | 'json';
  /** Milliseconds in which a client must have sent a message. Default: it may be silent. */
  readonly heartbeatInterval?: number;
  /** Milliseconds that a connection may last. Default: for ever. */
  readonly maxConnectionLifespan?: number;
  /** Whether the gateway has a `ping`, answered by a `pong`. It is no part of FastWS. Default `false`. */
  readonly ping?: boolean;
}

/** A server shaped like one of FastWS with its operations: the commands below, and `subscribe`, `unsubscribe` and `update` of each route. */
export interface FastwsServer extends WsServer {
  /** Tells all who have the topic. */
  update(route: string, topic: string, data: unknown): void;
  /** Sends any frame to all. */
  tell(type: string, payload: unknown): void;
  /** How many connections have a topic. */
  listeners(topic: string): number;
  /** The replies to a type are kept back until they are let go, in the order given. */
  hold(type: string): void;
  /** Lets go what is kept of that type: in the order of these indices, or as they came. The next one goes out at once again. */
  release(type: string, order?: readonly number[]): void;
  /** How many replies of that type are kept. */
  kept(type: string): number;
  /** Refuses a symbol from now on, as it does `HALTED` at all times. */
  forbid(symbol: string): void;
  /** Answers nothing any more, on no connection. */
  silence(): void;
}

/** As Python's `json.dumps` with `separators=(",", ":")`, after its keys were sorted and `None` was made an empty text. */
const pythonJson = (value: unknown): string => {
  if (value === null) return '""';
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(',')}]`;
  if (typeof value === 'object') {
    const fields = Object.entries(value as Params).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${fields.map(([name, field]) => `${pythonJson(name)}:${pythonJson(field)}`).join(',')}}`;
  }
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
};

/** What closes a connection, as FastWS says it: always with 1003. */
class Refused extends Error {}

/** The model of all messages. Its validation is that of the JSON as well. */
const envelopeOf = (text: string): { readonly type: string; readonly payload?: unknown } => {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // Said below.
  }
  const { type, payload } = (body ?? {}) as { readonly type?: unknown; readonly payload?: unknown };
  if (typeof type !== 'string') throw new Refused('Could not validate payload');
  return { type, payload };
};

const seconds = (ms: number | undefined): string => (ms === undefined ? 'unset' : (ms / 1000).toFixed(1));

/** Starts one on 127.0.0.1; it stops with the test. */
export async function fastwsServer(options: FastwsOptions = {}): Promise<FastwsServer> {
  const { names = 'colon', heartbeatInterval, maxConnectionLifespan, ping = false } = options;
  const routes: Readonly<Record<string, FastwsRoute>> = { bars: { params: ['symbol', 'resolution'] }, ...options.routes };
  const topics = new Map<ServedConnection, Set<string>>();
  const held = new Map<string, (() => void)[]>();
  const halted = new Set<unknown>(['HALTED']);
  let orders = 0;
  let silent = false;

  const send = (connection: ServedConnection, body: Reply): void => {
    if (!silent && connection.socket.readyState === WebSocket.OPEN) connection.send(body);
  };
  const topicsOf = (connection: ServedConnection): Set<string> => {
    const known = topics.get(connection) ?? new Set();
    topics.set(connection, known);
    return known;
  };
  const nameOf = (route: string, { params }: FastwsRoute, payload: Params): string => {
    const model = Object.fromEntries(params.map((name) => [name, payload[name]]));
    return names === 'json' ? `${route}:${pythonJson(model)}` : [route, ...Object.values(model)].join(':');
  };
  const validated = (payload: unknown, fields: readonly string[]): Params => {
    const given = (typeof payload === 'object' && payload !== null ? payload : {}) as Params;
    if (fields.some((name) => typeof given[name] !== 'string')) throw new Refused('Could not validate payload');
    return given;
  };

  const subscribe = (connection: ServedConnection, route: string, payload: unknown): unknown => {
    const model = routes[route] as FastwsRoute;
    const params = validated(payload, model.params);
    const topic = nameOf(route, model, params);
    if (halted.has(params.symbol)) return { status: 'error', message: `${params.symbol as string} is not traded`, topic };
    topicsOf(connection).add(topic);
    return { status: 'ok', message: `Subscribed to ${Object.values(params)[0] as string}`, topic };
  };
  const unsubscribe = (connection: ServedConnection, route: string, payload: unknown): unknown => {
    const model = routes[route] as FastwsRoute;
    const topic = nameOf(route, model, validated(payload, model.params));
    topicsOf(connection).delete(topic);
    return { status: 'ok', message: 'Unsubscribed', topic };
  };
  /** The operations, with the type of their reply; without it they have none. */
  const operations: Record<string, readonly [run: (connection: ServedConnection, payload: unknown) => unknown, reply?: string]> =
    {
      echo: [(_connection, payload) => payload, 'echo.response'],
      'orders.place': [
        (_connection, payload) => {
          const { symbol } = validated(payload, ['symbol']);
          if (symbol === 'HALTED') return { status: 'error', message: 'HALTED is not traded' };
          return { status: 'working', order: ++orders, symbol };
        },
        'orders.place.response',
      ],
      'orders.note': [() => undefined],
      'orders.check': [
        () => {
          // What a ValueError of a handler comes to.
          throw new Refused('Could not decode message');
        },
        'orders.check.response',
      ],
      ...(ping && { ping: [() => undefined, 'pong'] }),
    };
  for (const route of Object.keys(routes)) {
    operations[`${route}.subscribe`] = [
      (connection, payload) => subscribe(connection, route, payload),
      `${route}.subscribe.response`,
    ];
    operations[`${route}.unsubscribe`] = [
      (connection, payload) => unsubscribe(connection, route, payload),
      `${route}.unsubscribe.response`,
    ];
  }

  const take = (connection: ServedConnection, text: string): void => {
    const { type, payload: given } = envelopeOf(text);
    const operation = Object.hasOwn(operations, type) ? operations[type] : undefined;
    if (!operation) throw new Refused('No matching type');
    const [run, reply] = operation;
    const payload = run(connection, given);
    if (reply === undefined) return;
    const answer = () => {
      send(connection, { type: reply, ...(payload !== undefined && { payload }) });
    };
    const line = held.get(reply);
    if (line) line.push(answer);
    else answer();
  };

  const onConnection = (connection: ServedConnection): void => {
    const { socket } = connection;
    let beat: NodeJS.Timeout | undefined;
    const timedOut = (): void => {
      const [interval, lifespan] = [heartbeatInterval, maxConnectionLifespan].map(seconds);
      socket.close(1003, `Connection timed out. Heartbeat interval ${interval}. Max connection lifespan ${lifespan}`);
    };
    const reschedule = (): void => {
      clearTimeout(beat);
      if (heartbeatInterval !== undefined) beat = setTimeout(timedOut, heartbeatInterval);
    };
    const life = maxConnectionLifespan === undefined ? undefined : setTimeout(timedOut, maxConnectionLifespan);
    reschedule();
    socket.on('message', (data: Buffer, isBinary) => {
      // Only messages count, and not the pings of the WebSocket protocol.
      reschedule();
      // It reads text alone, and stumbles over bytes.
      if (isBinary) socket.close(1011);
      else
        try {
          take(connection, data.toString());
        } catch (refused) {
          if (!(refused instanceof Refused)) throw refused;
          socket.close(1003, refused.message);
        }
    });
    socket.on('close', () => {
      clearTimeout(beat);
      clearTimeout(life);
      topics.delete(connection);
    });
  };

  const server = await wsServer({ onConnection });
  return Object.assign(server, {
    update: (route: string, topic: string, data: unknown) => {
      const payload = routes[route]?.named === false ? data : { topic, payload: data };
      for (const [connection, names] of topics) if (names.has(topic)) send(connection, { type: `${route}.update`, payload });
    },
    tell: (type: string, payload: unknown) => {
      for (const connection of server.connections) send(connection, { type, payload });
    },
    listeners: (topic: string) => [...topics.values()].filter((names) => names.has(topic)).length,
    hold: (type: string) => void held.set(type, []),
    release: (type: string, order?: readonly number[]) => {
      const line = held.get(type) ?? [];
      held.delete(type);
      for (const index of order ?? line.keys()) line[index]?.();
    },
    kept: (type: string) => held.get(type)?.length ?? 0,
    forbid: (symbol: string) => void halted.add(symbol),
    silence: () => {
      silent = true;
    },
  });
}
