import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { type BenchServer, namesIn } from './benchServer.js';

/** The server that people write by hand: `ws`, a set of sockets per user and per room. This file is the measure: it stays as it is. */
export async function rawServer(): Promise<BenchServer> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  const users = new Map<string, Set<WebSocket>>();
  const rooms = new Map<string, Set<WebSocket>>();
  const add = (sets: Map<string, Set<WebSocket>>, name: string, socket: WebSocket): void => {
    const set = sets.get(name) ?? new Set();
    sets.set(name, set.add(socket));
  };
  const remove = (sets: Map<string, Set<WebSocket>>, name: string, socket: WebSocket): void => {
    const set = sets.get(name);
    set?.delete(socket);
    if (set?.size === 0) sets.delete(name);
  };
  server.on('connection', (socket, request) => {
    const { user, room } = namesIn(request.url);
    add(users, user, socket);
    add(rooms, room, socket);
    socket.on('error', console.error);
    socket.on('close', () => {
      remove(users, user, socket);
      remove(rooms, room, socket);
    });
    socket.on('message', (frame: Buffer) => {
      const { id, data } = JSON.parse(frame.toString()) as { id: string; data: unknown };
      socket.send(JSON.stringify({ type: 'RESPONSE', id, data }));
    });
  });
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    ways: {
      loop: (data) => {
        const text = JSON.stringify({ type: 'NOTIFY', topic: 'bars', data });
        for (const socket of server.clients) socket.send(text);
      },
    },
  };
}
