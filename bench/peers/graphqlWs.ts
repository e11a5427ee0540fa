import { createClient, type SubscribePayload } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { BenchClient, Peer } from '../client/benchClient.js';

const operation = (kind: string, operationName: string, variables: Record<string, unknown>): SubscribePayload => ({
  query: `${kind} ${operationName}($data: JSON, $topic: String) { value(data: $data, topic: $topic) }`,
  ...{ operationName, variables },
});

/** graphql-ws: a request is an operation with one result. Each subscriber has a subscription of its own on the wire. */
async function connect(url: string): Promise<BenchClient> {
  let opened = (): void => {};
  const connected = (): Promise<void> =>
    new Promise((resolve) => {
      opened = resolve;
    });
  const first = connected();
  const client = createClient({
    ...{ url, webSocketImpl: WebSocket, lazy: false, retryAttempts: Infinity, retryWait: () => Promise.resolve() },
    on: { connected: () => opened() },
  });
  await first;
  const request: BenchClient['request'] = (command, data, done) => {
    client.subscribe(operation('query', command, { data }), {
      next: ({ data: result }) => done(result?.value),
      error: () => {},
      complete: () => {},
    });
  };
  await new Promise((resolve) => {
    request('POST_LOGIN', {}, resolve);
  });
  return {
    request,
    subscribe: (topic, next) => {
      client.subscribe(operation('subscription', 'topic', { topic }), {
        next: ({ data }) => next(data?.value),
        error: () => {},
        complete: () => {},
      });
    },
    async reconnect() {
      const again = connected();
      client.terminate();
      await again;
    },
    close: () => void client.dispose(),
  };
}

export const graphqlWs: Peer = { dialect: 'graphqlTransportWs', connect };
