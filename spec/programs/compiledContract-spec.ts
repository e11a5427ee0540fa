import { expect } from 'chai';
import * as t from 'io-ts';
import { firstValueFrom, of } from 'rxjs';
import { contract, createGateway, type ValidationError } from 'rxgate';
import { compileDecoder, DateFromISOString, exactRecord, toStandard } from 'rxgate/io-ts';
import { generateDecoder } from 'rxgate/io-ts/generate';
import { commandNotify } from 'rxgate/protocols';
import { createGatewayServer } from 'rxgate/server';
import { atTestEnd, cleanUp } from '../support/atTestEnd.js';

const at = new Date('2026-11-30T14:45:00.000Z');

for (const [name, make] of Object.entries({ compileDecoder, generateDecoder }))
  describe(`a contract with codecs of ${name}, at client and server`, () => {
    afterEach(cleanUp);

    const Order = make(exactRecord({ symbol: t.string, at: DateFromISOString }, { note: t.string }));
    const trading = contract({
      commands: {
        place: { request: Order, reply: make(t.type({ placed: DateFromISOString })) },
        wrong: { reply: make(t.type({ lines: t.array(t.number) })) },
      },
      topics: {
        'bars:{symbol}': { params: make(t.type({ symbol: t.string })), data: make(t.type({ at: DateFromISOString })) },
        // What a schema sends is its input.
        plain: { data: toStandard(make(DateFromISOString)) },
      },
    });

    const scene = async () => {
      const orders: unknown[] = [];
      const server = createGatewayServer({
        ...{ port: 0, host: '127.0.0.1', protocol: commandNotify(), contract: trading },
        commands: {
          place: (order) => (orders.push(order), { placed: order.at }),
          wrong: () => ({ lines: ['secret'] }) as never,
        },
        topics: { 'bars:{symbol}': () => of({ at }), plain: () => of(at.toISOString()) },
      });
      const { port } = await server.listening;
      const gateway = createGateway({ url: `ws://127.0.0.1:${port}`, protocol: commandNotify(), contract: trading });
      atTestEnd(async () => {
        await gateway.close();
        server.close();
      });
      return { gateway, orders };
    };

    it('decodes and encodes at both ends', async () => {
      const { gateway, orders } = await scene();
      const more = { symbol: 'SPX', at, more: 1 };
      expect(await firstValueFrom(gateway.request('place', more))).to.deep.equal({ placed: at });
      expect(orders).to.deep.equal([{ symbol: 'SPX', at }]);
      expect(await firstValueFrom(gateway.topic('bars:{symbol}', { symbol: 'SPX' }))).to.deep.equal({ at });
      expect(await firstValueFrom(gateway.topic('plain'))).to.deep.equal(at);
    });

    it('refuses what is wrong with the paths of io-ts', async () => {
      const { gateway } = await scene();
      const refusal = (ask: Promise<unknown>): Promise<ValidationError> =>
        ask.then(
          () => expect.fail('it was taken'),
          (error: unknown) => error as ValidationError,
        );
      const wrong = { symbol: 7, at: 'secret' } as never;
      const error = await refusal(firstValueFrom(gateway.request('place', wrong)));
      expect([error.kind, error.paths]).to.deep.equal(['validation', ['symbol', 'at']]);
      expect(await refusal(firstValueFrom(gateway.request('wrong')))).to.deep.include({
        kind: 'requestFailed',
        code: 'INTERNAL_ERROR',
      });
    });
  });
