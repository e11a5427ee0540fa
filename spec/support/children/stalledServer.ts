// A server whose rooms are flooded when it is told so; it says its port, and its largest RSS meanwhile. `bound`: with slowConsumers.
import { setImmediate as turn } from 'node:timers/promises';
import { commandNotify } from 'rxgate/protocols';
import { broadcast, createRooms, serve, slowConsumers } from 'rxgate/server';

const rooms = createRooms();
const tell = (said: object): void => {
  process.send?.(said);
};
const now = (): number => Number(process.hrtime.bigint()) / 1e6;

serve({
  ...{ host: '127.0.0.1', port: 0, protocol: commandNotify(), maxBuffered: Number.MAX_SAFE_INTEGER },
  listening: ({ port }) => tell({ port }),
})
  .pipe(slowConsumers(process.argv[2] === 'bound' ? { maxStalled: Infinity } : { highWater: 2 ** 40 }), rooms.track())
  // The path says the room.
  .subscribe((peer) => rooms.join(peer, peer.opened.url.slice(1)));

const rate = 10_000;
const text = 'x'.repeat(4_096);

async function flood(room: string, messages: number): Promise<void> {
  const begun = now();
  let largest = 0;
  for (let index = 0; index < messages; ) {
    // What is late goes out in portions, so that the sockets are heard meanwhile.
    for (const last = Math.min(messages, index + 50, ((now() - begun) * rate) / 1_000); index < last; index++)
      broadcast(rooms.toRoom(room), 'bar', { due: begun + (index * 1_000) / rate, text });
    largest = Math.max(largest, process.memoryUsage.rss());
    await turn();
  }
  broadcast(rooms.toRoom(room), 'end');
  tell({ rss: largest });
}

process.on('message', (order: string) => {
  const [room = '', messages = ''] = order.split(' ');
  void flood(room, Number(messages));
});
