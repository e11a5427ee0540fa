import { WebSocket } from 'ws';
import type { BenchClient } from './benchClient.js';

/** The client that people write by hand: `ws`, one Map of pending ids, one Map of topics. This file is the measure: it stays as it is. */
export function rawClient(url: string): Promise<BenchClient> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    const pending = new Map<string, (data: unknown) => void>();
    const handlers = new Map<string, (data: unknown) => void>();
    let lastId = 0;
    socket.on('error', reject);
    socket.on('message', (frame: Buffer) => {
      const message = JSON.parse(frame.toString()) as { type: string; id: string; topic: string; data: unknown };
      if (message.type === 'RESPONSE') {
        const done = pending.get(message.id);
        pending.delete(message.id);
        done?.(message.data);
      } else if (message.type === 'NOTIFY') handlers.get(message.topic)?.(message.data);
    });
    const client: BenchClient = {
      request(command, data, done) {
        const id = String(++lastId);
        pending.set(id, done);
        socket.send(JSON.stringify({ id, command, data }));
      },
      subscribe(topic, next) {
        handlers.set(topic, next);
        socket.send(JSON.stringify({ type: 'SUBSCRIBE', id: String(++lastId), topic }));
      },
      close: () => {
        socket.close();
      },
    };
    socket.on('open', () => {
      client.request('POST_LOGIN', {}, () => {
        resolve(client);
      });
    });
  });
}
