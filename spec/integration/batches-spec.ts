import { expect } from 'chai';
import { firstValueFrom, NEVER, Subject } from 'rxjs';
import { createCounters, createGateway, type GatewayEvent, type SubscriptionRejectedError } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { commands, type Peer, topics } from 'rxgate/server';
import { opened, serving } from '../server/serving.js';
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

  it('the server of rxgate says that it reads them, and answers item by item', async () => {
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
