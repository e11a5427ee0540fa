import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { filter, firstValueFrom, type Subscription } from 'rxjs';
import { createGateways, type GatewayConfig } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { gatewayTo, namesOf, openNativeGateway } from '../support/nativeGateway.js';

describe('createGateways', () => {
  it('P30: two who ask for one key share one connection; another key is another connection', async () => {
    await using server = await openNativeGateway();
    const gateways = createGateways();
    let asked = 0;
    const configFor = (user: string) => (): GatewayConfig => {
      asked++;
      return { url: `${server.url}?user=${user}`, protocol: commandNotify(), heartbeat: false };
    };
    const consumers = ['ada', 'ada', 'grace'].map((user) => gateways.get(`prices ${user}`, configFor(user)));
    expect(consumers[0]).to.equal(consumers[1]);
    expect(consumers[2]).not.to.equal(consumers[0]);
    expect(asked).to.equal(2);
    for (const gateway of consumers) {
      gateway.topic('a').subscribe();
      await firstValueFrom(gateway.request('echo'));
    }
    expect(server.connections.map(({ request }) => request.url)).to.deep.equal(['/gateway?user=ada', '/gateway?user=grace']);
    expect(server.connections.map(namesOf)).to.deep.equal([
      ['SUBSCRIBE a', 'echo', 'echo'],
      ['SUBSCRIBE a', 'echo'],
    ]);
    expect(gateways.keys()).to.deep.equal(['prices ada', 'prices grace']);
    const reports = await gateways.close();
    expect([...reports.keys()]).to.deep.equal(['prices ada', 'prices grace']);
    for (const report of reports.values()) expect(report).to.include({ unsent: 0, unanswered: 0, forced: false });
    expect(gateways.keys()).to.deep.equal([]);
    expect(consumers.map(({ closed }) => closed)).to.deep.equal([true, true, true]);
    await server.until(() => server.live.length === 0);
    expect(server.connections.map(({ ended }) => ended?.code)).to.deep.equal([1000, 1000]);
  });

  it('lets go of a connection with its last consumer, and makes a new gateway for a key whose gateway was closed', async () => {
    await using server = await openNativeGateway();
    const gateways = createGateways();
    const config = (): GatewayConfig => ({ url: server.url, protocol: commandNotify(), heartbeat: false });
    const first = gateways.get('a', config);
    const subscriptions: Subscription[] = [first.session.subscribe(), gateways.get('a', config).session.subscribe()];
    await firstValueFrom(first.request('echo'));
    subscriptions[0]?.unsubscribe();
    await firstValueFrom(first.request('echo'));
    expect(server.live).to.have.length(1);
    subscriptions[1]?.unsubscribe();
    await server.until(() => server.live.length === 0);
    expect(gateways.get('a', config)).to.equal(first);
    await first.close();
    expect(gateways.keys()).to.deep.equal([]);
    const second = gateways.get('a', config);
    expect(second).not.to.equal(first);
    await firstValueFrom(second.request('echo'));
    expect(server.upgrades).to.equal(2);
    await gateways.close();
  });

  it('keeps no gateway that was closed, by whatever way, and reports none of them', async () => {
    await using server = await openNativeGateway();
    const gateways = createGateways();
    const asked = new AbortController();
    const config = (): GatewayConfig => ({ url: server.url, protocol: commandNotify(), heartbeat: false });
    const kept = ['closed', 'disposed', 'aborted', 'open'].map((key) =>
      gateways.get(key, () => ({ ...config(), ...(key === 'aborted' && { signal: asked.signal }) })),
    );
    await kept[0]?.close();
    await kept[1]?.[Symbol.asyncDispose]();
    asked.abort();
    await kept[2]?.close();
    expect(gateways.get('dead', () => ({ ...config(), signal: asked.signal })).closed).to.equal(true);
    const again = gateways.get('closed', config);
    expect(gateways.keys()).to.have.members(['open', 'closed']);
    const reports = await gateways.close();
    expect([...reports.keys()]).to.have.members(['open', 'closed']);
    expect([again.closed, kept[3]?.closed]).to.deep.equal([true, true]);
  });

  it('lets go of the memory of gateways that were closed', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const gateways = createGateways();
    const config = (): GatewayConfig => ({ url: 'ws://127.0.0.1:1/', protocol: commandNotify() });
    const closeOne = async (): Promise<WeakRef<object>> => {
      const gateway = gateways.get('a', config);
      await gateway.close();
      return new WeakRef(gateway);
    };
    const gone = await closeOne();
    await new Promise(setImmediate);
    collect();
    expect(gone.deref()).to.equal(undefined);
    expect(gateways.keys()).to.deep.equal([]);
  });

  it('waits in close for a gateway that is still closing, without reporting it', async () => {
    await using server = await openNativeGateway();
    const gateways = createGateways();
    const gateway = gateways.get('a', () => ({ url: server.url, protocol: commandNotify(), heartbeat: false }));
    gateway.session.subscribe();
    await firstValueFrom(gateway.request('echo'));
    let drained = false;
    const own = gateway.close().then(() => (drained = true));
    const reports = await gateways.close();
    expect(drained).to.equal(true);
    expect([...reports]).to.deep.equal([]);
    await own;
  });

  it('keeps registries apart, and throws a TypeError for a config that is no function', async () => {
    const [one, other] = [createGateways(), createGateways()];
    const config = (): GatewayConfig => ({ url: 'ws://127.0.0.1:1/', protocol: commandNotify() });
    expect(one.get('a', config)).not.to.equal(other.get('a', config));
    expect(() => one.get('b', config() as never)).to.throw(TypeError, 'config');
    expect(one.keys()).to.deep.equal(['a']);
    await one.close();
    expect(other.keys()).to.deep.equal(['a']);
    await other.close();
  });
});

describe('linger of a gateway and its topics', () => {
  it('P31: who comes back within linger finds the same socket and the same wire subscription; after it both are gone', async () => {
    await using server = await openNativeGateway();
    await using gateway = gatewayTo(server, { linger: 400 });
    const statuses: string[] = [];
    gateway.states.subscribe(({ status }) => statuses.push(status));
    for (let hop = 0; hop < 5; hop++) {
      const page = gateway.topic('a', undefined, { linger: 200, replay: 1 }).subscribe();
      await server.until(() => server.connections[0]?.topics.size === 1);
      page.unsubscribe();
      await new Promise(setImmediate);
    }
    const connection = await server.connection(0);
    expect(namesOf(connection)).to.deep.equal(['SUBSCRIBE a']);
    expect(statuses.at(-1)).to.equal('authenticated');
    await server.until(() => connection.topics.size === 0);
    expect(namesOf(connection)).to.deep.equal(['SUBSCRIBE a', 'UNSUBSCRIBE a']);
    // The topic is gone, but within its own linger the connection still serves.
    await firstValueFrom(gateway.request('echo'));
    expect(namesOf(connection).at(-1)).to.equal('echo');
    await firstValueFrom(gateway.states.pipe(filter(({ status }) => status === 'disconnected')));
    await server.until(() => connection.ended !== undefined);
    expect(connection.ended?.code).to.equal(1000);
    expect(server.upgrades).to.equal(1);
  });

  it('P31: without linger, a hop while others hold the connection costs an unsubscribe and a subscribe, but no socket', async () => {
    await using server = await openNativeGateway();
    await using gateway = gatewayTo(server);
    gateway.session.subscribe();
    for (let hop = 0; hop < 2; hop++) {
      const page = gateway.topic('a').subscribe();
      await firstValueFrom(gateway.request('echo'));
      page.unsubscribe();
    }
    await firstValueFrom(gateway.request('echo'));
    expect(namesOf(server.connections[0]).join()).to.equal('SUBSCRIBE a,echo,UNSUBSCRIBE a,SUBSCRIBE a,echo,UNSUBSCRIBE a,echo');
    expect(server.upgrades).to.equal(1);
  });
});
