import { expect } from 'chai';
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { HeartbeatTimeoutError, heartbeat } from 'rxgate';
import { commands, type Peer } from 'rxgate/server';
import type { WebSocket } from 'ws';
import { createCounters } from '../../lib/events/createCounters.js';
import { peerLink } from '../../lib/server/peerLink.js';
import { prepareFrame } from '../../lib/server/prepareFrame.js';
import {
  clientsOf,
  endOf,
  httpServer,
  listeners,
  nextFrame,
  opened,
  resourcesNow,
  serving,
  type Serving,
} from '../server/serving.js';
import { resourcesBackTo } from '../support/activeResources.js';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { eventLog } from '../support/eventLog.js';
import { proxy } from '../support/proxy.js';
import { until } from '../support/until.js';

const rawOf = (client: WebSocket): Socket => (client as unknown as { readonly _socket: Socket })._socket;

/** What a client does that behaves badly. */
type Trouble = (client: WebSocket, peer: Peer) => unknown;

describe('a peer that behaves badly', () => {
  afterEach(cleanUp);

  const troubles: readonly (readonly [string, Trouble])[] = [
    ['resets', (client) => rawOf(client).resetAndDestroy()],
    ['ends its side without a close frame', (client) => rawOf(client).end()],
    ['sends half a frame and goes', (client) => (rawOf(client).write(Buffer.from([0x81, 0xfe, 0x01])), rawOf(client).end())],
    ['sends a frame that is not masked', (client) => rawOf(client).write(Buffer.from([0x81, 1, 0x78]))],
    [
      'says its frame has 2^60 bytes',
      (client) => rawOf(client).write(Buffer.from([0x81, 0xff, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
    ],
    [
      'sends a frame that is too large',
      (client) => {
        client.send('x'.repeat(2_000));
      },
    ],
    ['sends a close frame of one byte', (client) => rawOf(client).write(Buffer.from([0x88, 0x81, 0, 0, 0, 0, 3]))],
    [
      'resets in the middle of what it is sent',
      (client, peer) => {
        peer.send('large', 'x'.repeat(5_000_000));
        rawOf(client).resetAndDestroy();
      },
    ],
  ];
  for (const [what, act] of troubles)
    it(`that ${what} ends alone, and leaves nothing behind`, async () => {
      const server = await httpServer();
      const { peers, client, port } = await serving({ server, maxPayload: 1_000 }, (all) => all.pipe(commands({ one: () => 1 })));
      const good = await opened(client());
      const bystander = await peers.value(({ id }) => id === 1);
      const before = await resourcesNow();
      const bad = client();
      await opened(bad);
      const peer = await peers.value(({ id }) => id === 2);
      act(bad, peer);
      const end = await endOf(peer);
      expect([end.by, end.error?.kind]).to.deep.equal(['them', 'connectionLost']);
      bad.terminate();
      await resourcesBackTo(before);
      good.send('{"id":"1","command":"one"}');
      expect(await nextFrame(good)).to.deep.include({ id: '1', data: 1 });
      expect([bystander.open, peers.ends, port]).to.deep.equal([true, [], server.port]);
    });

  it('that went away without a word is found by the heartbeat, and no other', async () => {
    const { peers, port, client } = await serving({}, (all) => all.pipe(heartbeat({ interval: 30, timeout: 60, mode: 'frame' })));
    const line = await proxy(port);
    await opened(clientsOf(Number(new URL(line.url).port)).client());
    const peer = await peers.value();
    await opened(client());
    const other = await peers.value(({ id }) => id === 2);
    line.stall();
    expect((await endOf(peer)).error).to.be.instanceOf(HeartbeatTimeoutError);
    expect(other.open).to.equal(true);
  });

  describe('and does not read', () => {
    const chunk = 'x'.repeat(65_536);
    const stalled = async (served: Serving): Promise<{ readonly client: WebSocket; readonly peer: Peer }> => {
      const client = await opened(served.client());
      const peer = await served.peers.value(({ id }) => id === 1);
      client.pause();
      return { client, peer };
    };

    for (const [how, write] of [
      ['send', (peer: Peer) => peer.send('chunk', chunk)],
      [
        'frames for many',
        (peer: Peer) =>
          peerLink(peer).write({ kind: 'send', command: 'chunk' }, [prepareFrame(`{"command":"chunk","data":"${chunk}"}`)]),
      ],
    ] as const)
      it(`is dropped by ${how} beyond maxBuffered: end 4408, reported, counted; the others are served`, async () => {
        const events = eventLog();
        const counters = createCounters();
        const maxBuffered = 1_048_576;
        const served = await serving({ maxBuffered, events, counters }, (all) => all.pipe(commands({ one: () => 1 })));
        const { peer } = await stalled(served);
        const good = await opened(served.client());
        let most = 0;
        while (peer.open) {
          write(peer);
          most = Math.max(most, peer.bufferedAmount);
          await new Promise(setImmediate);
        }
        const { error, ...end } = await endOf(peer);
        expect(end).to.deep.equal({ code: 4408, reason: 'maxBuffered', wasClean: false, by: 'us' });
        expect(error).to.include({ kind: 'connectionLost', code: 4408 });
        expect(most).to.be.at.most(maxBuffered + chunk.length + 100);
        expect(counters.drops.maxBuffered).to.equal(1);
        expect(events.of('rejected')).to.deep.equal([{ type: 'rejected', session: 1, code: 4408, reason: 'maxBuffered' }]);
        good.send('{"id":"1","command":"one"}');
        expect(await nextFrame(good)).to.deep.include({ data: 1 });
      });

    it('is dropped in the middle of a turn that writes without end', async () => {
      const served = await serving({ maxBuffered: 1_048_576 });
      const { peer } = await stalled(served);
      let written = 0;
      while (peer.open) {
        peer.send('chunk', chunk);
        written += chunk.length;
      }
      // What the network took by itself is not ours to bound.
      expect(written).to.be.below(64 * 1_048_576);
      expect((await endOf(peer)).code).to.equal(4408);
    });
  });

  it('gets frames that were prepared for many in their order among others', async () => {
    for (const perMessageDeflate of [false, { threshold: 0 }]) {
      const { client, peers } = await serving({ perMessageDeflate });
      const socket = await opened(client());
      const peer = await peers.value();
      const received: string[] = [];
      socket.on('message', (data: Buffer) => received.push((JSON.parse(data.toString()) as { command: string }).command));
      for (let number = 0; number < 50; number++)
        if (number % 2) peer.send(`c${number}`);
        else peerLink(peer).write({ kind: 'send', command: 'c' }, [prepareFrame(`{"command":"c${number}"}`)]);
      await until(() => received.length === 50);
      expect(received).to.deep.equal(Array.from({ length: 50 }, (_none, number) => `c${number}`));
    }
  });

  it('that vanishes in mid-upgrade, many times over, leaves no listener and no handle', async () => {
    const server = await httpServer();
    const ours = listeners(server);
    const before = await resourcesNow();
    const { peers, port } = await serving({
      server,
      authenticate: () => new Promise(() => undefined),
      authenticateTimeout: 60_000,
    });
    const request = `GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${'A'.repeat(22)}==\r\n\r\n`;
    await Promise.all(
      Array.from({ length: 200 }, async (_none, index) => {
        const socket = connectTcp(port, '127.0.0.1');
        socket.on('error', () => undefined);
        atTestEnd(() => socket.destroy());
        await once(socket, 'connect');
        const closed = once(socket, 'close');
        // At each stage: nothing said, half a request, a whole one.
        socket.write(request.slice(0, [0, 40, request.length][index % 3]), () => {
          if (index % 2) socket.resetAndDestroy();
          else socket.destroy();
        });
        await closed;
      }),
    );
    await resourcesBackTo(before);
    peers.subscription.unsubscribe();
    expect(listeners(server)).to.deep.equal(ours);
    expect(peers.values).to.deep.equal([]);
  });
});
