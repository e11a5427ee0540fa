import { expect } from 'chai';
import { firstValueFrom } from 'rxjs';
import { connect, createCounters, heartbeat, request, retryBackoff, shareSession, topic } from 'rxgate';
import { ethereum as protocol } from '../../docs/snippets/jsonRpc.js';
import { cleanUp } from '../support/atTestEnd.js';
import { recorded } from '../support/recorded.js';
import { until } from '../support/until.js';
import { type Body, type ServedConnection, type WsServer, wsServer } from '../support/wsServer.js';

/** A node of Ethereum, as far as subscriptions go: it gives out ids, and knows `newHeads` and `logs`. */
interface Node extends WsServer {
  /** The subscriptions of all connections, by id. */
  readonly subscriptions: Map<string, { readonly params: readonly unknown[]; readonly connection: ServedConnection }>;
  /** Answers to subscribes that wait to be sent, while `slow` is set. */
  readonly owed: (() => void)[];
  slow: boolean;
  notify(subscription: string, result: unknown): void;
}

async function ethereum(): Promise<Node> {
  const subscriptions: Node['subscriptions'] = new Map();
  const owed: Node['owed'] = [];
  let lastId = 0;
  const answers: Readonly<Record<string, (params: readonly string[], connection: ServedConnection) => object>> = {
    eth_blockNumber: () => ({ result: '0x1b4' }),
    eth_subscribe: (params, connection) => {
      if (!['newHeads', 'logs'].includes(params[0] ?? ''))
        return { error: { code: -32602, message: `no "${params[0]}" subscription in eth namespace` } };
      const id = `0x${(++lastId).toString(16).padStart(4, '0')}`;
      subscriptions.set(id, { params, connection });
      return { result: id };
    },
    eth_unsubscribe: ([id = '']) => ({ result: subscriptions.delete(id) }),
  };
  const server = await wsServer({
    onBody: ({ id, method, params }: Body, connection) => {
      const answer = answers[method]?.(params ?? [], connection) ?? { error: { code: -32601, message: 'no such method' } };
      const send = () => connection.send({ jsonrpc: '2.0', id, ...answer });
      if (node.slow && method === 'eth_subscribe') owed.push(send);
      else send();
    },
    onConnection: (connection) => {
      void connection.closed.then(() => {
        for (const [id, each] of subscriptions) if (each.connection === connection) subscriptions.delete(id);
      });
    },
  });
  const node: Node = Object.assign(server, {
    subscriptions,
    owed,
    slow: false,
    notify: (subscription: string, result: unknown) =>
      subscriptions.get(subscription)?.connection.send({
        ...{ jsonrpc: '2.0', method: 'eth_subscription' },
        params: { subscription, result },
      }),
  });
  return node;
}

const gatewayAt = (url: string) => {
  const counters = createCounters();
  const session$ = connect({ url, protocol, counters }).pipe(
    heartbeat(),
    retryBackoff({ initialDelay: 5, maxDelay: 10 }),
    shareSession(),
  );
  recorded(session$);
  /** Once this is answered, so is what went out before. */
  const barrier = () => firstValueFrom(session$.pipe(request('eth_blockNumber')));
  return { session$, counters, barrier };
};
const paramsIn = ({ subscriptions }: Node) => [...subscriptions.values()].map(({ params }) => params);

describe('jsonRpc, with subscriptions whose ids the gateway gives out', () => {
  afterEach(cleanUp);

  it('tells apart what has the same name and other params', async () => {
    const node = await ethereum();
    const { session$, barrier } = gatewayAt(node.url);
    const heads = recorded(session$.pipe(topic('newHeads')));
    const one = recorded(session$.pipe(topic('logs', { address: '0x1' })));
    const two = recorded(session$.pipe(topic('logs', { address: '0x2' })));
    await barrier();
    expect(paramsIn(node)).to.deep.equal([['newHeads'], ['logs', { address: '0x1' }], ['logs', { address: '0x2' }]]);
    node.notify('0x0003', 'c');
    node.notify('0x0001', 'a');
    node.notify('0x0002', 'b');
    await barrier();
    expect([heads.values, one.values, two.values]).to.deep.equal([['a'], ['b'], ['c']]);
    one.subscription.unsubscribe();
    await barrier();
    expect(paramsIn(node)).to.deep.equal([['newHeads'], ['logs', { address: '0x2' }]]);
  });

  it('delivers what comes before its id is known', async () => {
    const node = await ethereum();
    const { session$, barrier } = gatewayAt(node.url);
    await barrier();
    node.slow = true;
    const heads = recorded(session$.pipe(topic('newHeads')));
    await until(() => node.owed.length === 1);
    for (const result of ['a', 'b']) node.notify('0x0001', result);
    await barrier();
    expect(heads.values).to.deep.equal([]);
    node.owed[0]?.();
    node.notify('0x0001', 'c');
    await barrier();
    expect(heads.values).to.deep.equal(['a', 'b', 'c']);
  });

  it('gives up what was left before its id was known, as soon as it is, and nothing else', async () => {
    const node = await ethereum();
    const { session$, counters, barrier } = gatewayAt(node.url);
    await barrier();
    node.slow = true;
    session$.pipe(topic('newHeads')).subscribe().unsubscribe();
    const again = recorded(session$.pipe(topic('newHeads')));
    await until(() => node.owed.length === 2);
    for (const send of node.owed) send();
    await until(() => node.subscriptions.size === 1);
    expect([...node.subscriptions.keys()]).to.deep.equal(['0x0002']);
    node.notify('0x0002', 'a');
    await barrier();
    expect(again.values).to.deep.equal(['a']);
    expect(counters.drops).to.include({ unmatchedConfirmation: 1, unmatchedReply: 0, unhandled: 0 });
  });

  it('refuses what the node does not know, and goes on', async () => {
    const node = await ethereum();
    const { session$, barrier } = gatewayAt(node.url);
    const refused = await recorded(session$.pipe(topic('weather'))).end;
    expect(refused).to.include({
      kind: 'subscriptionRejected',
      topic: 'weather',
      code: -32602,
      detail: 'no "weather" subscription in eth namespace',
    });
    expect(await barrier()).to.equal('0x1b4');
  });

  it('subscribes under new ids after a cut', async () => {
    const node = await ethereum();
    const { session$, barrier } = gatewayAt(node.url);
    const heads = recorded(session$.pipe(topic('newHeads')));
    const logs = recorded(session$.pipe(topic('logs', { address: '0x1' })));
    await barrier();
    node.notify('0x0001', 'before');
    await barrier();
    (await node.connection(0)).socket.terminate();
    await until(() => node.subscriptions.has('0x0004'));
    expect(paramsIn(node)).to.deep.equal([['newHeads'], ['logs', { address: '0x1' }]]);
    node.notify('0x0003', 'after');
    node.notify('0x0004', 'too');
    await barrier();
    expect([heads.values, logs.values]).to.deep.equal([['before', 'after'], ['too']]);
    expect(heads.ends).to.deep.equal([]);
  });
});
