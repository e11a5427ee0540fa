import { expect } from 'chai';
import { firstValueFrom, type Subscription } from 'rxjs';
import { seededRandom } from '../backoff/seededRandom.js';
import { gatewayTo, type NativeConnection, openNativeGateway } from '../support/nativeGateway.js';

const seed = 4_711;
const toggles = 10_000;
const topics = 50;

describe('random toggles over a real socket', () => {
  it(`${toggles} subscribes and unsubscribes of ${topics} topics with reconnects (seed ${seed}) end with the active set, once each`, async () => {
    const random = seededRandom(seed);
    const serverRandom = seededRandom(seed + 1);
    const below = (limit: number): number => Math.floor(random() * limit);
    const faults: string[] = [];
    const connected = (connection: NativeConnection): void => {
      connection.socket.on('message', () => {
        const names = [...connection.topics.values()];
        if (new Set(names).size < names.length) faults.push(`subscribed twice: ${names.join()}`);
      });
    };
    await using server = await openNativeGateway({
      connected,
      // Some confirmations come late.
      subscribe: (_frame, _connection, acknowledge) => {
        if (serverRandom() < 0.1) setImmediate(acknowledge);
        else acknowledge();
      },
    });
    await using gateway = gatewayTo(server);
    const errors: unknown[] = [];
    gateway.session.subscribe({ error: (error: unknown) => errors.push(error) });
    const echo = (): Promise<unknown> => firstValueFrom(gateway.request('echo', undefined, { idempotent: true }));
    await echo();

    let heard = 0;
    const active = new Map<string, Subscription[]>();
    for (let turn = 0; turn < toggles; turn++) {
      const name = `topic ${below(topics)}`;
      const subscriptions = active.get(name) ?? [];
      if (subscriptions.length > 0 && random() < 0.55) subscriptions.shift()?.unsubscribe();
      else
        subscriptions.push(gateway.topic(name).subscribe({ next: () => heard++, error: (error: unknown) => errors.push(error) }));
      active.set(name, subscriptions);
      if (random() < 0.02) await new Promise(setImmediate);
      if (turn % 250 === 249) {
        const connection = server.connections.at(-1);
        if (turn % 500 === 249) connection?.vanish();
        else connection?.close(1012);
        // Half of the time the next toggles come during the outage.
        if (random() < 0.5) await echo();
        else await server.until(() => connection?.ended !== undefined);
      }
    }
    await echo();
    const wanted = [...active].filter(([, subscriptions]) => subscriptions.length > 0).map(([name]) => name);
    const last = server.connections.at(-1);
    await server.until(() => last?.topics.size === wanted.length);
    expect([...(last?.topics.values() ?? [])].sort()).to.deep.equal(wanted.sort());
    expect(wanted).to.have.length.within(5, topics - 1);
    expect(server.connections).to.have.length.within(20, 41);
    expect(server.live).to.have.length(1);
    expect(faults).to.deep.equal([]);
    expect(errors).to.deep.equal([]);

    // And each subscriber hears each topic once.
    for (const name of wanted) last?.notify(name);
    await echo();
    expect(heard).to.equal([...active.values()].flat().length);
    expect(server.connections.at(-1)).to.equal(last);
  });
});
