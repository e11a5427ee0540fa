import { WebSocket } from 'ws';
import type { BenchClient } from './benchClient.js';

/** `rawClient.ts` with one thing more: the writes of one turn leave in one system call. */
export function rawCorkClient(url: string): Promise<BenchClient> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    const pending = new Map<string, (data: unknown) => void>();
    const handlers = new Map<string, (data: unknown) => void>();
    let lastId = 0;
    let send = (text: string): void => {
      socket.send(text);
    };
    socket.on('upgrade', ({ socket: stream }) => {
      let corked = false;
      const flush = (): void => {
        corked = false;
        stream.uncork();
      };
      send = (text) => {
        if (!corked) {
          corked = true;
          stream.cork();
          process.nextTick(flush);
        }
        socket.send(text);
      };
    });
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
        send(JSON.stringify({ id, command, data }));
      },
      subscribe(topic, next) {
        handlers.set(topic, next);
        send(JSON.stringify({ type: 'SUBSCRIBE', id: String(++lastId), topic }));
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
