import { once } from 'node:events';
import { createServer, type IncomingMessage, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGateway, type Gateway, type GatewayConfig } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';

/** A frame of docs/PROTOCOL.md, as a client sends it. */
export interface NativeFrame {
  readonly type?: string;
  readonly id?: string;
  readonly command?: string;
  readonly topic?: string;
  readonly data?: unknown;
  readonly params?: unknown;
  readonly key?: string;
  readonly stream?: boolean;
}

/** One client's connection, as the gateway sees it. */
export interface NativeConnection {
  readonly request: IncomingMessage;
  readonly socket: WebSocket;
  /** Every frame that came, in order; of a batch, each item. */
  readonly frames: readonly NativeFrame[];
  /** How many items each WebSocket message had. */
  readonly sizes: readonly number[];
  /** What is subscribed: topic by the id of its SUBSCRIBE. */
  readonly topics: Map<string, string>;
  /** Set once the connection is over. */
  readonly ended: { readonly code: number; readonly reason: string } | undefined;
  /** Sends an object as JSON, and anything else as it is. */
  send(frame: object | string | Uint8Array): void;
  notify(topic: string, data?: unknown): void;
  reply(id: string | undefined, data?: unknown, more?: boolean): void;
  fail(id: string | undefined, code: string, data?: unknown): void;
  /** Closes with a handshake. */
  close(code?: number, reason?: string): void;
  /** Drops the connection without a word. */
  vanish(): void;
}

/** A handler's result is the reply; `undefined`: it answers by itself, or not at all. */
export type NativeHandler = (frame: NativeFrame, connection: NativeConnection) => unknown;

export interface NativeGatewaySetup {
  /** Added to `echo` (gives the data back), `silent` (never answers) and `fail` (an error reply with code FAILED). */
  readonly commands?: Readonly<Record<string, NativeHandler>>;
  /** What a SUBSCRIBE leads to. Default: an ACK under the same name. */
  readonly subscribe?: (frame: NativeFrame, connection: NativeConnection, acknowledge: () => void) => void;
  /** Called with each new connection, before its first frame. */
  readonly connected?: (connection: NativeConnection) => void;
}

/** A gateway on a raw `ws` server, with nothing of the library in it. */
export interface NativeGateway extends AsyncDisposable {
  readonly url: string;
  readonly connections: readonly NativeConnection[];
  /** Connections that are not over. */
  readonly live: readonly NativeConnection[];
  /** How many upgrades were asked for, refused ones included. */
  readonly upgrades: number;
  /** While this is set, upgrades are refused with it. */
  refusal: number | undefined;
  /** The connection of this number, from 0, once it is there. */
  connection(index: number): Promise<NativeConnection>;
  /** Resolves once `condition` holds; it is looked at again after everything that happens at the gateway. */
  until(condition: () => boolean): Promise<void>;
}

/** What a frame is called in the logs of specs: its type and topic, or its command. */
export const nameOf = ({ type, topic, command }: NativeFrame): string =>
  command ?? (topic === undefined ? String(type) : `${String(type)} ${topic}`);

export const namesOf = (connection: NativeConnection | undefined): readonly string[] => (connection?.frames ?? []).map(nameOf);

const handlers: Readonly<Record<string, NativeHandler>> = {
  echo: ({ data }) => data ?? null,
  silent: () => undefined,
  fail: ({ id, data }, connection) => {
    connection.fail(id, 'FAILED', data);
  },
};

function createConnection(
  socket: WebSocket,
  request: IncomingMessage,
  setup: NativeGatewaySetup,
  happened: () => void,
): NativeConnection {
  const frames: NativeFrame[] = [];
  const sizes: number[] = [];
  const topics = new Map<string, string>();
  const left = new Set<string>();
  const commands = { ...handlers, ...setup.commands };
  let ended: NativeConnection['ended'];

  const connection: NativeConnection = {
    ...{ request, socket, frames, sizes, topics },
    get ended() {
      return ended;
    },
    send: (frame) => {
      socket.send(typeof frame === 'string' || frame instanceof Uint8Array ? frame : JSON.stringify(frame));
    },
    notify: (topic, data) => {
      connection.send({ type: 'NOTIFY', topic, data });
    },
    reply: (id, data, more) => {
      connection.send({ type: 'RESPONSE', id, data, more });
    },
    fail: (id, code, data) => {
      connection.send({ type: 'ERROR', id, code, data });
    },
    close: (code, reason) => {
      socket.close(code, reason);
    },
    vanish: () => {
      socket.terminate();
    },
  };

  const take = (frame: NativeFrame): void => {
    const { type, id, command, topic } = frame;
    if (command !== undefined) {
      if (id === undefined) return;
      const handler = commands[command];
      if (!handler) connection.fail(id, 'UNKNOWN_COMMAND');
      else {
        const data = handler(frame, connection);
        if (data !== undefined) connection.reply(id, data);
      }
    } else if (type === 'SUBSCRIBE' && id !== undefined && topic !== undefined) {
      const acknowledge = (): void => {
        // Unsubscribed before it was confirmed.
        if (left.has(id)) return;
        topics.set(id, topic);
        connection.send({ type: 'ACK', id, topic });
      };
      if (setup.subscribe) setup.subscribe(frame, connection, acknowledge);
      else acknowledge();
    } else if (type === 'UNSUBSCRIBE' && id !== undefined) {
      left.add(id);
      topics.delete(id);
    } else if (type === 'ping') connection.send({ ...frame, type: 'pong' });
  };

  socket.on('error', () => undefined);
  socket.on('message', (data: RawData) => {
    const read = [JSON.parse((data as Buffer).toString()) as NativeFrame | NativeFrame[]].flat();
    sizes.push(read.length);
    frames.push(...read);
    for (const frame of read) take(frame);
    happened();
  });
  socket.on('close', (code, reason) => {
    ended = { code, reason: reason.toString() };
    happened();
  });
  return connection;
}

/** Listens on a free port of the loopback interface. `await using` ends it with its block. */
export async function openNativeGateway(setup: NativeGatewaySetup = {}): Promise<NativeGateway> {
  const http = createServer();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const connections: NativeConnection[] = [];
  const waiters = new Set<() => void>();
  const happened = (): void => {
    for (const look of waiters) look();
  };
  let upgrades = 0;

  const gateway: NativeGateway = {
    url: '',
    connections,
    get live() {
      return connections.filter(({ ended }) => !ended);
    },
    get upgrades() {
      return upgrades;
    },
    refusal: undefined,
    async connection(index) {
      await gateway.until(() => connections.length > index);
      return connections[index] as NativeConnection;
    },
    until: (condition) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!condition()) return;
          waiters.delete(look);
          resolve();
        };
        waiters.add(look);
        look();
      }),
    async [Symbol.asyncDispose]() {
      for (const { socket } of connections) socket.terminate();
      const closed = once(http, 'close');
      http.close();
      http.closeAllConnections();
      await closed;
    },
  };

  http.on('upgrade', (request, stream, head) => {
    upgrades++;
    if (gateway.refusal !== undefined)
      stream.end(
        `HTTP/1.1 ${gateway.refusal} ${STATUS_CODES[gateway.refusal] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
      );
    else
      sockets.handleUpgrade(request, stream, head, (socket) => {
        const connection = createConnection(socket, request, setup, happened);
        connections.push(connection);
        setup.connected?.(connection);
      });
    happened();
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return Object.assign(gateway, { url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/gateway` });
}

/** A client of that gateway which reconnects fast and sends no heartbeats. `await using` closes it with its block. */
export const gatewayTo = (server: NativeGateway, config: Partial<GatewayConfig> = {}): Gateway =>
  createGateway({
    url: server.url,
    protocol: commandNotify(),
    heartbeat: false,
    retry: { initialDelay: 2, maxDelay: 5 },
    ...config,
  });
