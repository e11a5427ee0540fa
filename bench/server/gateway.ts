import { setImmediate as turn } from 'node:timers/promises';
import { answerParent } from '../child.js';
import type { BenchServer } from './benchServer.js';
import { rawServer } from './rawServer.js';
import { rxgateServer } from './rxgateServer.js';
import { socketIoServer } from './socketIoServer.js';

/** One server in a process of its own; the parent says what it sends, and asks what that cost. */
const kinds: Readonly<Record<string, () => Promise<BenchServer>>> = {
  ws: rawServer,
  'socket.io': socketIoServer,
  rxgate: rxgateServer,
};
const bar = { symbol: 'SPX', open: 1455.22, high: 1461.39, low: 1397.43, close: 1399.42, volume: 1009000000, date: '2000-01-04' };

const [, , kind = ''] = process.argv;
const { port, ways } = await (kinds[kind] as () => Promise<BenchServer>)();
const wayOf = (name: string): ((data: unknown) => void) => {
  const way = ways[name];
  if (!way) throw new Error(`${kind} has no way "${name}"`);
  return way;
};
let before = process.cpuUsage();

answerParent(port, {
  /** Sends so many messages to all, each in a turn of its own. */
  async broadcast({ way, times }: { readonly way: string; readonly times: number }) {
    const send = wayOf(way);
    before = process.cpuUsage();
    for (let index = 0; index < times; index++) {
      send(bar);
      await turn();
    }
  },
  /** CPU in µs since the broadcast began. */
  usage() {
    const { user, system } = process.cpuUsage(before);
    return user + system;
  },
  /** Sends messages of so many bytes to all, so many per second, each with the time when it was due; gives the largest RSS meanwhile. */
  async flood({ way, messages, rate, bytes }: { way: string; messages: number; rate: number; bytes: number }) {
    const send = wayOf(way);
    const text = 'x'.repeat(bytes);
    const begun = Number(process.hrtime.bigint()) / 1e6;
    let largest = 0;
    for (let index = 0; index < messages; ) {
      const due = Math.floor(((Number(process.hrtime.bigint()) / 1e6 - begun) * rate) / 1000);
      // What is late goes out in portions, so that the sockets are heard meanwhile.
      for (const last = Math.min(messages, due, index + 100); index < last; index++)
        send({ due: begun + (index * 1000) / rate, text });
      largest = Math.max(largest, process.memoryUsage.rss());
      await turn();
    }
    return largest;
  },
  /** Bytes in use when the garbage is gone. */
  async memory() {
    for (let index = 0; index < 3; index++) {
      await turn();
      globalThis.gc?.();
    }
    const { heapUsed, rss } = process.memoryUsage();
    return { heapUsed, rss };
  },
});
