import { io } from 'socket.io-client';
import type { BenchClient, Peer } from '../client/benchClient.js';

/** socket.io over WebSocket alone; acknowledgements are its replies. After a reconnect its topics are asked for by hand. */
async function connect(url: string): Promise<BenchClient> {
  const socket = io(url.replace('ws:', 'http:'), { transports: ['websocket'], reconnectionDelay: 1 });
  const topics = new Set<string>();
  const opened = (): Promise<void> =>
    new Promise((resolve) => {
      socket.once('connect', resolve);
    });
  await opened();
  await socket.emitWithAck('POST_LOGIN', {});
  return {
    request: (command, data, done) => void socket.emit(command, data, done),
    subscribe(topic, next) {
      socket.on(topic, next);
      if (topics.has(topic)) return;
      topics.add(topic);
      socket.emit('subscribe', topic, () => {});
    },
    async reconnect() {
      const again = opened();
      socket.io.engine.close();
      await again;
      await socket.emitWithAck('POST_LOGIN', {});
      for (const topic of topics) socket.emit('subscribe', topic, () => {});
    },
    close: () => void socket.close(),
  };
}

export const socketIo: Peer = { dialect: 'socketIo', connect };
