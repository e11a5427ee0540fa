import { createTRPCClient, createWSClient, getUntypedClient, wsLink } from '@trpc/client';
import { WebSocket } from 'ws';
import type { BenchClient, Peer } from '../client/benchClient.js';

/** What this driver asks of its client; the router's types would bring a server along. */
interface Untyped {
  query(path: string, input: unknown): Promise<unknown>;
  subscription(path: string, input: unknown, observer: { onData(data: unknown): void; onError(): void }): unknown;
}

/** tRPC's `wsLink`: queries and subscriptions, each subscriber with one of its own on the wire. */
async function connect(url: string): Promise<BenchClient> {
  let opened = (): void => {};
  const open = (): Promise<void> =>
    new Promise((resolve) => {
      opened = resolve;
    });
  const first = open();
  const ws = createWSClient({ url, WebSocket: WebSocket as never, retryDelayMs: () => 0, onOpen: () => opened() });
  const client = createTRPCClient<never>({ links: [wsLink({ client: ws } as never)] });
  const untyped = getUntypedClient(client) as unknown as Untyped;
  await first;
  await untyped.query('POST_LOGIN', {});
  return {
    request: (command, data, done) => void untyped.query(command, data).then(done, () => {}),
    subscribe: (topic, next) => void untyped.subscription('topic', topic, { onData: next, onError: () => {} }),
    async reconnect() {
      const again = open();
      untyped.query('drop', {}).catch(() => {});
      await again;
    },
    close: () => void ws.close(),
  };
}

export const trpc: Peer = { dialect: 'trpc', connect };
