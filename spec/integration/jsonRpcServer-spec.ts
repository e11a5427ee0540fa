import { expect } from 'chai';
import { firstValueFrom, type Observable, toArray } from 'rxjs';
import { Client } from 'rpc-websockets';
import {
  connect,
  createCounters,
  type GatewayEvent,
  heartbeat,
  notifications,
  request,
  RequestFailedError,
  retryBackoff,
  send,
  type Session,
  shareSession,
} from 'rxgate';
import { jsonRpc } from 'rxgate/protocols';
import { broadcast, commands, type Peer, rateLimit, requestAll } from 'rxgate/server';
import { closeOf, opened, serving } from '../server/serving.js';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { recorded } from '../support/recorded.js';
import { until } from '../support/until.js';

const protocol = jsonRpc();
const handlers = {
  sum: (numbers: readonly number[]) => numbers.reduce((all, each) => all + each, 0),
  nothing: () => undefined,
  order: ({ id }: { readonly id: number }) => {
    if (id === 4) throw new RequestFailedError('order', 404, { id }, { detail: 'No such order' });
    if (id === 5) throw new RequestFailedError('order', 'FORBIDDEN');
    throw new Error('secret');
  },
};

const server = async (stages: (peers: Observable<Peer>) => Observable<Peer> = (peers) => peers) => {
  const sent: unknown[] = [];
  const counters = createCounters();
  const served = await serving({ protocol, counters }, (peers) =>
    stages(peers.pipe(commands<Peer>({ ...handlers, note: (data: unknown) => void sent.push(data) }))),
  );
  return { ...served, sent, counters };
};
const clientOf = (url: string) => {
  const events: GatewayEvent[] = [];
  const session$ = connect({ url, protocol, events: { next: (event) => void events.push(event) } }).pipe(
    heartbeat({ interval: 20, timeout: 500, random: () => 0.9 }),
    commands<Session>({ name: () => 'ann', refuse: () => Promise.reject(new RequestFailedError('refuse', 7, 'data')) }),
    retryBackoff({ initialDelay: 5, maxDelay: 10 }),
    shareSession(),
  );
  recorded(session$);
  return { session$, events };
};

describe('jsonRpc, as the protocol of a server', () => {
  afterEach(cleanUp);

  it('serves the client of rpc-websockets', async () => {
    const { url, sent, peers } = await server();
    const client = new Client(url(), { reconnect: false });
    atTestEnd(() => client.close());
    await new Promise<void>((resolve) => client.once('open', () => resolve()));
    const failureOf = (call: Promise<unknown>) => call.catch((error: unknown) => error);
    expect(await client.call('sum', [1, 2, 39])).to.equal(42);
    expect(await client.call('nothing')).to.equal(null);
    expect(await failureOf(client.call('order', { id: 4 }))).to.deep.equal({
      code: 404,
      message: 'No such order',
      data: { id: 4 },
    });
    expect(await failureOf(client.call('order', { id: 5 }))).to.deep.equal({ code: -32000, message: 'FORBIDDEN' });
    expect(await failureOf(client.call('order', { id: 6 }))).to.deep.equal({
      code: -32603,
      message: 'INTERNAL_ERROR: the command failed',
    });
    expect(await failureOf(client.call('missing'))).to.deep.equal({
      code: -32601,
      message: 'UNKNOWN_COMMAND: there is no command "missing"',
    });
    await client.notify('note', { text: 'hi' });
    await until(() => sent.length === 1);
    expect(sent).to.deep.equal([{ text: 'hi' }]);
    const told = new Promise((resolve) => client.once('tick', resolve));
    broadcast(peers.values, 'tick', { n: 1 });
    expect(await told).to.deep.equal({ n: 1 });
  });

  it('answers a batch with a list, each item under its id, and what cannot be read under null', async () => {
    const { client } = await server();
    const socket = await opened(client());
    const frames: unknown[] = [];
    socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString())));
    const batch = [
      { jsonrpc: '2.0', id: 'a', method: 'sum', params: [1, 1] },
      7,
      { jsonrpc: '2.0', method: 'note', params: [1] },
      { jsonrpc: '2.0', id: 8, method: 'sum', params: [2, 2] },
      { jsonrpc: '2.0', id: [], method: 'sum' },
    ];
    socket.send(JSON.stringify(batch));
    socket.send('{"jsonrpc":"2.0","id":');
    await until(() => frames.length === 2);
    const invalid = (code: number) => ({ jsonrpc: '2.0', id: null, error: { code, message: 'Invalid Request' } });
    expect(frames).to.deep.include(invalid(-32700));
    expect(frames.find(Array.isArray)).to.have.deep.members([
      { jsonrpc: '2.0', id: 'a', result: 2 },
      { jsonrpc: '2.0', id: 8, result: 4 },
      ...[invalid(-32600), invalid(-32600)],
    ]);
  });

  it('speaks with the client of this library, in both directions', async () => {
    const { url, peers, sent } = await server();
    const { session$ } = clientOf(url());
    const ticks = recorded(session$.pipe(notifications('tick')));
    expect(await firstValueFrom(session$.pipe(request('sum', [20, 22])))).to.equal(42);
    expect(await recorded(session$.pipe(request('order', { id: 4 }))).end).to.include({ code: 404, detail: 'No such order' });
    session$.pipe(send('note', ['without an answer'])).subscribe();
    await until(() => sent.length === 1);
    expect(broadcast(peers.values, 'tick', [1])).to.deep.equal({ sent: 1, skipped: 0 });
    expect(await ticks.value()).to.deep.include({ topic: 'tick', data: [1] });
    const answers = await firstValueFrom(requestAll(peers.values, 'name').pipe(toArray()));
    expect(answers.map(({ reply }) => reply)).to.deep.equal(['ann']);
    const [refused] = await firstValueFrom(requestAll(peers.values, 'refuse').pipe(toArray()));
    expect(refused?.error).to.include({ kind: 'requestFailed', code: 7, data: 'data' });
    const [unknown] = await firstValueFrom(requestAll(peers.values, 'missing').pipe(toArray()));
    expect(unknown?.error).to.include({ kind: 'requestFailed', code: -32601 });
  });

  it('beats in both directions, and takes no ping for a command', async () => {
    const { url, counters } = await server(heartbeat({ interval: 20, timeout: 500, random: () => 0.9 }));
    const { events } = clientOf(url());
    await until(() => counters.rtt.count > 0 && events.some(({ type }) => type === 'heartbeat'));
    expect(counters.drops).to.include({ unhandled: 0, unmatchedReply: 0 });
  });

  it('ends who floods it with what cannot be read, instead of answering it without end', async () => {
    const { client } = await server(rateLimit({ perConnection: { points: 50, duration: 60_000 }, maxViolations: 20 }));
    const socket = await opened(client());
    let answers = 0;
    socket.on('message', () => answers++);
    const closed = closeOf(socket);
    for (let n = 0; n < 1_000; n++) socket.send('nope');
    expect(await closed).to.be.within(1008, 4999);
    expect(answers).to.be.within(50, 71);
  });
});
