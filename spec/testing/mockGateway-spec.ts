import { expect } from 'chai';
import * as t from 'io-ts';
import { contract, createGateway, type GatewayEvent, notifications } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { mockGateway, type MockGatewayOptions } from 'rxgate/testing';
import { filter, firstValueFrom, type Observable, ReplaySubject, take, toArray } from 'rxjs';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';

const start = async (options: Partial<MockGatewayOptions>) => {
  const port$ = new ReplaySubject<number>(1);
  const events$ = new ReplaySubject<GatewayEvent>();
  const mock = mockGateway({
    ...{ protocol: commandNotify(), interval: 1, events: events$ },
    ...options,
    listening: ({ port }) => port$.next(port),
  }).subscribe();
  atTestEnd(() => mock.unsubscribe());
  // A client without a contract, so that what is wrong gets to the other side.
  const gateway = createGateway({ url: `ws://127.0.0.1:${await firstValueFrom(port$)}`, protocol: commandNotify() });
  atTestEnd(() => gateway.close());
  const invalid = (): Promise<readonly string[]> =>
    firstValueFrom(events$.pipe(filter((event) => event.type === 'invalid'))).then(({ name, error }) => [name, error.message]);
  return { gateway, invalid };
};
const failureOf = (asked: Observable<unknown>): Promise<unknown> =>
  firstValueFrom(asked).then(
    (value) => ({ value }),
    (error: unknown) => {
      const { kind, code, data } = error as { readonly kind: unknown; readonly code: unknown; readonly data: unknown };
      return { kind, code, data };
    },
  );

const trading = contract({
  commands: { place: { request: t.type({ quantity: t.number }), reply: t.type({ id: t.string }) }, count: { reply: t.number } },
  topics: { 'bars:{symbol}': { data: t.type({ close: t.number }) }, notice: { data: t.string } },
});

describe('mockGateway', () => {
  afterEach(cleanUp);

  it('answers with values and functions, and refuses what it has nothing for', async () => {
    const { gateway } = await start({
      replies: { fixed: { id: 1 }, double: (n: number) => n * 2 },
      data: { 'bars:{symbol}': ({ symbol }: { symbol: string }, n: number) => [symbol, n], plain: 'same' },
      unasked: { notice: (n: number) => n },
    });
    expect(await firstValueFrom(gateway.request('fixed'))).to.deep.equal({ id: 1 });
    expect(await firstValueFrom(gateway.request('double', 21))).to.equal(42);
    expect(await firstValueFrom(gateway.topic('bars:SPX').pipe(take(2), toArray()))).to.deep.equal([
      ['SPX', 0],
      ['SPX', 1],
    ]);
    expect(await firstValueFrom(gateway.topic('plain'))).to.equal('same');
    expect((await firstValueFrom(gateway.session.pipe(notifications('notice')))).data).to.be.a('number');
    expect(await failureOf(gateway.request('none'))).to.deep.include({ kind: 'requestFailed', code: 'UNKNOWN_COMMAND' });
    expect(await failureOf(gateway.topic('none'))).to.deep.include({ kind: 'subscriptionRejected', code: 'UNKNOWN_TOPIC' });
  });

  it('refuses what a client sends that its contract does not allow', async () => {
    const { gateway } = await start({ contract: trading, replies: { place: { id: 'a' } } });
    expect(await firstValueFrom(gateway.request('place', { quantity: 1 }))).to.deep.equal({ id: 'a' });
    expect(await failureOf(gateway.request('place', { quantity: 'one' }))).to.deep.equal({
      ...{ kind: 'requestFailed', code: 'INVALID_DATA', data: { paths: ['quantity'] } },
    });
    expect(await failureOf(gateway.request('count'))).to.deep.include({ code: 'UNKNOWN_COMMAND' });
  });

  it('sends no reply that its contract does not allow, and tells why', async () => {
    const { gateway, invalid } = await start({ contract: trading, replies: { place: { id: 7 } } });
    expect(await failureOf(gateway.request('place', { quantity: 1 }))).to.deep.include({ code: 'INTERNAL_ERROR' });
    const [name, reason] = await invalid();
    expect(name).to.equal('place');
    expect(reason).to.include('id');
  });

  it('drops notifications that its contract does not allow, asked for or not, and goes on', async () => {
    const close = (_params: unknown, n: number) => ({ close: n === 0 ? 'none' : n });
    const asked = await start({ contract: trading, data: { 'bars:{symbol}': close } });
    expect(await firstValueFrom(asked.gateway.topic('bars:SPX'))).to.deep.equal({ close: 1 });
    expect((await asked.invalid())[0]).to.equal('bars:SPX');
    const unasked = await start({ contract: trading, unasked: { notice: (n: number) => (n === 0 ? 0 : `n${n}`) } });
    expect((await firstValueFrom(unasked.gateway.session.pipe(notifications('notice')))).data).to.match(/^n\d/);
    expect((await unasked.invalid())[0]).to.equal('notice');
  });

  it('checks nothing with validation off', async () => {
    const { gateway } = await start({ contract: trading, validation: 'off', replies: { place: (data: unknown) => data } });
    expect(await firstValueFrom(gateway.request('place', 'anything'))).to.equal('anything');
  });

  it('names the option that is wrong', () => {
    const of = (options: object) => () => mockGateway({ protocol: commandNotify(), ...options });
    expect(of({ interval: -1 })).to.throw(RangeError, /mockGateway: interval/);
    expect(of({ contract: {} })).to.throw(TypeError, /contract/);
    expect(() => mockGateway(undefined as never)).to.throw(TypeError, /mockGateway: options/);
  });
});
