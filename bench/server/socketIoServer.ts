import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { type BenchServer, namesIn } from './benchServer.js';

/** socket.io 4 with its defaults, over WebSocket alone; users are rooms, as its documentation has it. */
export async function socketIoServer(): Promise<BenchServer> {
  const http = createServer();
  const server = new Server(http, { transports: ['websocket'], serveClient: false });
  server.on('connection', (socket) => {
    const { user, room } = namesIn(socket.request.url);
    void socket.join([`user:${user}`, room]);
    socket.on('echo', (data: unknown, reply: (data: unknown) => void) => {
      reply(data);
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return {
    port: (http.address() as AddressInfo).port,
    ways: {
      emit: (data) => {
        server.emit('bars', data);
      },
    },
  };
}
