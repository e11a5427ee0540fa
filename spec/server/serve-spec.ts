import { expect } from 'chai';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import { connect as connectTcp, type Socket } from 'node:net';
import { firstValueFrom, mergeMap, NEVER, ReplaySubject, take, tap, toArray } from 'rxjs';
import { connect, createCounters, GatewayClosedError, heartbeat, RequestFailedError, shareSession } from 'rxgate';
import { commandNotify, type Frame, type Protocol } from 'rxgate/protocols';
import { commands, type Peer, serve, type ServeOptions, topics } from 'rxgate/server';
import sinon from 'sinon';
import { WebSocket } from 'ws';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { resourcesBackTo } from '../support/activeResources.js';
import { eventLog } from '../support/eventLog.js';
import { recorded } from '../support/recorded.js';
import { until } from '../support/until.js';
import { closeOf, endOf, httpServer, listeners, nextFrame, opened, resourcesNow, serving } from './serving.js';

const protocol = commandNotify();
const local = { host: '127.0.0.1', protocol };

describe('serve', () => {
  afterEach(cleanUp);

  describe('a connection', () => {
    it('is emitted as a peer with address, headers, path and a number of its own', async () => {
      const { peers, client } = await serving();
      await opened(client('/ws?token=secret'));
      await opened(client());
      const [first, second] = [await peers.value(({ id }) => id === 1), await peers.value(({ id }) => id === 2)];
      expect(first.address).to.match(/^127\.0\.0\.1:\d+$/);
      expect(first.headers).to.include({ upgrade: 'websocket' });
      expect(first.opened).to.deep.equal({ url: '/ws', subprotocol: '' });
      expect(first.open).to.equal(true);
      expect(second.address).to.not.equal(first.address);
    });

    it('loses none of the frames that came with the upgrade', async () => {
      const { port } = await serving({}, (peers) => peers.pipe(commands({ add: ([a, b]: [number, number]) => a + b })));
      const request = Buffer.from('{"id":"1","command":"add","data":[1,2]}');
      const mask = Buffer.alloc(4);
      const upgrade = ['GET / HTTP/1.1', 'Host: x', 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'];
      const socket = connectTcp(port, '127.0.0.1');
      atTestEnd(() => socket.destroy());
      // One packet: the server reads the request with the upgrade.
      socket.write(
        Buffer.concat([
          Buffer.from([...upgrade, `Sec-WebSocket-Key: ${'A'.repeat(22)}==`, '', ''].join('\r\n')),
          Buffer.from([0x81, 0x80 | request.length]),
          mask,
          request,
        ]),
      );
      let received = '';
      for await (const data of socket) {
        received += String(data);
        if (received.includes('RESPONSE')) break;
      }
      expect(received).to.include('{"type":"RESPONSE","id":"1","data":3,"batches":true}');
    });

    it('gets what is sent in one turn in order: the first at once, and the others in one write', async () => {
      const server = await httpServer();
      const { peers, client } = await serving({ server });
      const accepted = once(server, 'connection') as Promise<[Socket]>;
      const socket = client();
      const [peer] = await Promise.all([peers.value(), opened(socket)]);
      const [stream] = await accepted;
      // One write of `ws` for the first, its head and its payload.
      const writes = sinon.spy(stream, '_writev');
      const received: number[] = [];
      const all = new Promise<void>((resolve) => {
        socket.on('message', (data: Buffer) => {
          received.push((JSON.parse(data.toString()) as { data: number }).data);
          if (received.length === 100) resolve();
        });
      });
      for (let number = 0; number < 100; number++) peer.send('count', number);
      await all;
      expect(received).to.deep.equal([...received.keys()]);
      expect(writes.callCount).to.equal(2);
    });

    it('is read as text or as bytes, as the client sent it', async () => {
      const frames = new ReplaySubject<unknown>();
      const codec = protocol.server!();
      const server = () => ({
        ...codec,
        decode: (frame: Frame) => {
          frames.next(typeof frame === 'string' ? frame : [...frame]);
          return codec.decode(frame);
        },
      });
      const { client } = await serving({ protocol: { ...protocol, server } });
      const socket = await opened(client());
      socket.send('ä');
      socket.send(Buffer.from([1, 255]));
      expect(await firstValueFrom(frames.pipe(take(2), toArray()))).to.deep.equal(['ä', [1, 255]]);
    });

    it('reports its life as events, and counts', async () => {
      const events = eventLog();
      const { client } = await serving({ events });
      (await opened(client('/ws?token=secret'))).close(1000);
      await events.event('released');
      expect(events.list.map(({ type }) => type)).to.deep.equal(['opened', 'ready', 'ended', 'released']);
      expect(events.of('opened')[0]).to.include({ session: 1, url: '/ws' });
    });
  });

  describe('the end of a peer', () => {
    it('is announced in the words of the protocol, by unsubscribing and by its close', async () => {
      const server = () => ({ ...protocol.server!(), farewell: () => ['bye'] });
      const { peers, client } = await serving({ protocol: { ...protocol, server } });
      const lines: string[] = [];
      const ends = [client(), client()].map(async (socket, number) => {
        socket.on('message', (data: Buffer) => lines.push(`${number} ${data.toString()}`));
        socket.on('close', (code) => lines.push(`${number} ${code}`));
        await opened(socket);
        return once(socket, 'close');
      });
      (await peers.value(({ id }) => id === 1)).close(4000);
      await Promise.race(ends);
      await peers.value(({ id }) => id === 2);
      peers.subscription.unsubscribe();
      await Promise.all(ends);
      const [first] = lines.map((line) => line[0]);
      const other = first === '0' ? '1' : '0';
      expect(lines).to.deep.equal([`${first} bye`, `${first} 4000`, `${other} bye`, `${other} 1001`]);
    });

    for (const code of [1000, 1001, 3001, 4000])
      it(`is clean and by them when the client closes with ${code}`, async () => {
        const { peers, client } = await serving();
        const socket = await opened(client());
        const peer = await peers.value();
        socket.close(code, 'bye');
        expect(await endOf(peer)).to.deep.equal({ code, reason: 'bye', wasClean: true, by: 'them' });
        expect(peer.open).to.equal(false);
      });

    it('is an error when the client vanishes', async () => {
      const { peers, client } = await serving();
      const socket = await opened(client());
      const peer = await peers.value();
      socket.terminate();
      const { error, ...end } = await endOf(peer);
      expect(end).to.deep.equal({ code: 1006, reason: '', wasClean: false, by: 'them' });
      expect(error?.kind).to.equal('connectionLost');
    });

    it('is by us after peer.close(), with the code that the client sees', async () => {
      const { peers, client } = await serving();
      const socket = await opened(client());
      const peer = await peers.value();
      const closed = closeOf(socket);
      peer.close(4009, 'replaced');
      expect(peer.open).to.equal(false);
      expect(await closed).to.equal(4009);
      expect(await endOf(peer)).to.deep.equal({ code: 4009, reason: 'replaced', wasClean: true, by: 'us' });
    });

    it('does not wait longer than closeTimeout for a client that does not answer the close', async () => {
      const { peers, client } = await serving({ closeTimeout: 20 });
      const socket = await opened(client());
      const peer = await peers.value();
      socket.pause();
      peer.close();
      expect(await endOf(peer)).to.deep.equal({ code: 1006, reason: '', wasClean: false, by: 'us' });
    });

    it('holds the error of peer.terminate(), and the others go on', async () => {
      const { peers, client } = await serving();
      const first = await opened(client());
      const second = await opened(client());
      const [gone, stays] = [await peers.value(({ id }) => id === 1), await peers.value(({ id }) => id === 2)];
      const error = new GatewayClosedError();
      gone.terminate(error);
      expect(await closeOf(first)).to.equal(1006);
      expect(await endOf(gone)).to.deep.equal({ code: 1006, reason: '', wasClean: false, by: 'us', error });
      stays.send('hello');
      expect(await nextFrame(second)).to.deep.equal({ command: 'hello' });
      expect(peers.ends).to.deep.equal([]);
    });

    for (const [what, frame, code] of [
      ['a frame that is too large', { fin: true, opcode: 1, mask: true, size: 2_000 }, 1009],
      ['text that is no UTF-8', { fin: true, opcode: 1, mask: true, bytes: [0xff] }, 1007],
      ['an opcode that does not exist', { fin: true, opcode: 3, mask: true, bytes: [] }, 1002],
    ] as const)
      it(`comes with ${code} after ${what}, and the others go on`, async () => {
        const { peers, client } = await serving({ maxPayload: 1_000 });
        const bad = await opened(client());
        const good = await opened(client());
        const peer = await peers.value(({ id }) => id === 1);
        const closed = closeOf(bad);
        const payload = 'size' in frame ? Buffer.alloc(frame.size, 'x') : Buffer.from(frame.bytes);
        const length = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 0xff];
        (bad as unknown as { _socket: NodeJS.WritableStream })._socket.write(
          Buffer.concat([Buffer.from([0x80 | frame.opcode, 0x80 | length[0]!, ...length.slice(1), 0, 0, 0, 0]), payload]),
        );
        expect(await closed).to.equal(code);
        const { error } = await endOf(peer);
        expect(error?.kind).to.equal('connectionLost');
        expect(error?.cause)
          .to.be.instanceOf(Error)
          .with.property('code')
          .that.matches(/^WS_ERR_/);
        (await peers.value(({ id }) => id === 2)).send('hello');
        expect(await nextFrame(good)).to.deep.equal({ command: 'hello' });
      });

    it('S3: does not come from frames that are not of the protocol: each is one event, one count and one error frame', async () => {
      const events = eventLog();
      const counters = createCounters();
      const { client } = await serving({ events, counters }, (peers) => peers.pipe(commands({ one: () => 1 })));
      const socket = await opened(client());
      const heard: any[] = [];
      socket.on('message', (data: Buffer) => heard.push(JSON.parse(String(data))));
      for (const frame of ['not json', '[]', '{"id":{},"command":"one"}', '{"__proto__":1,"type":5}', Buffer.from([0xff])])
        socket.send(frame);
      socket.send('{"id":"a","command":"one"}');
      await until(() => heard.length === 6);
      expect(heard.pop()).to.deep.equal({ type: 'RESPONSE', id: 'a', data: 1, batches: true });
      expect(heard.map(({ type, id, code }) => [type, id, code])).to.deep.equal(Array(5).fill(['ERROR', undefined, 'MALFORMED']));
      expect([events.of('malformed').length, counters.drops.malformed]).to.deep.equal([5, 5]);
    });
  });

  describe('unsubscribing', () => {
    it('S1: closes every peer with 1001, stops listening and leaves nothing behind', async () => {
      const before = await resourcesNow();
      // A timer that is left would be seen.
      const { peers, client, port } = await serving({ closeTimeout: 60_000 }, (all) => all.pipe(topics({ never: () => NEVER })));
      const sockets = [await opened(client()), await opened(client())];
      const last = await peers.value(({ id }) => id === 2);
      const codes = sockets.map(closeOf);
      peers.subscription.unsubscribe();
      expect(await endOf(last)).to.deep.equal({ code: 1001, reason: '', wasClean: true, by: 'us' });
      expect(await Promise.all(codes)).to.deep.equal([1001, 1001]);
      await resourcesBackTo(before);
      const refused = connectTcp(port, '127.0.0.1');
      expect(await once(refused, 'error').then(([error]: { code?: string }[]) => error?.code)).to.equal('ECONNREFUSED');
    });

    it('before it listens, never listens', async () => {
      const before = await resourcesNow();
      let listened = 0;
      serve({ ...local, port: 0, listening: () => listened++ })
        .subscribe()
        .unsubscribe();
      // A later one listens by now, so the former would have.
      const later = await serving();
      later.peers.subscription.unsubscribe();
      await resourcesBackTo(before);
      expect(listened).to.equal(0);
    });

    it('drops a client that holds the line after closeTimeout', async () => {
      const server = await httpServer();
      const { peers, client } = await serving({ server, closeTimeout: 20 });
      const accepted = once(server, 'connection') as Promise<[Socket]>;
      const socket = await opened(client());
      await peers.value();
      socket.pause();
      const [stream] = await accepted;
      peers.subscription.unsubscribe();
      await once(stream, 'close');
    });

    it('lets the same port be listened on again', async () => {
      const first = await serving();
      first.peers.subscription.unsubscribe();
      const second = await serving({ port: first.port });
      expect(second.port).to.equal(first.port);
      await opened(second.client());
    });
  });

  describe('a server that cannot listen', () => {
    it('errors with ConnectFailedError, its cause and the port', async () => {
      const { port } = await serving();
      const { end, subscription } = recorded(serve({ ...local, port }));
      const error: any = await end;
      expect(error).to.include({ kind: 'connectFailed', reason: 'network', retryable: true });
      expect(error.message).to.equal(`Could not listen on port ${port}: EADDRINUSE`);
      expect(error.cause.code).to.equal('EADDRINUSE');
      subscription.unsubscribe();
    });

    it('may be subscribed to again', async () => {
      const first = await serving();
      const attempts: number[] = [];
      const peers = serve({ ...local, port: first.port, listening: ({ port }) => attempts.push(port) });
      await recorded(peers).end;
      first.peers.subscription.unsubscribe();
      const second = recorded(peers);
      atTestEnd(() => second.subscription.unsubscribe());
      await Promise.all([opened(first.client()), second.value()]);
      expect(attempts).to.deep.equal([first.port]);
    });
  });

  describe('path', () => {
    it('lets only that path in; another gets HTTP 400', async () => {
      const { client, peers } = await serving({ path: '/ws' });
      const [, response] = (await once(client('/other'), 'unexpected-response')) as [unknown, IncomingMessage];
      expect(response.statusCode).to.equal(400);
      await opened(client('/ws?version=2'));
      expect((await peers.value()).opened.url).to.equal('/ws');
      expect(peers.values).to.have.length(1);
    });

    it('is told to those who ask without an upgrade', async () => {
      const { port } = await serving();
      const [response] = (await once(get({ port, host: '127.0.0.1', agent: false }), 'response')) as [IncomingMessage];
      expect(response.statusCode).to.equal(426);
      response.resume();
    });
  });

  describe('server', () => {
    it('S17: is shared with the application, and left running without a listener of ours', async () => {
      const server = await httpServer();
      const before = listeners(server);
      const { peers, client } = await serving({ server });
      const socket = await opened(client());
      const closed = closeOf(socket);
      peers.subscription.unsubscribe();
      expect(await closed).to.equal(1001);
      expect(listeners(server)).to.deep.equal(before);
      const [response] = (await once(get({ port: server.port, host: '127.0.0.1', agent: false }), 'response')) as [
        IncomingMessage,
      ];
      expect((await response.setEncoding('utf8').toArray()).join('')).to.equal('hello');
    });

    it('is waited for until the application lets it listen', async () => {
      const server = createServer();
      atTestEnd(() => server.close());
      const started = serving({ server });
      server.listen(0, '127.0.0.1');
      const { client, peers } = await started;
      await opened(client());
      await peers.value();
    });

    it('S17: may have one serve for each path', async () => {
      const server = await httpServer();
      const a = await serving({ server, path: '/a' });
      const b = await serving({ server, path: '/b' });
      await opened(b.client('/b'));
      await opened(a.client('/a'));
      expect((await a.peers.value()).opened.url).to.equal('/a');
      expect((await b.peers.value()).opened.url).to.equal('/b');
      expect([a.peers.values.length, b.peers.values.length]).to.deep.equal([1, 1]);
    });
  });

  describe('the subprotocol', () => {
    it('is the first of the protocol that the client offers', async () => {
      const { peers, client } = await serving({ protocol: { ...protocol, subprotocols: ['v2', 'v1'] } });
      const socket = await opened(client('/', ['v1', 'v2', 'v3']));
      expect(socket.protocol).to.equal('v2');
      expect((await peers.value()).opened.subprotocol).to.equal('v2');
    });

    it('is none where there is no common one, or the client offers none', async () => {
      const { peers, client } = await serving({ protocol: commandNotify({ subprotocol: 'v1' }) });
      await opened(client());
      expect((await peers.value()).opened.subprotocol).to.equal('');
      client('/', ['token', 'secret']);
      expect((await peers.value(({ id }) => id === 2)).opened.subprotocol).to.equal('');
    });
  });

  describe('with the stages and operators', () => {
    it('asks the client, which answers with commands on its session stream', async () => {
      const { peers, url } = await serving();
      const session$ = connect({ url: url(), protocol }).pipe(
        commands({
          whoami: (data: { greeting: string }) => `${data.greeting}, it is me`,
          secret: () => {
            throw new RequestFailedError('secret', 'FORBIDDEN');
          },
        }),
      );
      const client = recorded(session$);
      atTestEnd(() => client.subscription.unsubscribe());
      const peer = await peers.value();
      await client.value();
      expect(await firstValueFrom(peer.request('whoami', { greeting: 'hello' }))).to.equal('hello, it is me');
      const refused: any = await recorded(peer.request('secret')).end;
      expect(refused).to.include({ kind: 'requestFailed', code: 'FORBIDDEN' });
      const unknown: any = await recorded(peer.request('other')).end;
      expect(unknown).to.include({ kind: 'requestFailed', code: 'UNKNOWN_COMMAND' });
    });

    it("listens to the client's topics", async () => {
      const { peers, url } = await serving();
      const client = recorded(connect({ url: url(), protocol }).pipe(topics({ 'mouse:{id}': ({ id }) => [id] as never })));
      client.subscription.unsubscribe();
      const heard = recorded(
        connect({ url: url(), protocol }).pipe(
          topics({
            'mouse:{id}': async function* ({ id }) {
              yield `${id} moved`;
            },
          }),
        ),
      );
      atTestEnd(() => heard.subscription.unsubscribe());
      const peer = await peers.value(({ open }) => open);
      expect(await firstValueFrom(peer.topic('mouse:1').pipe(toArray()))).to.deep.equal(['1 moved']);
    });

    it('answers a shared client: requests of both sides cross without mixing', async () => {
      const { url, peers } = await serving({}, (all) => all.pipe(commands({ double: (n: number) => n * 2 })));
      const session$ = connect({ url: url(), protocol }).pipe(commands({ triple: (n: number) => n * 3 }), shareSession());
      const held = recorded(session$);
      atTestEnd(() => held.subscription.unsubscribe());
      const [session, peer] = await Promise.all([held.value(), peers.value()]);
      const ask = (side: Pick<Peer, 'request'>, command: string) =>
        Promise.all([1, 2, 3].map((n) => firstValueFrom(side.request<number>(command, n))));
      expect(await Promise.all([ask(session, 'double'), ask(peer, 'triple')])).to.deep.equal([
        [2, 4, 6],
        [3, 6, 9],
      ]);
    });

    it('heartbeat() ends a peer that is dead, and no other', async () => {
      const { peers, client, url } = await serving({}, (all) => all.pipe(heartbeat({ interval: 10, timeout: 30 })));
      const deaf = await opened(client());
      const dead = await peers.value();
      // A raw client answers no message pings; a session does.
      const alive = recorded(connect({ url: url(), protocol }));
      atTestEnd(() => alive.subscription.unsubscribe());
      const session = await alive.value();
      const { error, by } = await endOf(dead);
      expect([error?.kind, by]).to.deep.equal(['heartbeatTimeout', 'us']);
      expect(deaf.readyState).to.be.oneOf([WebSocket.OPEN, WebSocket.CLOSING, WebSocket.CLOSED]);
      // It has been pinged as well by now.
      expect(await firstValueFrom(session.messages)).to.include({ kind: 'ping' });
      expect([session.open, peers.values[1]!.open, peers.ends]).to.deep.equal([true, true, []]);
    });

    it("heartbeat({ mode: 'frame' }) keeps a peer that answers pings of the WebSocket protocol", async () => {
      const { peers, client, url } = await serving({}, (all) =>
        all.pipe(heartbeat({ mode: 'frame', interval: 10, timeout: 30 })),
      );
      const answering = await opened(client());
      const mute = new WebSocket(url(), { autoPong: false });
      atTestEnd(() => mute.terminate());
      const dead = await peers.value(({ id }) => id === 2);
      expect((await endOf(dead)).error?.kind).to.equal('heartbeatTimeout');
      // By now the first one has had as many pings and more.
      expect([peers.values[0]!.open, answering.readyState]).to.deep.equal([true, WebSocket.OPEN]);
    });

    it('a stage that fails ends the server, and closes its peers', async () => {
      const { peers, client } = await serving({}, (all) =>
        all.pipe(
          tap(({ id }) => {
            if (id === 2) throw new TypeError('stage');
          }),
        ),
      );
      const first = await opened(client());
      const closed = closeOf(first);
      client();
      expect(await peers.end).to.be.instanceOf(TypeError);
      expect(await closed).to.equal(1001);
    });

    it('an endless stream of one peer ends with it', async () => {
      let released = () => {};
      const release = new Promise<void>((resolve) => (released = resolve));
      const { url } = await serving({}, (all) =>
        all.pipe(
          commands({
            forever: async function* () {
              try {
                for (let n = 0; ; n++) {
                  await new Promise(setImmediate);
                  yield n;
                }
              } finally {
                released();
              }
            },
          }),
        ),
      );
      const session$ = connect({ url: url(), protocol });
      const numbers = session$.pipe(
        mergeMap((session) => session.request<number>('forever', undefined, { stream: true })),
        take(3),
        toArray(),
      );
      expect(await firstValueFrom(numbers)).to.deep.equal([0, 1, 2]);
      await release;
    });
  });

  describe('options', () => {
    const wrong: readonly [string, object, new (...args: any[]) => Error][] = [
      ['one of port, server and upgrades', { protocol }, TypeError],
      ['one of port, server and upgrades', { protocol, port: 1, server: createServer() }, TypeError],
      ['protocol must be one with a server side', { port: 0 }, TypeError],
      [
        'protocol must be one with a server side',
        { port: 0, protocol: { name: 'x', client: protocol.client } satisfies Protocol },
        TypeError,
      ],
      ['port', { protocol, port: 65_536 }, RangeError],
      ['port', { protocol, port: '80' }, TypeError],
      ['one of port, server and upgrades', { protocol, port: 1, upgrades: NEVER }, TypeError],
      ['upgrades', { protocol, upgrades: [] }, TypeError],
      ['host', { protocol, port: 0, host: '' }, TypeError],
      ['requestTimeout', { protocol, port: 0, requestTimeout: 0 }, RangeError],
      ['requestTimeout goes with port', { protocol, server: createServer(), requestTimeout: 5 }, TypeError],
      ['authenticate', { protocol, port: 0, authenticate: true }, TypeError],
      ['authenticateTimeout', { protocol, port: 0, authenticateTimeout: 0 }, RangeError],
      ['origins', { protocol, port: 0, origins: 'https://a.example' }, TypeError],
      ['origins', { protocol, port: 0, origins: ['https://a.example/'] }, TypeError],
      ['maxConnections', { protocol, port: 0, maxConnections: 0 }, RangeError],
      ['maxUpgradesPerSecond', { protocol, port: 0, maxUpgradesPerSecond: 0.5 }, TypeError],
      ['retryAfter', { protocol, port: 0, retryAfter: -1 }, RangeError],
      ['drain', { protocol, port: 0, drain: {} }, TypeError],
      ['maxBuffered', { protocol, port: 0, maxBuffered: 0 }, RangeError],
      ['perMessageDeflate', { protocol, port: 0, perMessageDeflate: 'yes' }, TypeError],
      ['addressOf', { protocol, port: 0, addressOf: 'x-forwarded-for' }, TypeError],
      ['host goes with port', { protocol, server: createServer(), host: 'localhost' }, TypeError],
      ['server.on', { protocol, server: {} }, TypeError],
      ['server.on', { protocol, server: null }, TypeError],
      ['server.on', { protocol, server: 5 }, TypeError],
      ['protocol must be one with a server side', { port: 0, protocol: null }, TypeError],
      ['events', { protocol, port: 0, events: () => undefined }, TypeError],
      ['events', { protocol, port: 0, events: {} }, TypeError],
      ['counters', { protocol, port: 0, counters: {} }, TypeError],
      ['counters', { protocol, port: 0, counters: null }, TypeError],
      ['clock', { protocol, port: 0, clock: null }, TypeError],
      ['path', { protocol, port: 0, path: 'ws' }, TypeError],
      ['path', { protocol, port: 0, path: '/ws?x' }, TypeError],
      ['closeTimeout', { protocol, port: 0, closeTimeout: -1 }, RangeError],
      ['maxPayload', { protocol, port: 0, maxPayload: 0 }, RangeError],
      ['confirmTimeout', { protocol, port: 0, confirmTimeout: '1s' }, TypeError],
      ['maxHeld', { protocol, port: 0, maxHeld: 0.5 }, TypeError],
      ['listening', { protocol, port: 0, listening: true }, TypeError],
      ['clock', { protocol, port: 0, clock: 5 }, TypeError],
    ];
    for (const [name, options, type] of wrong)
      it(`throw a ${type.name} at the call for ${name}: ${Object.keys(options).join(', ')}`, () => {
        expect(() => serve(options as ServeOptions)).to.throw(type, `serve: ${name}`);
      });

    for (const options of [undefined, null, 8080])
      it(`throw a TypeError at the call where they are ${options}`, () => {
        expect(() => serve(options as never)).to.throw(TypeError, `serve: options must be an object, not ${options}`);
      });
  });
});
