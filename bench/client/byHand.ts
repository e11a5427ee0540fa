import type { BenchClient } from './benchClient.js';

type Next = (data: unknown) => void;

/** What people write around a client that has one handler per topic: a list, and a loop over it. */
export function withLists(client: BenchClient): BenchClient {
  const lists = new Map<string, Next[]>();
  return {
    ...client,
    subscribe(topic, next) {
      const list = lists.get(topic);
      if (list) list.push(next);
      else {
        const first = [next];
        lists.set(topic, first);
        client.subscribe(topic, (data) => {
          for (const each of first) each(data);
        });
      }
    },
  };
}

/** What people write around a client that is for one connection: another one, and the topics asked for again. */
export async function withRebuilding(connect: () => Promise<BenchClient>): Promise<BenchClient> {
  const topics = new Map<string, Next>();
  let client = await connect();
  return {
    request: (command, data, done) => {
      client.request(command, data, done);
    },
    subscribe(topic, next) {
      topics.set(topic, next);
      client.subscribe(topic, next);
    },
    async reconnect() {
      client.close();
      client = await connect();
      for (const [topic, next] of topics) client.subscribe(topic, next);
    },
    close: () => {
      client.close();
    },
  };
}
