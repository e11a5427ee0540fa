import { expect } from 'chai';
import { firstValueFrom } from 'rxjs';
import { connect, failover, type GatewayEvent, request, retryBackoff, type Session, shareSession } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';
import { openNativeGateway } from '../support/nativeGateway.js';

const protocol = commandNotify();
const quick = () => retryBackoff<Session>({ initialDelay: 1, maxDelay: 5 });

describe('failover on real sockets', () => {
  afterEach(cleanUp);

  it('stays with a url for as long as it works, and takes the next when it fails', async () => {
    await using first = await openNativeGateway();
    await using second = await openNativeGateway();
    const session$ = connect({ url: failover([first.url, second.url]), protocol }).pipe(quick(), shareSession());
    // Idempotent, since the cut may come after the request went out.
    const echo = (): Promise<unknown> => firstValueFrom(session$.pipe(request('echo', 1, { idempotent: true })));
    const subscription = session$.subscribe();
    atTestEnd(() => {
      subscription.unsubscribe();
    });
    await echo();
    expect([first.upgrades, second.upgrades]).to.deep.equal([1, 0]);

    first.refusal = 503;
    first.connections[0]?.vanish();
    await echo();
    expect([first.upgrades, second.upgrades]).to.deep.equal([1, 1]);

    first.refusal = undefined;
    second.refusal = 503;
    second.connections[0]?.close(1012);
    await echo();
    expect([first.upgrades, second.upgrades]).to.deep.equal([2, 1]);
  });

  it('of the application whose report throws is an event, and the next attempt is made', async () => {
    await using server = await openNativeGateway();
    const events: GatewayEvent[] = [];
    const problem = new Error('no such ring');
    const ring = {
      next: () => server.url,
      report: () => {
        throw problem;
      },
    };
    server.refusal = 503;
    const observer = {
      next: (event: GatewayEvent) => {
        events.push(event);
        if (event.type === 'ended') server.refusal = undefined;
      },
    };
    const session$ = connect({ url: ring, protocol, events: observer }).pipe(quick(), shareSession());
    expect(await firstValueFrom(session$.pipe(request('echo', 'here')))).to.equal('here');
    expect(server.upgrades).to.equal(2);
    expect(events.filter(({ type }) => type === 'hookFailed')).to.deep.equal([
      { type: 'hookFailed', hook: 'failover', cause: problem },
      { type: 'hookFailed', hook: 'failover', cause: problem },
    ]);
  });

  it('says at the call what is wrong with its urls', () => {
    expect(() => failover([])).to.throw(TypeError, 'failover: urls');
    expect(() => failover(['wss://ok.example', 'https://not.example'])).to.throw(TypeError, 'failover: urls');
  });
});
