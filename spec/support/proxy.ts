import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { atTestEnd } from './atTestEnd.js';

/** A TCP proxy in front of a server. */
export interface Proxy {
  readonly url: string;
  /** How many connections were made through it. */
  readonly accepted: number;
  /** Drops what is connected now, without a word. */
  cut(): void;
  /** Stops forwarding what is connected now, in both directions, and tells nobody. Bytes that came in stay in it. */
  stall(): void;
  /** How many bytes of the client the stalled connections have kept. */
  readonly swallowed: () => string;
}

/** Starts one on 127.0.0.1; it stops with the test. */
export async function proxy(port: number): Promise<Proxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const kept: Buffer[] = [];
  let accepted = 0;
  const server = createServer((near) => {
    accepted++;
    const far = connect(port, '127.0.0.1');
    pairs.add([near, far]);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atTestEnd(async () => {
    for (const [near, far] of pairs) {
      near.destroy();
      far.destroy();
    }
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get accepted() {
      return accepted;
    },
    cut: () => {
      for (const [near, far] of pairs) {
        near.destroy();
        far.destroy();
      }
      pairs.clear();
    },
    stall: () => {
      for (const [near, far] of pairs) {
        near.unpipe(far);
        far.unpipe(near);
        far.pause();
        near.on('data', (data) => kept.push(data));
      }
    },
    swallowed: () => Buffer.concat(kept).toString('latin1'),
  };
}
