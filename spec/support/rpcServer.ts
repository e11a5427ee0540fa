import type { AddressInfo } from 'node:net';
import { DefaultDataPack, Server } from 'rpc-websockets';
import { atTestEnd } from './atTestEnd.js';

/** What came in, parsed. */
export type RpcFrame = { readonly id?: number; readonly method: string; readonly params?: unknown };

/** A server of `rpc-websockets`. */
export interface RpcServer {
  readonly port: number;
  readonly url: string;
  readonly server: Server;
  /** All frames of all clients, in order. */
  readonly frames: RpcFrame[];
  /** The answers that `slow` owes, by name: called, they go out. */
  readonly slow: ReadonlyMap<string, () => void>;
  /** How many clients listen to an event. */
  listeners(event: string): number;
}

/**
 * Starts one on 127.0.0.1; it stops with the test. It has methods of each kind of answer, an event `feed`, and `news` and `whoami` for
 * who has logged in.
 */
export async function rpcServer(): Promise<RpcServer> {
  const frames: RpcFrame[] = [];
  const slow = new Map<string, () => void>();
  class Recording extends DefaultDataPack {
    override decode(text: string): object {
      const frame = super.decode(text);
      frames.push(frame as RpcFrame);
      return frame;
    }
  }
  const server = new Server({ port: 0, host: '127.0.0.1' }, new Recording());
  await new Promise<void>((resolve) => server.once('listening', () => resolve()));
  server.setAuth((params) => Promise.resolve(params.token === 'good'));
  server.register('echo', (params) => params);
  server.register('sum', (params) => (params as number[]).reduce((sum, each) => sum + each, 0));
  server.register('nothing', () => null);
  server.register('void', () => undefined);
  server.register('throws', () => {
    throw new RangeError('too much');
  });
  server.register('fails', () => {
    throw server.createError(-32050, 'No such order', 'order 4');
  });
  const later = (name: string) => new Promise<string>((resolve) => slow.set(name, () => resolve(name)));
  // Its types know no method that takes its time.
  server.register('slow', ((params: { name: string }) => later(params.name)) as never);
  server.register('whoami', () => 'ann').protected();
  server.event('feed');
  server.event('news').protected();
  const { port } = server.wss.address() as AddressInfo;
  atTestEnd(async () => {
    for (const socket of server.wss.clients) socket.terminate();
    await server.close();
  });
  return {
    ...{ port, url: `ws://127.0.0.1:${port}`, server, frames, slow },
    listeners: (event) => {
      const { events } = server.of('/').clients() as unknown as { events: Record<string, { sockets: readonly string[] }> };
      return events[event]?.sockets.length ?? 0;
    },
  };
}
