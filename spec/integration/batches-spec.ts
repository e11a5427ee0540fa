import { expect } from 'chai';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { firstValueFrom, NEVER, Subject } from 'rxjs';
import { createCounters, createGateway, type GatewayEvent, type SubscriptionRejectedError } from 'rxgate';
import { commandNotify, type Protocol } from 'rxgate/protocols';
import { commands, type Peer, topics } from 'rxgate/server';
import { closeOf, endOf, opened, serving } from '../server/serving.js';
import { cleanUp } from '../support/atTestEnd.js';
import { gatewayTo, openNativeGateway } from '../support/nativeGateway.js';
import { until } from '../support/until.js';

describe('batches of the native protocol over a real socket', () => {
  const count = 600;
  const names = Array.from({ length: count }, (_, index) => `bars:${index}`);

  afterEach(cleanUp);

  /** A client of so many topics whose connection was cut once. On the second one `refused` is not granted. */
  const resumed = async (announces: boolean, refused?: string) => {
    const server = await openNativeGateway({
      commands: {
        login: ({ id }, connection) => {
          connection.send({ type: 'RESPONSE', id, data: {}, ...(announces && { batches: true }) });
        },
      },
      subscribe: ({ id, topic }, connection, acknowledge) => {
        if (topic === refused && server.connections.length > 1) connection.send({ type: 'NACK', id, code: 'FORBIDDEN' });
        else acknowledge();
      },
    });
    const gateway = gatewayTo(server, { authenticate: (session) => session.request('login') });
    const heard = new Map(names.map((name) => [name, [] as unknown[]]));
    for (const [name, list] of heard)
      gateway.topic(name).subscribe({
        next: (data) => list.push(data),
        error: (error: unknown) => list.push((error as SubscriptionRejectedError).code),
      });
    const first = await server.connection(0);
    await server.until(() => first.topics.size === count);
    first.vanish();
    const second = await server.connection(1);
    await server.until(() => second.frames.length > count);
    for (const name of second.topics.values()) second.notify(name, 1);
    // Its reply comes after them.
    await firstValueFrom(gateway.request('echo'));
    return {
      ...{ second, heard },
      [Symbol.asyncDispose]: async () => {
        await gateway.close();
        await server[Symbol.asyncDispose]();
      },
    };
  };

  it('a gateway that reads them gets the topics of a new session in few frames, in order, and confirms each by itself', async () => {
    await using scene = await resumed(true);
    const { sizes, frames } = scene.second;
    // The login, the batches, the request.
    expect([sizes[0], sizes.at(-1)]).to.deep.equal([1, 1]);
    expect(sizes.length).to.be.within(4, 6);
    expect(frames.slice(1, -1).map(({ type, topic }) => `${type} ${topic}`)).to.deep.equal(
      names.map((name) => `SUBSCRIBE ${name}`),
    );
    expect(new Set(frames.map(({ id }) => id)).size).to.equal(count + 2);
    expect([...scene.heard.values()].filter((list) => list.join() !== '1')).to.deep.equal([]);
  });

  it('one that did not say so gets each by itself', async () => {
    await using scene = await resumed(false);
    expect(scene.second.sizes).to.deep.equal(Array.from({ length: count + 2 }, () => 1));
    expect([...scene.heard.values()].filter((list) => list.join() !== '1')).to.deep.equal([]);
  });

  it('a refusal is of one topic of a batch, and the others go on', async () => {
    await using scene = await resumed(true, 'bars:7');
    expect(scene.second.sizes.length).to.be.within(4, 6);
    expect([...scene.heard].filter(([, list]) => list.join() !== '1')).to.deep.equal([['bars:7', ['FORBIDDEN']]]);
  });

  it('a server of rxgate that takes small frames only is not sent them, and its clients resume', async () => {
    const resumed = async (maxPayload: number) => {
      const { peers, url } = await serving({ maxPayload }, (source) =>
        source.pipe(commands<Peer>({ login: () => 'welcome' }), topics<Peer>({ 'bars:{symbol}': () => NEVER })),
      );
      const counters = createCounters();
      const events = new Subject<GatewayEvent>();
      const confirmed = new Set<string>();
      const sent: string[] = [];
      let ends = 0;
      events.subscribe((event) => {
        if (event.type === 'subscribed') confirmed.add(event.topic);
        if (event.type === 'sent') sent.push(event.kind);
        if (event.type === 'ended') ends++;
      });
      const gateway = createGateway({
        ...{ url: url(), protocol: commandNotify(), heartbeat: false, counters, events },
        retry: { initialDelay: 2, maxDelay: 5 },
        authenticate: (session) => session.request('login'),
      });
      for (const name of names) gateway.topic(name).subscribe();
      await until(() => confirmed.size === count);
      confirmed.clear();
      sent.length = 0;
      const { messagesOut } = counters;
      peers.values.at(-1)?.close(4000);
      await until(() => confirmed.size === count);
      await gateway.close();
      return { ends, sent, messagesOut: counters.messagesOut - messagesOut };
    };
    for (const maxPayload of [8_192, 1_048_576]) {
      const { ends, sent, messagesOut } = await resumed(maxPayload);
      expect(sent, `${maxPayload}`).to.deep.equal(['request', ...names.map(() => 'subscribe')]);
      expect([ends, messagesOut]).to.deep.equal([2, count + 1]);
    }
  });

  describe('of requests', () => {
    /** How many items each WebSocket message had that a client got, beside the session of that client. */
    const asking = async (maxPayload = 1_048_576, clientMaxPayload?: number) => {
      const { url, peers } = await serving({ maxPayload }, (source) =>
        source.pipe(
          commands<Peer>({ login: () => 'welcome', echo: (data) => data, later: async (data) => Promise.resolve(data) }),
        ),
      );
      const sizes = { in: [] as number[], out: [] as number[] };
      const counting = (protocol: Protocol): Protocol => ({
        ...protocol,
        client: (...given) => {
          const codec = protocol.client(...given);
          return {
            ...codec,
            decode: (frame) => {
              const read = codec.decode(frame);
              sizes.in.push('length' in read ? read.length : 1);
              return read;
            },
            get join() {
              return (
                codec.join &&
                ((frames: readonly string[]) => {
                  sizes.out.push(frames.length);
                  return codec.join?.(frames) ?? '';
                })
              );
            },
          };
        },
      });
      const gateway = createGateway({
        ...{ url: url(), protocol: counting(commandNotify()), heartbeat: false },
        ...(clientMaxPayload !== undefined && { socketOptions: { maxPayload: clientMaxPayload } }),
        authenticate: (session) => session.request('login'),
      });
      gateway.session.subscribe();
      await firstValueFrom(gateway.session);
      const ask = async (count: number, command = 'echo'): Promise<unknown[]> =>
        Promise.all(Array.from({ length: count }, (_, index) => firstValueFrom(gateway.request(command, index))));
      return {
        gateway,
        ask,
        sizes,
        peers,
        [Symbol.asyncDispose]: async () => {
          await gateway.close();
        },
      };
    };
    const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

    for (const command of ['echo', 'later'])
      it(`that one turn asks leave as few frames, and are answered in few: ${command}`, async () => {
        await using scene = await asking();
        // The first says to the server that its answers may come so.
        expect(await scene.ask(1, command)).to.deep.equal([0]);
        scene.sizes.in.length = 0;
        expect(await scene.ask(500, command)).to.deep.equal(upTo(500));
        // The first of the turn left at once.
        expect(scene.sizes.out.reduce((sum, size) => sum + size, 0)).to.equal(499);
        expect(scene.sizes.out.length).to.be.within(2, 4);
        expect(scene.sizes.in.reduce((sum, size) => sum + size, 0)).to.equal(500);
        expect(scene.sizes.in.length).to.be.within(2, 6);
      });

    it('that are alone in their turn leave with it, as they are', async () => {
      await using scene = await asking();
      for (const index of upTo(5)) expect(await scene.ask(1)).to.deep.equal([0], `${index}`);
      expect(scene.sizes).to.deep.equal({ in: [1, 1, 1, 1, 1, 1], out: [] });
    });

    it('are answered one by one to a client that takes small frames only', async () => {
      await using scene = await asking(1_048_576, 16_384);
      for (const count of [1, 500]) expect(await scene.ask(count)).to.deep.equal(upTo(count));
      expect(scene.sizes.in).to.deep.equal(upTo(502).map(() => 1));
      expect(scene.sizes.out.length).to.be.within(2, 4);
      expect(scene.peers.values.length).to.equal(1);
    });

    it('and of a server that takes small frames only are asked one by one', async () => {
      await using scene = await asking(16_384);
      for (const count of [1, 500]) expect(await scene.ask(count)).to.deep.equal(upTo(count));
      expect(scene.sizes).to.deep.equal({ in: upTo(502).map(() => 1), out: [] });
    });

    it('and what is sent reach the server before the close of their turn, in order', async () => {
      await using scene = await asking();
      await scene.ask(1);
      const [peer] = scene.peers.values;
      const heard: unknown[] = [];
      peer?.messages.subscribe((message) => heard.push('data' in message ? message.data : message.kind));
      const session = await firstValueFrom(scene.gateway.session);
      for (const index of upTo(100)) session.send('note', index);
      session.close();
      await until(() => peer?.open === false);
      expect(heard).to.deep.equal(upTo(100));
    });

    it('are answered before a close of the client that came in the same turn', async () => {
      const { client } = await serving({}, (source) => source.pipe(commands<Peer>({ echo: (data) => data })));
      const socket = await opened(client());
      const frames: string[] = [];
      socket.on('message', (data: Buffer) => frames.push(String(data)));
      socket.send('{"id":"1","command":"echo","batches":true}');
      await until(() => frames.length === 1);
      const { _socket: stream } = socket as unknown as { readonly _socket: Socket };
      stream.cork();
      for (const id of [2, 3, 4]) socket.send(`{"id":"${id}","command":"echo"}`);
      socket.close(4000);
      stream.uncork();
      expect(await closeOf(socket)).to.equal(4000);
      expect(frames.slice(1)).to.deep.equal([
        ...['{"type":"RESPONSE","id":"2"}', '[{"type":"RESPONSE","id":"3"},{"type":"RESPONSE","id":"4"}]'],
      ]);
    });

    it('are not kept for a client that reads nothing, where one answer is more than may be', async () => {
      const { client, peers } = await serving({ maxBuffered: 100_000 }, (source) =>
        source.pipe(commands<Peer>({ echo: (data) => data, large: () => 'x'.repeat(30_000_000) })),
      );
      const socket = await opened(client());
      socket.send('{"id":"1","command":"echo","batches":true}');
      await once(socket, 'message');
      socket.pause();
      // The first answer of a turn goes by itself.
      socket.send('[{"id":"2","command":"echo"},{"id":"3","command":"large"}]');
      const [peer] = peers.values;
      if (!peer) throw new Error('There is no peer');
      expect(await endOf(peer)).to.include({ code: 4408, reason: 'maxBuffered' });
    });

    it('in a flood that never leaves its turn reach the server meanwhile, whole and in order', async () => {
      await using scene = await asking();
      await scene.ask(1);
      const heard: unknown[] = [];
      scene.peers.values[0]?.messages.subscribe((message) => 'data' in message && heard.push(message.data));
      const session = await firstValueFrom(scene.gateway.session);
      for (const index of upTo(20_000)) session.send('note', index);
      // What waits for the end of the turn is less than one batch.
      expect(scene.sizes.out.reduce((sum, size) => sum + size, 0)).to.be.within(19_000, 20_000);
      await scene.ask(1);
      expect(heard.slice(0, -1)).to.deep.equal(upTo(20_000));
    });
  });

  it('the server of rxgate says that it reads them, and answers one by one who does not say the same', async () => {
    const { client } = await serving({}, (source) =>
      source.pipe(commands<Peer>({ echo: (data) => data }), topics<Peer>({ 'bars:{symbol}': () => NEVER })),
    );
    const socket = await opened(client());
    const frames: string[] = [];
    socket.on('message', (data: Buffer) => frames.push(String(data)));
    socket.send(
      '[{"id":"1","command":"echo","data":1},7,{"type":"SUBSCRIBE","id":"2","topic":"bars:SPX"},{"id":"3","command":"echo"}]',
    );
    await until(() => frames.length === 4);
    expect(frames.map((frame) => frame.replace(/,"position".*\}\}/, '}'))).to.have.members([
      '{"type":"RESPONSE","id":"1","data":1,"batches":true}',
      '{"type":"ERROR","code":"MALFORMED","error":"A frame is not a JSON object"}',
      '{"type":"ACK","id":"2","topic":"bars:SPX"}',
      '{"type":"RESPONSE","id":"3"}',
    ]);
  });
});
