import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { firstValueFrom } from 'rxjs';
import {
  connect,
  createCounters,
  type GatewayEvent,
  heartbeat,
  type HeartbeatConfig,
  notifications,
  request,
  retryBackoff,
  shareSession,
  topic,
} from 'rxgate';
import { jsonRpc, type Protocol } from 'rxgate/protocols';
import { aria2 as withToken } from '../../docs/snippets/jsonRpc.js';
import { type Aria2, aria2, secret } from '../support/aria2.js';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { requireProgram } from '../support/debianProgram.js';
import { proxy } from '../support/proxy.js';
import { recorded } from '../support/recorded.js';
import { until } from '../support/until.js';

const gatewayAt = (url: string, protocol: Protocol = withToken(secret), beats: HeartbeatConfig = {}) => {
  const events: GatewayEvent[] = [];
  const counters = createCounters();
  const observer = { next: (event: GatewayEvent) => void events.push(event) };
  const session$ = connect({ url, protocol, events: observer, counters }).pipe(
    heartbeat({ random: () => 0.99, ...beats }),
    retryBackoff({ initialDelay: 10, maxDelay: 50, events: observer }),
    shareSession({ linger: 50, events: observer }),
  );
  return { session$, events, counters };
};

const content = 'Grüße ☕\n'.repeat(100);
/** Something to download: `/file`, `/held` until it is let go, and nothing else. */
const files = async () => {
  const held: ServerResponse[] = [];
  const server = createServer(({ url }, response) => {
    if (url === '/held') held.push(response);
    else response.writeHead(url === '/file' ? 200 : 404).end(url === '/file' ? content : '');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  atTestEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return { held, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

interface Download {
  readonly status: string;
  readonly files: readonly { readonly path: string }[];
}
type Told = readonly [{ readonly gid: string }];

describe('jsonRpc, against aria2', () => {
  before(requireProgram('aria2c', 'aria2'));
  afterEach(cleanUp);

  /** A session that is open, and stays until the test is over. */
  const opened = async (gateway: ReturnType<typeof gatewayAt>) => {
    recorded(gateway.session$);
    await firstValueFrom(gateway.session$);
    return gateway;
  };

  it('asks with a token in front of the params, which the application does not see', async () => {
    const { session$ } = gatewayAt((await aria2()).url);
    expect(await firstValueFrom(session$.pipe(request('aria2.getVersion')))).to.have.property('version');
    const option = { 'user-agent': 'hällo ☕ 😀' };
    expect(await firstValueFrom(session$.pipe(request('aria2.changeGlobalOption', [option])))).to.equal('OK');
    expect(await firstValueFrom(session$.pipe(request('aria2.getGlobalOption')))).to.include(option);
    expect(await firstValueFrom(session$.pipe(request('system.listNotifications')))).to.include('aria2.onDownloadStart');
  });

  it('shows what an error reply says, and never the token', async () => {
    const { session$ } = gatewayAt((await aria2()).url);
    const failed = await recorded(session$.pipe(request('aria2.tellStatus', ['ffff']))).end;
    expect(failed).to.include({ kind: 'requestFailed', command: 'aria2.tellStatus', code: 1, retryable: false });
    expect(failed).to.have.property('detail').that.contains('GID');
    const unknown = await recorded(session$.pipe(request('aria2.nope'))).end;
    expect(unknown).to.include({ kind: 'requestFailed', code: 1 });
    const unsendable = await recorded(session$.pipe(request('aria2.addUri', [7n]))).end;
    expect(unsendable).to.include({ kind: 'malformedMessage', direction: 'out' });
    expect(JSON.stringify([failed, unsendable, String((unsendable as Error).cause)])).not.to.contain(secret);
  });

  it('gives an answer that comes two seconds late, after others, to the request that it is for', async () => {
    const { session$, counters } = await opened(gatewayAt((await aria2()).url, jsonRpc()));
    const token = `token:${secret}`;
    const order: unknown[] = [];
    const note = (name: string) => ({
      next: (value: unknown) => void order.push([name, value]),
      error: ({ code, kind }: { code?: unknown; kind: string }) => void order.push([name, code ?? kind]),
    });
    // Aria2 holds back what it answers to who has no token.
    session$.pipe(request('aria2.getVersion')).subscribe(note('unauthorised'));
    session$.pipe(request('aria2.getGlobalStat', [], { timeout: 100 })).subscribe(note('unauthorised, given up'));
    session$.pipe(request('aria2.purgeDownloadResult', [token])).subscribe(note('authorised'));
    session$.pipe(request('aria2.remove', [token, 'ffff'])).subscribe(note('wrong'));
    await until(() => order.length === 3);
    session$.pipe(request('aria2.purgeDownloadResult', [token])).subscribe(note('next'));
    await until(() => order.length === 5 && counters.drops.unmatchedReply === 1);
    expect(order).to.deep.equal([
      ['authorised', 'OK'],
      ['wrong', 1],
      ['unauthorised, given up', 'requestTimeout'],
      ['next', 'OK'],
      ['unauthorised', 1],
    ]);
  });

  it('tells of a download by method, as a topic and to who listens', async () => {
    const { session$, counters } = await opened(gatewayAt((await aria2()).url));
    const { url } = await files();
    const started = recorded(session$.pipe(topic<Told>('aria2.onDownloadStart')));
    const completed = recorded(session$.pipe(topic<Told>('aria2.onDownloadComplete')));
    const all = recorded(session$.pipe(notifications()));
    const gid = await firstValueFrom(session$.pipe(request<string>('aria2.addUri', [[`${url}/file`], { out: 'Grüße ☕.txt' }])));
    expect(await started.value()).to.deep.equal([{ gid }]);
    expect(await completed.value()).to.deep.equal([{ gid }]);
    expect(all.values.map(({ topic: name }) => name)).to.deep.equal(['aria2.onDownloadStart', 'aria2.onDownloadComplete']);
    const stopped = session$.pipe(request<readonly Download[]>('aria2.tellStopped', [0, 10, ['status', 'files']]));
    const [download] = await firstValueFrom(stopped);
    expect(download?.status).to.equal('complete');
    expect(await readFile(download?.files[0]?.path ?? '', 'utf8')).to.equal(content);
    // The other notifications of aria2 belong to nobody here, and there were none.
    expect(counters.drops.unroutedNotification).to.equal(0);
  });

  it('tells of one that fails, and tells nobody who left', async () => {
    const { session$, counters } = await opened(gatewayAt((await aria2()).url));
    const { url } = await files();
    const failed = recorded(session$.pipe(topic<Told>('aria2.onDownloadError')));
    const left = recorded(session$.pipe(topic<Told>('aria2.onDownloadStart')));
    left.subscription.unsubscribe();
    const gid = await firstValueFrom(session$.pipe(request<string>('aria2.addUri', [[`${url}/missing`]])));
    expect(await failed.value()).to.deep.equal([{ gid }]);
    expect(left.values).to.deep.equal([]);
    expect(counters.drops.unroutedNotification).to.equal(1);
  });

  it('asks many things in one request, as aria2 has it, each with its token', async () => {
    const { session$ } = gatewayAt((await aria2()).url);
    const token = `token:${secret}`;
    const calls = [
      { methodName: 'aria2.getVersion', params: [token] },
      { methodName: 'aria2.tellStatus', params: [token, 'ffff'] },
    ];
    const [version, missing] = await firstValueFrom(session$.pipe(request<unknown[]>('system.multicall', [calls])));
    expect(version).to.have.nested.property('[0].version');
    expect(missing).to.include({ code: 1 });
  });

  /** A download that has begun, and waits. */
  const downloading = async (gateway: ReturnType<typeof gatewayAt>) => {
    const { held, url } = await files();
    const gid = await firstValueFrom(gateway.session$.pipe(request<string>('aria2.addUri', [[`${url}/held`]])));
    await until(() => held.length === 1);
    return { gid, finish: () => held[0]?.end(content) };
  };

  it('goes on with its topics after a cut in the middle of a download', async () => {
    const server = await aria2();
    const line = await proxy(server.port);
    const gateway = await opened(gatewayAt(`${line.url}/jsonrpc`));
    const completed = recorded(gateway.session$.pipe(topic<Told>('aria2.onDownloadComplete')));
    const { gid, finish } = await downloading(gateway);
    line.cut();
    await until(() => gateway.events.some(({ type }) => type === 'ended'));
    expect(await firstValueFrom(gateway.session$.pipe(request('aria2.tellStatus', [gid, ['status']])))).to.deep.equal({
      status: 'active',
    });
    finish();
    expect(await completed.value()).to.deep.equal([{ gid }]);
    expect(completed.ends).to.deep.equal([]);
    expect(line.accepted).to.equal(2);
  });

  it('waits for an aria2 that is started anew', async () => {
    const first = await aria2();
    const { session$ } = await opened(gatewayAt(first.url));
    const started = recorded(session$.pipe(topic<Told>('aria2.onDownloadStart')));
    await first.stop();
    const answer = firstValueFrom(session$.pipe(request('aria2.getGlobalStat', [], { timeout: 30_000 })));
    const second: Aria2 = await aria2({ port: first.port });
    expect(await answer).to.have.property('numActive', '0');
    const { url } = await files();
    const gid = await firstValueFrom(session$.pipe(request<string>('aria2.addUri', [[`${url}/file`]])));
    expect(await started.value()).to.deep.equal([{ gid }]);
    await until(() => started.values.length === 1);
    expect(second.folder).not.to.equal(first.folder);
  }).timeout(60_000);

  it('beats with a method that is open to all, and drops a line that carries nothing any more', async () => {
    const server = await aria2();
    const line = await proxy(server.port);
    const { session$, events } = gatewayAt(`${line.url}/jsonrpc`, withToken(secret), { interval: 20, timeout: 400 });
    recorded(session$);
    await until(() => events.filter(({ type }) => type === 'heartbeat').length >= 2);
    line.stall();
    await until(() => line.accepted === 2 && events.at(-1)?.type === 'heartbeat');
    const ends = events.flatMap((event) => (event.type === 'ended' ? [event.end.error?.kind] : []));
    expect(ends).to.deep.equal(['heartbeatTimeout']);
  });
});
