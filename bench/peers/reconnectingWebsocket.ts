import ReconnectingWebSocket from 'reconnecting-websocket';
import { WebSocket } from 'ws';
import type { BenchClient, Peer } from '../client/benchClient.js';

interface Frame {
  readonly type: string;
  readonly id: string;
  readonly topic: string;
  readonly data: unknown;
}

/** It reconnects and no more: the Map of pending ids, the Map of topics and the login are by hand. */
function connect(url: string): Promise<BenchClient> {
  return new Promise((resolve) => {
    // Its types say that the class is a module's default, and it is the module.
    const Socket = ReconnectingWebSocket as unknown as typeof ReconnectingWebSocket.default;
    const socket = new Socket(url, [], { WebSocket });
    const pending = new Map<string, (data: unknown) => void>();
    const handlers = new Map<string, (data: unknown) => void>();
    let lastId = 0;
    let opened = resolve as (client: BenchClient) => void;
    const askFor = (topic: string): void => socket.send(JSON.stringify({ type: 'SUBSCRIBE', id: String(++lastId), topic }));
    socket.onmessage = ({ data: text }: { data: string }) => {
      const { type, id, topic, data } = JSON.parse(text) as Frame;
      if (type === 'RESPONSE') {
        const done = pending.get(id);
        pending.delete(id);
        done?.(data);
      } else if (type === 'NOTIFY') handlers.get(topic)?.(data);
    };
    const client: BenchClient = {
      request(command, data, done) {
        const id = String(++lastId);
        pending.set(id, done);
        socket.send(JSON.stringify({ id, command, data }));
      },
      subscribe(topic, next) {
        handlers.set(topic, next);
        askFor(topic);
      },
      reconnect: () =>
        new Promise<void>((again) => {
          opened = () => {
            again();
          };
          socket.reconnect();
        }),
      close: () => socket.close(),
    };
    socket.onopen = () => {
      client.request('POST_LOGIN', {}, () => {
        for (const topic of handlers.keys()) askFor(topic);
        opened(client);
      });
    };
  });
}

export const reconnectingWebsocket: Peer = { dialect: 'commandNotify', bare: true, connect };
