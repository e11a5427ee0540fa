import { expect } from 'chai';
import * as t from 'io-ts';
import { z } from 'zod';
import { sessionLink } from '../../lib/connection/sessionLink.js';
import type { PayloadCodec } from '../../lib/contract/payloadCodec.js';
import { RequestFailedError } from '../../lib/errors/gatewayErrors.js';
import { commands } from '../../lib/server/commands.js';
import { validated } from '../../lib/server/validated.js';
import { type FakePeer, fakePeer } from './fakePeer.js';

interface Order {
  readonly symbol: string;
  readonly quantity: number;
}

const secret = 'secret-value';
const wrongData = { symbol: secret, quantity: secret };
const codecs: Readonly<Record<string, PayloadCodec<Order>>> = {
  'io-ts': t.type({ symbol: t.string, quantity: t.number }),
  zod: z.object({ symbol: z.string(), quantity: z.number() }),
};
const isOrder = (value: unknown): value is Order => typeof (value as Partial<Order> | null)?.quantity === 'number';

describe('validated', () => {
  let client: FakePeer;
  beforeEach(() => {
    client = fakePeer();
  });
  const invalid = () => client.events.filter((event) => event.type === 'invalid');

  for (const [name, codec] of Object.entries(codecs)) {
    it(`calls the handler with what ${name} decoded, the peer, the command and the key`, () => {
      client.through(commands({ buy: validated(codec, (...args) => args) }));
      const told: unknown[] = [];
      client.through(commands({ note: validated(codec, (data, context) => void told.push(data, context)) }));
      client.receive({ id: 'a', command: 'note', data: { symbol: 'A', quantity: 1 }, key: 'k' });
      expect(told).to.deep.equal([
        { symbol: 'A', quantity: 1 },
        { peer: client.peer, command: 'note', key: 'k' },
      ]);
      expect(client.sent).to.deep.equal([{ type: 'RESPONSE', id: 'a' }]);
    });

    it(`S3: answers what ${name} refuses with the paths, and nothing of the data; the connection stays`, () => {
      client.through(commands({ buy: validated(codec, () => expect.fail('called')), ping: () => 'pong' }));
      client.receive({ id: 'a', command: 'buy', data: wrongData });
      client.receive({ id: 'b', command: 'ping' });
      expect(client.sent).to.deep.equal([
        { type: 'ERROR', id: 'a', code: 'INVALID_DATA', error: 'the data is not valid', data: { paths: ['quantity'] } },
        { type: 'RESPONSE', id: 'b', data: 'pong' },
      ]);
      expect(client.peer.open).to.equal(true);
      expect(JSON.stringify([client.sent, client.events])).to.not.include(secret);
    });
  }

  for (const close of [1007, 1008] as const)
    describe(`S3: with close ${close}`, () => {
      const late = z.string().refine((name) => Promise.resolve(name === 'ann'));

      it('answers data that is refused, and closes', () => {
        client.through(commands({ buy: validated(isOrder, () => 'bought', { close }) }));
        client.receive({ id: 'a', command: 'buy', data: { quantity: 1 } });
        expect(client.closes).to.deep.equal([]);
        client.receive({ id: 'b', command: 'buy', data: wrongData });
        expect(client.sent.map(({ id, code }) => [id, code])).to.deep.equal([
          ['a', undefined],
          ['b', 'INVALID_DATA'],
        ]);
        expect(client.closes).to.deep.equal([[close, 'invalidData']]);
        expect(client.events).to.deep.include({ type: 'rejected', session: 1, code: close, reason: 'invalidData' });
      });

      it('closes after data that nobody waits for an answer to, which is counted', () => {
        client.through(commands({ typing: validated(isOrder, () => expect.fail('called'), { close }) }));
        client.receive({ command: 'typing', data: wrongData });
        expect([client.closes.length, sessionLink(client.peer).counters.drops.invalid]).to.deep.equal([1, 1]);
      });

      it('does so after a check that took time', async () => {
        client.through(commands({ join: validated(late, () => 'never', { close }) }));
        client.receive({ id: 'a', command: 'join', data: 'bob' });
        expect(await client.frame(({ id }) => id === 'a')).to.include({ code: 'INVALID_DATA' });
        await Promise.resolve();
        expect(client.closes.map(([code]) => code)).to.deep.equal([close]);
      });
    });

  it('answers what a guard refuses with $', () => {
    client.through(commands({ buy: validated(isOrder, () => 'never') }));
    client.receive({ id: 'a', command: 'buy', data: wrongData });
    expect(client.sent)
      .to.have.nested.property('[0].data')
      .that.deep.equals({ paths: ['$'] });
  });

  it('reports a refusal as invalid, and not as a failure of the handler', () => {
    client.through(commands({ buy: validated(isOrder, () => 'never') }));
    client.receive({ id: 'a', command: 'buy', data: wrongData });
    expect(invalid()).to.have.length(1);
    expect(invalid()[0]).to.deep.include({ session: 1, name: 'buy' });
    expect(client.failures).to.deep.equal([]);
    expect(sessionLink(client.peer).counters.drops.invalid).to.equal(0);
  });

  it('drops and counts what nobody waits for an answer to', () => {
    client.through(commands({ typing: validated(isOrder, () => expect.fail('called')) }));
    client.receive({ command: 'typing', data: wrongData });
    expect(invalid()).to.have.length(1);
    expect(sessionLink(client.peer).counters.drops.invalid).to.equal(1);
    expect([client.sent, client.failures]).to.deep.equal([[], []]);
  });

  it('takes the refusal of another command, which a handler passes on, for its failure', () => {
    const theirs = new RequestFailedError('upstream', 'INVALID_DATA', undefined, { cause: { kind: 'validation' } });
    client.through(
      commands({
        typing: validated(isOrder, () => {
          throw theirs;
        }),
      }),
    );
    client.receive({ command: 'typing', data: { quantity: 1 } });
    expect(client.failures).to.deep.equal([{ type: 'hookFailed', hook: 'typing', cause: theirs }]);
  });

  it('waits for a check that is asynchronous, and streams what the handler gives', async () => {
    const free = z.string().refine((name) => Promise.resolve(name !== 'taken'));
    client.through(commands({ join: validated(free, (name) => [Promise.resolve(`welcome ${name}`)][0]) }));
    client.receive({ id: 'a', command: 'join', data: 'taken' });
    client.receive({ id: 'b', command: 'join', data: 'ann' });
    expect(client.sent).to.deep.equal([]);
    expect(await client.frame(({ id }) => id === 'a')).to.deep.include({ code: 'INVALID_DATA', data: { paths: ['$'] } });
    expect(await client.frame(({ id }) => id === 'b')).to.deep.equal({ type: 'RESPONSE', id: 'b', data: 'welcome ann' });
  });

  it('answers a codec that fails as any failure, and tells the client nothing', async () => {
    const broken = z.string().transform(() => {
      throw new Error(secret);
    });
    client.through(commands({ join: validated(broken, () => 'never') }));
    client.receive({ id: 'a', command: 'join', data: 'x' });
    expect(await client.frame(({ id }) => id === 'a')).to.deep.equal({
      ...{ type: 'ERROR', id: 'a', code: 'INTERNAL_ERROR', error: 'the command failed' },
    });
    expect(client.failures).to.have.length(1);
  });

  it('refuses a missing codec or handler at the call', () => {
    const call = validated as (...args: unknown[]) => unknown;
    expect(() => call(undefined, () => 1)).to.throw(TypeError, /^validated: codec/);
    expect(() => call(isOrder, 'handler')).to.throw(TypeError, /^validated: handler/);
    expect(() => call(isOrder, () => 1, { close: 4000 })).to.throw(TypeError, /^validated: close/);
  });
});
