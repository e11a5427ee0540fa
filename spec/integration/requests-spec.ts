import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { firstValueFrom, type Observable, take, toArray } from 'rxjs';
import {
  ConnectionLostError,
  createGateway,
  type Gateway,
  MalformedMessageError,
  notifications,
  RequestFailedError,
  RequestTimeoutError,
} from 'rxgate';
import { commandNotify, type Protocol } from 'rxgate/protocols';
import { WebSocket, WebSocketServer } from 'ws';
import { activeResources, resourcesBackTo } from '../support/activeResources.js';
import { gatewayTo, nameOf, namesOf, openNativeGateway } from '../support/nativeGateway.js';

const barrier = (gateway: Gateway): Promise<unknown> => firstValueFrom(gateway.request('echo'));

const failureOf = (observable: Observable<unknown>): Promise<unknown> =>
  firstValueFrom(observable).then(
    (value) => expect.fail(`no error, but ${String(value)}`),
    (error: unknown) => error,
  );

describe('requests and sends over a real socket', () => {
  it('P18: a bad frame between two good ones is one event; both good ones arrive, on the same socket', async () => {
    await using server = await openNativeGateway();
    await using gateway = gatewayTo(server);
    const heard: unknown[] = [];
    const malformed: Error[] = [];
    gateway.events.subscribe((event) => event.type === 'malformed' && malformed.push(event.error));
    gateway.topic('a').subscribe((value) => heard.push(value));
    const connection = await server.connection(0);
    await server.until(() => connection.topics.size === 1);
    connection.notify('a', 1);
    connection.send('{"type":"NOTIFY","topic":"a","data":tok3n');
    connection.notify('a', 2);
    await barrier(gateway);
    expect(heard).to.deep.equal([1, 2]);
    expect(malformed).to.have.length(1);
    expect(malformed[0]).to.be.instanceOf(MalformedMessageError).and.include({ direction: 'in' });
    expect(malformed[0]?.message).not.to.contain('tok3n');
    expect(server.connections).to.have.length(1);
    expect((await firstValueFrom(gateway.metrics)).drops.malformed).to.equal(1);
  });

  it('P19: what cannot be encoded fails its sender with the original cause, and nobody else', async () => {
    await using server = await openNativeGateway();
    await using gateway = gatewayTo(server);
    const heard: unknown[] = [];
    gateway.topic('a').subscribe({ next: (value) => heard.push(value), error: () => heard.push('error') });
    const session = await firstValueFrom(gateway.session);
    const pending = firstValueFrom(gateway.request('echo', 'sibling'));
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const mine = new TypeError('mine');
    const throws = {
      toJSON: () => {
        throw mine;
      },
    };
    for (const bad of [{ a: 1n }, circular, () => 1, throws]) {
      for (const sending of [gateway.send('note', bad), gateway.request('note', bad)]) {
        const error = (await failureOf(sending)) as MalformedMessageError;
        expect(error).to.be.instanceOf(MalformedMessageError).and.include({ direction: 'out' });
        expect(error.cause).to.be.instanceOf(TypeError);
        if (bad === throws) expect(error.cause).to.equal(mine);
      }
      expect(() => session.send('note', bad)).to.throw(MalformedMessageError);
    }
    expect(await pending).to.equal('sibling');
    const [connection] = server.connections;
    connection?.notify('a', 1);
    await barrier(gateway);
    expect(heard).to.deep.equal([1]);
    expect(server.connections).to.have.length(1);
    expect(namesOf(connection)).to.deep.equal(['SUBSCRIBE a', 'echo', 'echo']);
    expect((await firstValueFrom(gateway.metrics)).pending).to.equal(0);
  });

  it('P19: what waited for a session and cannot be encoded fails alone when its turn comes', async () => {
    await using server = await openNativeGateway();
    await using gateway = gatewayTo(server);
    const before = firstValueFrom(gateway.request('echo', 1));
    const bad = failureOf(gateway.request('echo', { a: 1n }));
    const badSend = failureOf(gateway.send('note', { a: 1n }));
    const after = firstValueFrom(gateway.request('echo', 2));
    expect(await Promise.all([before, after])).to.deep.equal([1, 2]);
    for (const error of [await bad, await badSend]) expect(error).to.be.instanceOf(MalformedMessageError);
    expect(server.connections).to.have.length(1);
  });

  it('P33: a lost connection fails all three requests in flight in one turn, and leaves no timer', async () => {
    await using server = await openNativeGateway();
    const before = activeResources();
    {
      await using gateway = gatewayTo(server);
      gateway.session.subscribe();
      await barrier(gateway);
      const [connection] = server.connections;
      const errors: unknown[] = [];
      const turns: number[] = [];
      let turn = 0;
      const count = (): void => {
        turn++;
        if (turn < 1_000 && errors.length < 3) setImmediate(count);
      };
      for (let index = 0; index < 3; index++)
        gateway.request('silent', index).subscribe({
          error: (error: unknown) => {
            errors.push(error);
            turns.push(turn);
          },
        });
      await server.until(() => connection?.frames.length === 4);
      count();
      const lost = failureOf(gateway.request('silent', 3));
      connection?.vanish();
      expect(await lost)
        .to.be.instanceOf(ConnectionLostError)
        .and.include({ code: 1006 });
      expect(errors).to.have.length(3);
      for (const error of errors) expect(error).to.be.instanceOf(ConnectionLostError);
      expect(new Set(turns).size).to.equal(1);
      // Not sent again on the next connection.
      await barrier(gateway);
      expect(namesOf(server.connections[1])).to.deep.equal(['echo']);
      expect((await firstValueFrom(gateway.metrics)).pending).to.equal(0);
    }
    await server.until(() => server.live.length === 0);
    await resourcesBackTo(before);
  });

  it('P33: late, second and unknown replies are counted and dropped', async () => {
    let late: (() => void) | undefined;
    await using server = await openNativeGateway({
      commands: {
        slow: ({ id }, connection) => {
          late = () => {
            connection.reply(id, 'late');
            connection.reply(id, 'again');
          };
        },
        twice: ({ id }, connection) => {
          connection.reply(id, 1);
          connection.reply(id, 2);
          connection.reply('12345', 3);
        },
      },
    });
    await using gateway = gatewayTo(server);
    gateway.session.subscribe();
    expect(await failureOf(gateway.request('slow', undefined, { timeout: 20 }))).to.be.instanceOf(RequestTimeoutError);
    late?.();
    expect(await firstValueFrom(gateway.request('twice').pipe(toArray()))).to.deep.equal([1]);
    await barrier(gateway);
    const [connection] = server.connections;
    expect(connection?.frames.map(nameOf)).to.deep.equal(['slow', 'CANCEL', 'twice', 'echo']);
    expect((await firstValueFrom(gateway.metrics)).drops.unmatchedReply).to.equal(4);
  });

  it('P33: an idempotent request is sent again on the next connection, with its key and a new id', async () => {
    await using server = await openNativeGateway({
      commands: {
        place: (_frame, connection) => {
          if (server.connections.length > 1) return 'placed';
          connection.vanish();
          return undefined;
        },
      },
    });
    await using gateway = gatewayTo(server);
    const once = failureOf(gateway.request('place', 1));
    const again = firstValueFrom(gateway.request('place', 2, { idempotent: true }));
    const mine = firstValueFrom(gateway.request('place', 3, { idempotent: 'my-key' }));
    expect(await once).to.be.instanceOf(ConnectionLostError);
    expect(await Promise.all([again, mine])).to.deep.equal(['placed', 'placed']);
    const [first, second] = server.connections;
    const keys = second?.frames.map(({ key }) => key) ?? [];
    expect(second?.frames.map(({ data }) => data)).to.deep.equal([2, 3]);
    expect(keys[0]).to.be.a('string').with.length.greaterThan(8);
    expect(keys[1]).to.equal('my-key');
    expect(first?.frames.map(({ key }) => key)).to.deep.equal([undefined, ...keys].slice(0, first?.frames.length));
  });

  it('P33: a request is cold, and unsubscribing cancels it on the wire', async () => {
    await using server = await openNativeGateway();
    await using gateway = gatewayTo(server);
    gateway.session.subscribe();
    await barrier(gateway);
    const cold = gateway.request('silent', 'x');
    const [connection] = server.connections;
    await barrier(gateway);
    expect(namesOf(connection)).to.deep.equal(['echo', 'echo']);
    const subscription = cold.subscribe();
    subscription.unsubscribe();
    await barrier(gateway);
    expect(namesOf(connection)).to.deep.equal(['echo', 'echo', 'silent', 'CANCEL', 'echo']);
    expect(connection?.frames[3]?.id).to.equal(connection?.frames[2]?.id);
  });

  it('P34: one request that times out leaves the others, and the socket, alone', async () => {
    const held: (() => void)[] = [];
    await using server = await openNativeGateway({
      commands: {
        held: ({ id, data }, connection) => {
          held.push(() => {
            connection.reply(id, data);
          });
        },
      },
    });
    await using gateway = gatewayTo(server);
    // Its time counts from its subscription: where connecting takes longer, it would never be sent.
    gateway.session.subscribe();
    await firstValueFrom(gateway.session);
    const first = firstValueFrom(gateway.request('held', 1));
    const impatient = failureOf(gateway.request('held', 2, { timeout: 20 }));
    const third = firstValueFrom(gateway.request('held', 3));
    expect(await impatient)
      .to.be.instanceOf(RequestTimeoutError)
      .and.include({ command: 'held', timeout: 20 });
    await server.until(() => held.length === 3);
    for (const answer of held) answer();
    expect(await Promise.all([first, third])).to.deep.equal([1, 3]);
    expect(server.connections).to.have.length(1);
  });

  it('takes a reply that came while the event loop was blocked, though its time is over by then', async () => {
    await using server = await openNativeGateway({
      commands: {
        slow: ({ id, data }, connection) => {
          connection.reply(id, data);
          const end = Date.now() + 700;
          while (Date.now() < end);
        },
      },
    });
    await using gateway = gatewayTo(server);
    gateway.session.subscribe();
    await firstValueFrom(gateway.session);
    expect(await firstValueFrom(gateway.request('slow', 7, { timeout: 600 }))).to.equal(7);
  });

  it('streams replies until the last, and cancels a stream that is left early', async () => {
    await using server = await openNativeGateway({
      commands: {
        count: ({ id, data }, connection) => {
          for (let value = 1; value <= Number(data); value++) connection.reply(id, value, true);
          connection.reply(id);
        },
        endless: ({ id }, connection) => {
          connection.reply(id, 1, true);
        },
        broken: ({ id }, connection) => {
          connection.reply(id, 1, true);
          connection.fail(id, 'BROKE', { at: 2 });
        },
      },
    });
    await using gateway = gatewayTo(server);
    gateway.session.subscribe();
    expect(await firstValueFrom(gateway.request('count', 3, { stream: true }).pipe(toArray()))).to.deep.equal([1, 2, 3]);
    expect(await firstValueFrom(gateway.request('endless', 0, { stream: true }))).to.equal(1);
    const values: unknown[] = [];
    const error = await new Promise((resolve) =>
      gateway.request('broken', 0, { stream: true }).subscribe({ next: (value) => values.push(value), error: resolve }),
    );
    expect(values).to.deep.equal([1]);
    expect(error).to.be.instanceOf(RequestFailedError).and.include({ command: 'broken', code: 'BROKE' });
    expect(namesOf(server.connections[0])).to.deep.equal(['count', 'endless', 'CANCEL', 'broken']);
  });

  it('P35: a notification costs as many looks at its topic with 500 topics as with one', async () => {
    const looks: number[] = [];
    for (const count of [1, 500]) {
      let looked = 0;
      let delivered = 0;
      const native = commandNotify();
      const protocol: Protocol = {
        ...native,
        client: () => {
          const codec = native.client();
          return {
            encode: codec.encode,
            decode: (frame) => {
              const message = codec.decode(frame);
              if (!('kind' in message) || message.kind !== 'notification') return message;
              const { kind, topic, data } = message;
              return {
                kind,
                data,
                get topic() {
                  looked++;
                  return topic;
                },
              };
            },
          };
        },
      };
      await using server = await openNativeGateway();
      await using gateway = gatewayTo(server, { protocol });
      for (let index = 0; index < count; index++) gateway.topic(`topic ${index}`).subscribe(() => delivered++);
      const connection = await server.connection(0);
      await server.until(() => connection.topics.size === count);
      await barrier(gateway);
      for (let round = 0; round < 100; round++) connection.notify(`topic ${round % count}`, round);
      await barrier(gateway);
      expect(delivered).to.equal(100);
      looks.push(looked);
    }
    expect(looks[1]).to.equal(looks[0]);
    expect(looks[0]).to.be.at.least(100);
  });

  it('P41: a binary protocol gets the bytes as they came, from the first frame right behind the 101', async () => {
    const decoded: unknown[] = [];
    const text = new TextDecoder();
    /** Every frame: a byte for its kind, one for its id, and the payload. */
    const protocol: Protocol = {
      name: 'bytes',
      client: () => ({
        encode: (message) =>
          message.kind === 'request'
            ? Uint8Array.of(1, Number(message.id), ...(message.data as Uint8Array))
            : message.kind === 'subscribe'
              ? Uint8Array.of(2, Number(message.id))
              : undefined,
        decode: (frame) => {
          decoded.push(frame);
          if (typeof frame === 'string') return { kind: 'other', body: frame };
          const [kind = 0, id = 0] = frame;
          const data = frame.subarray(2);
          return kind === 1 ? { kind: 'reply', id, data, last: true } : { kind: 'notification', topic: text.decode(data), data };
        },
      }),
    };
    const binaryTypes: string[] = [];
    const binary = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await using _server = { [Symbol.asyncDispose]: async () => promisify(binary.close.bind(binary))() };
    await once(binary, 'listening');
    binary.on('headers', (_headers, request) => {
      // The 101 and the first frames leave in one packet.
      request.socket.cork();
      setImmediate(() => {
        request.socket.uncork();
      });
    });
    binary.on('connection', (socket) => {
      socket.send(Uint8Array.of(3, 0, 0x61, 0x00, 0xff));
      socket.on('message', (frame: Buffer, isBinary) => {
        socket.send(frame, { binary: isBinary });
      });
    });
    await using gateway = createGateway({
      url: `ws://127.0.0.1:${(binary.address() as AddressInfo).port}`,
      protocol,
      heartbeat: false,
      webSocketFactory: (url) => {
        const socket = new WebSocket(url);
        socket.addEventListener('open', () => binaryTypes.push(socket.binaryType));
        return socket;
      },
    });
    const first = firstValueFrom(gateway.session.pipe(notifications(), take(1)));
    const payload = Uint8Array.from({ length: 256 }, (_, index) => index);
    expect(await firstValueFrom(gateway.request<Uint8Array>('any', payload))).to.deep.equal(payload);
    expect((await first).data).to.deep.equal(Uint8Array.of(0x61, 0x00, 0xff));
    // Set before the first frame can come: a browser would hand out blobs.
    expect(binaryTypes).to.deep.equal(['arraybuffer']);
    expect(decoded).to.have.length(2);
    for (const frame of decoded) expect(frame).to.be.instanceOf(Uint8Array);
  });
});
