import type { EventEmitter } from 'node:events';
import { Centrifuge, type Subscription } from 'centrifuge';
import { WebSocket } from 'ws';
import type { BenchClient, Peer } from '../client/benchClient.js';

/** centrifuge-js with its JSON protocol: remote calls, and one subscription per channel with listeners. */
async function connect(url: string): Promise<BenchClient> {
  const client = new Centrifuge(url, { websocket: WebSocket, minReconnectDelay: 1, maxReconnectDelay: 1, timeout: 60_000 });
  const topics = new Map<string, Subscription>();
  const connected = (): Promise<void> =>
    new Promise((resolve) => {
      client.once('connected', () => {
        resolve();
      });
    });
  const first = connected();
  client.connect();
  await first;
  await client.rpc('POST_LOGIN', {});
  return {
    request: (command, data, done) =>
      void client.rpc(command, data).then(
        (result) => done(result.data),
        () => {},
      ),
    subscribe(topic, next) {
      const subscription = topics.get(topic) ?? client.newSubscription(topic);
      // A thousand listeners are no leak. It is an EventEmitter, which its types keep to themselves.
      (subscription as unknown as EventEmitter).setMaxListeners(0);
      topics.set(topic, subscription);
      subscription.on('publication', ({ data }) => next(data));
      subscription.subscribe();
    },
    async reconnect() {
      const again = connected();
      client.rpc('drop', {}).catch(() => {});
      await again;
    },
    close: () => client.disconnect(),
  };
}

export const centrifuge: Peer = { dialect: 'centrifuge', connect };
