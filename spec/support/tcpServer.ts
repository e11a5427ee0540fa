import { type AddressInfo, createServer, type Socket } from 'node:net';
import { filter, firstValueFrom, ReplaySubject } from 'rxjs';
import { atTestEnd } from './atTestEnd.js';

/** A connection of the TCP server. */
export interface TcpConnection {
  readonly index: number;
  readonly socket: Socket;
  /** The first data, past or future: of a WebSocket client it is the request for the upgrade. */
  readonly request: Promise<string>;
  /** The client ended or dropped it. */
  readonly closed: Promise<void>;
}

/** A server that accepts, and does only what the test says. */
export interface TcpServer {
  readonly port: number;
  readonly url: string;
  readonly connections: readonly TcpConnection[];
  connection(index: number): Promise<TcpConnection>;
}

/**
 * Starts one on 127.0.0.1; it stops with the test. `onRequest` is called with the first data of each connection. With `holdsTheLine` it does not
 * end a connection because the client did.
 */
export async function tcpServer(
  onRequest?: (connection: TcpConnection, request: string) => void,
  { holdsTheLine = false } = {},
): Promise<TcpServer> {
  const connections: TcpConnection[] = [];
  const accepted = new ReplaySubject<TcpConnection>();
  const server = createServer({ allowHalfOpen: holdsTheLine }, (socket) => {
    socket.on('error', () => undefined);
    const connection: TcpConnection = {
      index: connections.length,
      socket,
      request: new Promise((resolve) => socket.once('data', (data) => resolve(data.toString('latin1')))),
      closed: new Promise((resolve) => {
        for (const event of ['end', 'close']) socket.once(event, () => resolve());
      }),
    };
    connections.push(connection);
    if (onRequest) void connection.request.then((request) => onRequest(connection, request));
    accepted.next(connection);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  atTestEnd(async () => {
    for (const { socket } of connections) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return {
    port,
    url: `ws://127.0.0.1:${port}`,
    connections,
    connection: (index) => firstValueFrom(accepted.pipe(filter((each) => each.index === index))),
  };
}
