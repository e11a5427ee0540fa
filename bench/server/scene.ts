import { type Child, startChild } from '../child.js';

/** A server and its clients, each in a process of its own. */
export interface Scene {
  readonly server: Child;
  readonly crowd: Child;
  stop(): Promise<void>;
}

export async function openScene(kind: string, connections: number, topic = 'bars'): Promise<Scene> {
  const [server, port] = await startChild<number>(new URL('gateway.ts', import.meta.url), [kind]);
  const [crowd] = await startChild(new URL('crowd.ts', import.meta.url), [kind, String(port), topic]);
  if (connections > 0) await crowd.ask('open', { count: connections });
  return {
    server,
    crowd,
    stop: async () => {
      await crowd.stop();
      await server.stop();
    },
  };
}
