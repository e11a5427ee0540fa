import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { filter, firstValueFrom, ReplaySubject, take } from 'rxjs';
import { type WebSocket, WebSocketServer } from 'ws';
import { atTestEnd } from './atTestEnd.js';

/** What the server reads of a text frame. */
export type Body = any;

/** One connection as the server sees it. */
export interface ServedConnection {
  /** Counts the connections that were upgraded, from 0. */
  readonly index: number;
  readonly request: IncomingMessage;
  readonly socket: WebSocket;
  /** The text frames that came in, parsed where they are JSON. */
  readonly bodies: readonly Body[];
  /** The first frame, past or future, that matches. */
  body(matches: (body: Body) => boolean): Promise<Body>;
  send(body: unknown): void;
  /** The client's close code, or 1006. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

/** A raw `ws` server: it answers nothing by itself beside the WebSocket handshakes. */
export interface WsServer {
  readonly port: number;
  readonly url: string;
  readonly connections: readonly ServedConnection[];
  /** How many upgrades were asked for, refused ones included. */
  readonly upgrades: number;
  /** How many upgraded connections are not closed. */
  readonly live: number;
  /** The connection with that index, past or future. */
  connection(index: number): Promise<ServedConnection>;
  /** The request for an upgrade with that index, past or future, refused or not. */
  upgrade(index: number): Promise<IncomingMessage>;
  stop(): Promise<void>;
}

export interface WsServerOptions {
  readonly port?: number;
  /** Called for each upgrade, counted from 0. `true` means it was dealt with: the server then does nothing with the socket. */
  readonly refuse?: (index: number, socket: Duplex, request: IncomingMessage) => boolean;
  readonly handleProtocols?: (offered: Set<string>) => string | false;
  /** Whether all frames are compressed. */
  readonly compresses?: boolean;
  readonly onConnection?: (connection: ServedConnection) => void;
  readonly onBody?: (body: Body, connection: ServedConnection) => void;
}

const parsed = (text: string): Body => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const serve = (socket: WebSocket, request: IncomingMessage, index: number, onBody: WsServerOptions['onBody']) => {
  const bodies: Body[] = [];
  const heard = new ReplaySubject<Body>();
  const connection: ServedConnection = {
    index,
    request,
    socket,
    bodies,
    body: (matches) => firstValueFrom(heard.pipe(filter(matches))),
    send: (body) => socket.send(typeof body === 'string' ? body : JSON.stringify(body)),
    closed: new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    }),
  };
  socket.on('error', () => undefined);
  socket.on('message', (data) => {
    const body = parsed((data as Buffer).toString());
    bodies.push(body);
    heard.next(body);
    onBody?.(body, connection);
  });
  return connection;
};

/** Starts one on 127.0.0.1; it stops with the test. */
export async function wsServer(options: WsServerOptions = {}): Promise<WsServer> {
  const http = createServer();
  const wss = new WebSocketServer({
    noServer: true,
    ...(options.handleProtocols && { handleProtocols: options.handleProtocols }),
    ...(options.compresses && { perMessageDeflate: { threshold: 0 } }),
  });
  const connections: ServedConnection[] = [];
  const connected = new ReplaySubject<ServedConnection>();
  const asked = new ReplaySubject<IncomingMessage>();
  const sockets = new Set<Duplex>();
  let upgrades = 0;
  let live = 0;

  http.on('upgrade', (request, stream, head) => {
    sockets.add(stream);
    stream.on('close', () => sockets.delete(stream));
    stream.on('error', () => undefined);
    const refused = options.refuse?.(upgrades, stream, request) ?? false;
    upgrades++;
    asked.next(request);
    if (refused) return;
    wss.handleUpgrade(request, stream, head, (socket) => {
      live++;
      const connection = serve(socket, request, connections.length, options.onBody);
      void connection.closed.then(() => live--);
      connections.push(connection);
      options.onConnection?.(connection);
      connected.next(connection);
    });
  });
  await new Promise<void>((resolve) => http.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;

  const server: WsServer = {
    port,
    url: `ws://127.0.0.1:${port}`,
    connections,
    get upgrades() {
      return upgrades;
    },
    get live() {
      return live;
    },
    connection: (index) => firstValueFrom(connected.pipe(filter((each) => each.index === index))),
    upgrade: (index) =>
      firstValueFrom(
        asked.pipe(
          filter((_request, count) => count === index),
          take(1),
        ),
      ),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => http.close(() => resolve()));
    },
  };
  atTestEnd(server.stop);
  return server;
}
