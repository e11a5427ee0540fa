import { expect } from 'chai';
import type { GatewayEvent } from 'rxgate';
import { commands, createServerCounters, type Peer, slowConsumers, topics } from 'rxgate/server';
import { opened, serving } from '../server/serving.js';
import { cleanUp } from '../support/atTestEnd.js';
import { until } from '../support/until.js';

describe('the pace of streams, over real sockets', () => {
  afterEach(cleanUp);

  const size = 65_536;
  const page = 'x'.repeat(size);

  it('S9: 300 streams of 64 KiB at once to one client that reads: none is cut, and little is held', async function () {
    this.timeout(60_000);
    const counters = createServerCounters();
    let largest = 0;
    let asked = 0;
    let answer = (): void => undefined;
    const all = new Promise<void>((resolve) => (answer = resolve));
    const { client, peers } = await serving({ counters }, (source) =>
      source.pipe(
        commands<Peer>({
          pages: async function* () {
            // As from a database: all of them answer late, and together.
            if (++asked === 300) answer();
            await all;
            yield page;
          },
        }),
      ),
    );
    const socket = await opened(client());
    const seen = { pages: 0, ends: 0, errors: 0 };
    socket.on('message', (data: Buffer) => {
      const text = data.toString();
      if (text.startsWith('{"type":"ERROR"')) seen.errors++;
      else if (text.length > size) seen.pages++;
      else seen.ends++;
      largest = Math.max(largest, peers.values[0]?.buffered ?? 0);
    });
    for (let id = 0; id < 300; id++) socket.send(JSON.stringify({ id: `${id}`, command: 'pages', stream: true }));
    await until(() => seen.ends + seen.errors === 300);
    expect(seen).to.deep.equal({ pages: 300, ends: 300, errors: 0 });
    expect(counters.drops.slowConsumer).to.equal(0);
    // 64 KiB, and what one wrote who saw less.
    expect(largest).to.be.below(3 * size);
  });

  for (const way of ['stream', 'topic'] as const)
    it(`S9: a client that stops reading a ${way} which waits for it is closed with 4408 after maxStalled, and one that reads is not`, async () => {
      async function* pages() {
        for (;;) yield page;
      }
      const rejected: unknown[] = [];
      const events = {
        next: (event: GatewayEvent) => event.type === 'rejected' && rejected.push([event.session, event.code, event.reason]),
      };
      const { client, peers } = await serving({ events }, (source) =>
        source.pipe(slowConsumers({ policy: 'pause', maxStalled: 1_500 }), commands<Peer>({ pages }), topics<Peer>({ pages })),
      );
      const ask = way === 'stream' ? { id: '1', command: 'pages', stream: true } : { type: 'SUBSCRIBE', id: '1', topic: 'pages' };
      const reading = await opened(client());
      let frames = 0;
      reading.on('message', () => {
        frames++;
        // Slowly, but steadily.
        reading.pause();
        setTimeout(() => reading.resume(), 10);
      });
      const stalled = await opened(client());
      stalled.pause();
      // Only one of them listens to the topic: else it would go on for the other.
      stalled.send(JSON.stringify(ask));
      if (way === 'stream') reading.send(JSON.stringify(ask));
      await until(() => rejected.length > 0);
      expect(rejected).to.deep.equal([[peers.values[1]!.id, 4408, 'slowConsumer']]);
      if (way === 'topic') reading.send(JSON.stringify(ask));
      await until(() => frames > 60);
      expect(rejected).to.have.length(1);
    });
});
