import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { filter, firstValueFrom, ReplaySubject } from 'rxjs';
import { Server, type ServerOptions, type Socket } from 'socket.io';
import { atTestEnd } from './atTestEnd.js';

/** A server of socket.io. */
export interface SocketIoServer {
  readonly port: number;
  readonly url: string;
  readonly io: Server;
  /** The sockets that connected, of all namespaces that somebody asked {@link socket} for, or of the default one. */
  readonly sockets: readonly Socket[];
  /** The socket with that index, past or future. */
  socket(index: number): Promise<Socket>;
  /** The urls of the upgrades. */
  readonly urls: readonly string[];
}

/** Starts one on 127.0.0.1; it stops with the test. `onSocket` is called for each socket of the namespace. */
export async function socketIoServer(
  onSocket: (socket: Socket) => void = () => undefined,
  options: Partial<ServerOptions> = {},
  namespace = '/',
): Promise<SocketIoServer> {
  const http = createServer();
  const io = new Server(http, { serveClient: false, ...options });
  const sockets: Socket[] = [];
  const urls: string[] = [];
  const connected = new ReplaySubject<readonly [index: number, socket: Socket]>();
  http.on('upgrade', ({ url = '' }) => urls.push(url));
  io.of(namespace).on('connection', (socket) => {
    onSocket(socket);
    connected.next([sockets.push(socket) - 1, socket]);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  atTestEnd(() => io.close());
  const { port } = http.address() as AddressInfo;
  return {
    port,
    url: `ws://127.0.0.1:${port}`,
    io,
    sockets,
    socket: async (index) => (await firstValueFrom(connected.pipe(filter(([at]) => at === index))))[1],
    urls,
  };
}
