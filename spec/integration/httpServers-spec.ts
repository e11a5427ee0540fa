import { expect } from 'chai';
import express from 'express';
import fastify from 'fastify';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer as createSecureServer, request as secureRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { filter, firstValueFrom, fromEvent, map } from 'rxjs';
import { connect, request, shareSession } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { commands, type Peer, serve, type ServeOptions } from 'rxgate/server';
import { WebSocket } from 'ws';
import { closeOf, endOf, listeners, nextFrame, opened, refusalOf } from '../server/serving.js';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { certificate } from '../support/certificate.js';
import { requireProgram } from '../support/debianProgram.js';
import { recorded } from '../support/recorded.js';

const protocol = commandNotify();

/** A server of an application, which answers `/hello` by itself. */
interface Host {
  readonly server: Server;
  readonly port: number;
  readonly secure?: { readonly ca: string };
}

const listened = async (server: Server): Promise<number> => {
  if (!server.listening) await once(server, 'listening');
  atTestEnd(() => server.close());
  return (server.address() as AddressInfo).port;
};

const hosts: Readonly<Record<string, () => Promise<Host>>> = {
  'Express 5': async () => {
    const app = express();
    app.get('/hello', (_request, response) => response.send('hello'));
    const server = app.listen(0, '127.0.0.1');
    return { server, port: await listened(server) };
  },
  'Fastify 5': async () => {
    const app = fastify();
    app.get('/hello', () => 'hello');
    await app.listen({ port: 0, host: '127.0.0.1' });
    atTestEnd(() => void app.close());
    return { server: app.server, port: (app.server.address() as AddressInfo).port };
  },
  https: async () => {
    const { key, cert } = certificate();
    const server = createSecureServer({ key, cert }, (_request, response) => response.end('hello'));
    server.listen(0, '127.0.0.1');
    return { server, port: await listened(server), secure: { ca: cert } };
  },
};

const urlOf = ({ port, secure }: Host, path = '/ws'): string =>
  secure ? `wss://localhost:${port}${path}` : `ws://127.0.0.1:${port}${path}`;
const clientOf = (host: Host, path?: string, subprotocols: readonly string[] = [], headers: Record<string, string> = {}) => {
  const client = new WebSocket(urlOf(host, path), [...subprotocols], { headers, ...host.secure, family: 4 });
  client.on('error', () => undefined);
  atTestEnd(() => client.terminate());
  return client;
};
const pageOf = async ({ port, secure }: Host): Promise<string> => {
  if (!secure) return (await fetch(`http://127.0.0.1:${port}/hello`, { headers: { connection: 'close' } })).text();
  const asked = secureRequest({ host: 'localhost', port, path: '/hello', ca: secure.ca, agent: false, family: 4 }).end();
  const [response] = (await once(asked, 'response')) as [NodeJS.ReadableStream & AsyncIterable<Buffer>];
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return body;
};
const serving = (host: Host, options: Partial<ServeOptions> = {}, name = 'ws') => {
  const peers = recorded(
    serve({ server: host.server, protocol, ...options }).pipe(commands<Peer>({ where: () => name, echo: (data) => data })),
  );
  atTestEnd(() => peers.subscription.unsubscribe());
  return peers;
};
const ask = async (client: WebSocket, command: string, data?: unknown): Promise<unknown> => {
  const frame = nextFrame(client);
  client.send(JSON.stringify({ id: '1', command, data }));
  return ((await frame) as { readonly data: unknown }).data;
};

for (const [name, start] of Object.entries(hosts))
  describe(`S17: on a server of ${name}`, function () {
    this.timeout(20_000);
    if (name === 'https') before(requireProgram('openssl', 'openssl'));
    afterEach(cleanUp);

    it('peers are served beside the routes of the application, and at the end it is left as it was', async () => {
      const host = await start();
      const untouched = listeners(host.server);
      const peers = serving(host, { path: '/ws' });
      const { secure } = host;
      const session$ = connect({ url: urlOf(host), protocol, socketOptions: { ...secure, family: 4 } }).pipe(shareSession());
      expect(await firstValueFrom(session$.pipe(request('echo', 'hi')))).to.equal('hi');
      expect(await pageOf(host)).to.equal('hello');
      const client = await opened(clientOf(host));
      const closed = closeOf(client);
      peers.subscription.unsubscribe();
      expect(await closed).to.equal(1001);
      expect(listeners(host.server)).to.deep.equal(untouched);
      expect(await pageOf(host)).to.equal('hello');
    });

    it('several paths have a gateway each, and a path of nobody gets HTTP 400', async () => {
      const host = await start();
      serving(host, { path: '/orders' }, 'orders');
      const prices = serving(host, { path: '/prices' }, 'prices');
      for (const path of ['orders', 'prices'])
        expect(await ask(await opened(clientOf(host, `/${path}?v=1`)), 'where')).to.equal(path);
      expect((await refusalOf(clientOf(host, '/other'))).status).to.equal(400);
      prices.subscription.unsubscribe();
      expect((await refusalOf(clientOf(host, '/prices'))).status).to.equal(400);
      expect(await ask(await opened(clientOf(host, '/orders')), 'where')).to.equal('orders');
    });

    it('upgrades that the application chose are served, and the others stay its own', async () => {
      const host = await start();
      const all = fromEvent(host.server, 'upgrade', (asked, socket, head) => ({ request: asked, socket, head }));
      const [ours$, theirs$] = [true, false].map((ours) => all.pipe(filter((each) => (each.request.url === '/ws') === ours)));
      const theirs = theirs$!.subscribe(({ socket }) =>
        socket.end('HTTP/1.1 418 \r\nContent-Length: 0\r\nConnection: close\r\n\r\n'),
      );
      atTestEnd(() => theirs.unsubscribe());
      const peers = recorded(serve({ upgrades: ours$, protocol }).pipe(map(({ opened: { url } }) => url)));
      atTestEnd(() => peers.subscription.unsubscribe());
      await opened(clientOf(host));
      expect((await refusalOf(clientOf(host, '/other'))).status).to.equal(418);
      expect(peers.values).to.deep.equal(['/ws']);
      peers.subscription.unsubscribe();
      theirs.unsubscribe();
      expect(host.server.listenerCount('upgrade')).to.equal(0);
    });

    it('an upgrade with cookies must come from a page of the same host, unless a list says otherwise', async () => {
      const host = await start();
      serving(host, { path: '/ws' });
      serving(host, { path: '/listed', origins: ['https://app.example'] });
      const own = urlOf(host, '').replace(/^ws/, 'http');
      const cookie = 'session=1';
      const statusOf = (path: string, headers: Record<string, string>): Promise<number | undefined> => {
        const client = clientOf(host, path, [], headers);
        return new Promise((resolve) => {
          client.once('open', () => resolve(101));
          client.once('unexpected-response', (_request, { statusCode }) => resolve(statusCode));
        });
      };
      expect([
        await statusOf('/ws', { cookie, origin: 'https://evil.example' }),
        await statusOf('/ws', { cookie, origin: own }),
        await statusOf('/ws', { origin: 'https://evil.example' }),
        await statusOf('/ws', { cookie }),
        await statusOf('/listed', { cookie, origin: 'https://app.example' }),
        await statusOf('/listed', { cookie, origin: own }),
      ]).to.deep.equal([403, 101, 101, 101, 101, 403]);
    });

    it('the first subprotocol of the protocol is chosen that the client offers, and none where there is none', async () => {
      const host = await start();
      const peers = serving(host, { protocol: { ...protocol, subprotocols: ['v2', 'v1'] } });
      expect((await opened(clientOf(host, '/', ['v1', 'v2']))).protocol).to.equal('v2');
      expect((await opened(clientOf(host, '/', ['v3', 'v1']))).protocol).to.equal('v1');
      expect((await opened(clientOf(host))).protocol).to.equal('');
      expect(peers.values.map((peer) => peer.opened.subprotocol)).to.deep.equal(['v2', 'v1', '']);
    });

    it('a frame beyond maxPayload ends its peer with 1009, and no other; by default that is 1 MiB', async () => {
      const host = await start();
      const peers = serving(host);
      const [bad, good] = [await opened(clientOf(host)), await opened(clientOf(host))];
      const text = 'x'.repeat(1_048_576 - 40);
      expect(await ask(good, 'echo', text)).to.equal(text);
      const closed = closeOf(bad);
      bad.send('x'.repeat(1_048_577));
      expect(await closed).to.equal(1009);
      expect((await endOf(peers.values[0]!)).error?.kind).to.equal('connectionLost');
      expect(await ask(good, 'echo', 1)).to.equal(1);
    });

    it('frames are not compressed unless it is asked for', async () => {
      const host = await start();
      serving(host, { path: '/ws' });
      serving(host, { path: '/deflated', perMessageDeflate: true });
      expect((await opened(clientOf(host))).extensions).to.equal('');
      expect((await opened(clientOf(host, '/deflated'))).extensions).to.equal('permessage-deflate');
    });
  });
