import { Client } from 'rpc-websockets';
import type { BenchClient, Peer } from '../client/benchClient.js';

/** JSON-RPC with events. After a reconnect its topics are asked for by hand: all with one call, as its API has it. */
async function connect(url: string): Promise<BenchClient> {
  const client = new Client(url, { reconnect_interval: 1, max_reconnects: 0 });
  const topics = new Set<string>();
  const opened = (): Promise<unknown> => new Promise((resolve) => client.once('open', resolve));
  await opened();
  await client.call('POST_LOGIN', {});
  return {
    request: (command, data, done) => void client.call(command, data as object).then(done),
    subscribe(topic, next) {
      client.on(topic, next);
      if (topics.has(topic)) return;
      topics.add(topic);
      void client.subscribe(topic);
    },
    async reconnect() {
      const again = opened();
      client.call('drop', {}).catch(() => {});
      await again;
      await client.call('POST_LOGIN', {});
      for (const topic of topics) void client.subscribe(topic);
    },
    close: () => {
      client.setAutoReconnect(false);
      client.close();
    },
  };
}

export const rpcWebsockets: Peer = { dialect: 'rpcWebsockets', connect };
