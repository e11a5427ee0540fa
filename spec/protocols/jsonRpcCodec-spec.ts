import { expect } from 'chai';
import fc from 'fast-check';
import { type Codec, jsonRpc, jsonRpcEvents, type Message } from 'rxgate/protocols';
import { owed, read, written } from './jsonRpcFrames.js';

const client = (): Codec => jsonRpc().client();
const server = (): Codec => {
  const codec = jsonRpc().server?.();
  if (!codec) throw new Error('jsonRpc has no server side');
  return codec;
};
const malformed = (message: string) => ({ kind: 'malformed', message });
const noObject = malformed('A frame is not a JSON object');
const badId = malformed('id must be a string, or a number up to 2^53 - 1');
const badMethod = malformed('method must be a string');
const invalid = { jsonrpc: '2.0', id: null, error: { code: -32600, message: 'Invalid Request' } };

describe('jsonRpcCodec', () => {
  describe('requests', () => {
    it('have params by position or by name, or none', () => {
      for (const data of [[], [42, 23], {}, { minuend: 42 }, [null]])
        expect(written(client(), { kind: 'request', id: 1, command: 'subtract', data })).to.deep.equal({
          jsonrpc: '2.0',
          id: 1,
          method: 'subtract',
          params: data,
        });
      expect(client().encode({ kind: 'request', id: 1, command: 'get' })).to.equal('{"jsonrpc":"2.0","id":1,"method":"get"}');
    });

    it('keep at home what JSON-RPC has no place for', () => {
      expect(written(client(), { kind: 'request', id: 1, command: 'get', stream: true, key: 'k' })).to.deep.equal({
        jsonrpc: '2.0',
        id: 1,
        method: 'get',
      });
    });

    for (const data of [null, 7, 'text', false, 7n])
      it(`refuse ${typeof data} ${String(data)} for params`, () => {
        for (const message of [
          { kind: 'request', id: 1, command: 'x', data },
          { kind: 'send', command: 'x', data },
          { kind: 'notification', topic: 'x', data },
        ] as const)
          expect(() => client().encode(message)).to.throw(TypeError, 'params must be a list or an object');
      });

    it('throw for what JSON cannot carry', () => {
      const data: unknown[] = [];
      data.push(data);
      expect(() => client().encode({ kind: 'request', id: 1, command: 'x', data })).to.throw(TypeError);
      expect(() => client().encode({ kind: 'request', id: 1, command: 'x', data: [7n] })).to.throw(TypeError);
    });
  });

  describe('replies', () => {
    it('are results', () => {
      for (const data of [null, 0, '', false, [], { a: 1 }])
        expect(read(client(), { jsonrpc: '2.0', id: 1, result: data })).to.deep.equal({ kind: 'reply', id: 1, data, last: true });
    });

    it('have no data where the result was left out, as by a method that returns nothing', () => {
      expect(read(client(), { jsonrpc: '2.0', id: 1 })).to.deep.equal({ kind: 'reply', id: 1, last: true });
    });

    it('are failures where there is an error, in the words of JSON-RPC 1.0 too', () => {
      const error = { code: -32601, message: 'Method not found', data: { method: 'x' } };
      const failure = { kind: 'failure', id: 1, ...error };
      expect(read(client(), { jsonrpc: '2.0', id: 1, error })).to.deep.equal(failure);
      expect(read(client(), { id: 1, error, result: null })).to.deep.equal(failure);
      expect(read(client(), { id: 1, error: null, result: 5 })).to.deep.equal({ kind: 'reply', id: 1, data: 5, last: true });
    });

    it('find their request though the gateway gives numbers back as strings', () => {
      expect(read(client(), { id: '7', result: 1 })).to.have.property('id', 7);
      for (const id of ['07', '7.0', '', ' 7', '1e3', 'a'])
        expect(read(client(), { id, result: 1 }), JSON.stringify(id)).to.have.property('id', id);
    });

    it('that are to nobody are no messages of ours', () => {
      for (const body of [{ jsonrpc: '2.0', id: null, error: { code: -32700, message: 'Parse error' } }, { result: 1 }, {}])
        expect(read(client(), body)).to.deep.equal({ kind: 'other', body });
    });
  });

  describe('notifications', () => {
    it('are topics by their method, with their params as data', () => {
      const topic = 'aria2.onDownloadStart';
      for (const params of [[{ gid: '1' }], { gid: '1' }, 7, null])
        for (const id of [{}, { id: null }])
          expect(read(client(), { jsonrpc: '2.0', method: topic, params, ...id })).to.deep.equal({
            kind: 'notification',
            topic,
            data: params,
          });
      expect(read(client(), { method: topic })).to.deep.equal({ kind: 'notification', topic });
    });

    it('are sends to a server', () => {
      expect(read(server(), { method: 'update', params: [1] })).to.deep.equal({ kind: 'send', command: 'update', data: [1] });
    });

    it('are sent without an id', () => {
      for (const message of [
        { kind: 'send', command: 'update', data: [1] },
        { kind: 'notification', topic: 'update', data: [1] },
      ] as const)
        expect(written(client(), message)).to.deep.equal({ jsonrpc: '2.0', method: 'update', params: [1] });
    });
  });

  describe('requests of the other side', () => {
    for (const id of ['a', '7', '', 0, 7, -7, 1.5, Number.MAX_SAFE_INTEGER])
      it(`come with their id, and are answered with it as it came: ${JSON.stringify(id)}`, () => {
        for (const codec of [client(), server()]) {
          expect(read(codec, { id, method: 'sum', params: [1, 2] })).to.deep.equal({
            kind: 'request',
            id,
            command: 'sum',
            data: [1, 2],
          });
          expect(written(codec, { kind: 'reply', id, data: 3, last: true })).to.deep.equal({ jsonrpc: '2.0', id, result: 3 });
          expect(written(codec, { kind: 'failure', id, code: -1, message: 'No' })).to.deep.equal({
            jsonrpc: '2.0',
            id,
            error: { code: -1, message: 'No' },
          });
        }
      });

    it('that give nothing are answered with null, since a result has to be there', () => {
      expect(written(client(), { kind: 'reply', id: 1, last: true })).to.deep.equal({ jsonrpc: '2.0', id: 1, result: null });
    });
  });

  describe('topics that the gateway is not asked for', () => {
    it('are confirmed at once, under their name, without a frame', () => {
      const codec = client();
      expect(codec.encode({ kind: 'subscribe', id: 3, key: 'onStart', topic: 'onStart' })).to.deep.equal({
        frames: [],
        answers: [{ kind: 'confirmation', id: 3, topic: 'onStart' }],
      });
      expect(codec.encode({ kind: 'unsubscribe', id: 3, topic: 'onStart' })).to.equal(undefined);
    });

    it('have no params, which would go nowhere', () => {
      expect(() => client().encode({ kind: 'subscribe', id: 3, key: 'k', topic: 't', params: {} })).to.throw(
        TypeError,
        'A topic that is not asked for has no params',
      );
    });
  });

  describe('heartbeat', () => {
    it('is a request of its own, and any answer to it is the pong', () => {
      for (const answer of [{ result: 'pong' }, { error: { code: -32601, message: 'Method not found' } }, {}]) {
        const codec = client();
        const { id, ...ping } = written(codec, { kind: 'ping', timestamp: 5_000 }) as { id: number };
        expect(ping).to.deep.equal({ jsonrpc: '2.0', method: 'rpc.ping' });
        expect(read(codec, { id, ...answer })).to.deep.equal({ kind: 'pong', timestamp: 5_000 });
        expect(read(codec, { id: String(id), ...answer })).to.deep.equal({ kind: 'pong', timestamp: 5_000 });
      }
    });

    it('has ids that fit 32 bits, differ from each other, and are far from those of the session', () => {
      const codec = client();
      const ids = [1, 2, 3].map(() => (written(codec, { kind: 'ping' }) as { id: number }).id);
      expect(ids).to.deep.equal([2 ** 31 - 1, 2 ** 31 - 2, 2 ** 31 - 3]);
      for (const id of [1, 2 ** 31 - 4, 2 ** 31, Number.MAX_SAFE_INTEGER])
        expect(read(codec, { id, result: 1 })).to.have.property('kind', 'reply');
    });

    it('does not take a late answer for the one that is awaited', () => {
      const codec = client();
      const { id } = written(codec, { kind: 'ping', timestamp: 1 }) as { id: number };
      codec.encode({ kind: 'ping', timestamp: 2 });
      expect(read(codec, { id, result: 1 })).to.deep.equal([]);
      const late = { id, error: { code: 1, message: 'Unauthorized' } };
      expect(read(codec, late)).to.deep.equal({ kind: 'other', body: late });
    });

    it('of the other side is answered with its id', () => {
      for (const codec of [client(), server()]) {
        const ping = read(codec, { jsonrpc: '2.0', id: 2 ** 31 - 1, method: 'rpc.ping' }) as Message & { timestamp: number };
        expect(ping).to.deep.equal({ kind: 'ping', timestamp: 2 ** 31 - 1 });
        expect(written(codec, { kind: 'pong', timestamp: ping.timestamp })).to.deep.equal({
          jsonrpc: '2.0',
          id: 2 ** 31 - 1,
          result: null,
        });
      }
    });

    it('of the other side with an id that is no number is a request as any', () => {
      expect(read(server(), { id: 'a', method: 'rpc.ping' })).to.deep.equal({ kind: 'request', id: 'a', command: 'rpc.ping' });
      expect(read(server(), { method: 'rpc.ping' })).to.deep.equal({ kind: 'send', command: 'rpc.ping' });
    });

    it('works between the two sides', () => {
      const [us, them] = [client(), server()];
      const ping = them.decode(us.encode({ kind: 'ping', timestamp: 42 }) as string) as Message & { timestamp: number };
      expect(us.decode(them.encode({ kind: 'pong', timestamp: ping.timestamp }) as string)).to.deep.equal({
        kind: 'pong',
        timestamp: 42,
      });
    });
  });

  describe('batches', () => {
    it('are read item by item, in order', () => {
      const codec = client();
      const items = [
        { id: 1, result: 1 },
        { method: 'tick' },
        { id: 'x', method: 'ask' },
        { id: 2, error: { code: 5, message: 'No' } },
      ];
      expect(read(codec, items)).to.deep.equal([
        { kind: 'reply', id: 1, data: 1, last: true },
        { kind: 'notification', topic: 'tick' },
        { kind: 'request', id: 'x', command: 'ask' },
        { kind: 'failure', id: 2, code: 5, message: 'No' },
      ]);
    });

    it('lose only their bad items', () => {
      expect(
        read(client(), [{ id: 1, result: 1 }, 7, null, 'x', [], { id: {} }, { method: 7 }, { id: 2, result: 2 }]),
      ).to.deep.equal([
        { kind: 'reply', id: 1, data: 1, last: true },
        ...[noObject, noObject, noObject, noObject, badId, badMethod],
        { kind: 'reply', id: 2, data: 2, last: true },
      ]);
    });

    it('hold what has no message beside what has one', () => {
      const codec = client();
      const { id } = written(codec, { kind: 'ping' }) as { id: number };
      codec.encode({ kind: 'ping' });
      expect(
        read(codec, [
          { id, result: 1 },
          { id: 1, result: 1 },
        ]),
      ).to.deep.equal([{ kind: 'reply', id: 1, data: 1, last: true }]);
    });

    it('are answered with a list, once every request in them is', () => {
      const codec = server();
      codec.decode('[{"id":"a","method":"sum"},{"method":"tick"},7,{"id":2,"method":"rpc.ping"},{"id":3,"method":"sum"}]');
      expect(owed(codec)).to.deep.equal([]);
      expect(codec.encode({ kind: 'pong', timestamp: 2 })).to.equal(undefined);
      expect(codec.encode({ kind: 'failure', id: 3, code: 5, message: 'No' })).to.equal(undefined);
      expect(written(codec, { kind: 'reply', id: 1, data: 'of no batch', last: true })).to.have.property('result', 'of no batch');
      expect(written(codec, { kind: 'reply', id: 'a', data: 2, last: true })).to.deep.equal([
        invalid,
        { jsonrpc: '2.0', id: 2, result: null },
        { jsonrpc: '2.0', id: 3, error: { code: 5, message: 'No' } },
        { jsonrpc: '2.0', id: 'a', result: 2 },
      ]);
      expect(written(codec, { kind: 'reply', id: 'a', data: 3, last: true })).to.have.property('result', 3);
    });

    it('without a request are not answered', () => {
      const codec = server();
      codec.decode('[{"method":"tick"},{"method":"tock"},{"id":1,"result":1}]');
      expect(owed(codec)).to.deep.equal([]);
    });

    it('of more than 1,000 items are malformed as a whole, which a server answers once', () => {
      const list = Array<number>(1_001).fill(0);
      for (const codec of [client(), server()])
        expect(read(codec, list)).to.deep.equal(malformed('A list has more than 1,000 items'));
      const codec = server();
      read(codec, list);
      expect(owed(codec)).to.deep.equal([invalid]);
      expect(read(server(), list.slice(1))).to.have.length(1_000);
    });

    it('that are empty are malformed', () => {
      expect(read(client(), [])).to.deep.equal(noObject);
    });
  });

  describe('what cannot be read', () => {
    const secret = 'secret';
    const frames: readonly (readonly [frame: string, what: object])[] = [
      ['', noObject],
      [secret, noObject],
      [`{"method":"${secret}"`, noObject],
      ['null', noObject],
      ['7', noObject],
      [`"${secret}"`, noObject],
      [`{"id":{"a":"${secret}"},"method":"x","type":"${secret}"}`, badId],
      ['{"id":true,"result":1}', badId],
      ['{"id":9007199254740993,"method":"x"}', badId],
      ['{"id":1e999,"result":1}', badId],
      [`{"method":["${secret}"]}`, badMethod],
      ['{"id":1,"method":7}', badMethod],
      ['{"method":false}', badMethod],
    ];
    for (const [frame, what] of frames)
      it(`is malformed, by a text that quotes nothing: ${frame}`, () => {
        expect(read(client(), frame)).to.deep.equal(what);
        expect(read(server(), frame)).to.deep.equal(what);
      });

    it('is malformed where bytes are no UTF-8; others are read', () => {
      expect(client().decode(Uint8Array.of(0x7b, 0xff, 0x7d))).to.have.property('kind', 'malformed');
      expect(client().decode(new TextEncoder().encode('{"id":1,"result":"é😀"}'))).to.deep.include({ id: 1, data: 'é😀' });
    });

    it('does not end the codec, however deep it is', () => {
      const codec = client();
      const deep = `{"id":1,"result":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
      expect(['reply', 'malformed']).to.include((read(codec, deep) as Message).kind);
      expect(read(codec, { id: 1, result: 2 })).to.have.property('kind', 'reply');
    });

    it('is told by a server, to nobody, and by no client', () => {
      const codec = server();
      for (const [frame, code] of [
        ['nope', -32700],
        ['7', -32600],
        ['[]', -32600],
        ['{"id":{},"method":"x"}', -32600],
      ] as const) {
        codec.decode(frame);
        expect(owed(codec), frame).to.deep.equal([{ ...invalid, error: { ...invalid.error, code } }]);
      }
      codec.decode('[7,{"method":"x"},8]');
      expect(owed(codec)).to.deep.equal([[invalid, invalid]]);
      const other = client();
      for (const frame of ['nope', '[7]', '{"id":{}}']) other.decode(frame);
      expect(owed(other)).to.deep.equal([]);
      // No answer to an answer: two servers that face each other would never end.
      expect(read(server(), invalid)).to.have.property('kind', 'other');
    });

    it('keeps to its word for whatever JSON: decode never throws, and its errors come from a list', () => {
      const texts = [noObject.message, badId.message, badMethod.message];
      const json = fc.jsonValue({ maxDepth: 1 });
      const members = fc.record(
        {
          jsonrpc: fc.constantFrom('2.0', '1.0', null),
          id: fc.oneof(fc.integer(), fc.string(), json),
          method: fc.oneof(fc.constantFrom('rpc.ping', 'x'), json),
          params: json,
          result: json,
          error: json,
          notification: json,
        },
        { requiredKeys: [] },
      );
      const codecs = [client(), server(), jsonRpc({ topics: jsonRpcEvents(), scope: 'method' }).client()];
      fc.assert(
        fc.property(fc.oneof(members, fc.array(members, { maxLength: 3 }), json), (body) => {
          for (const codec of codecs) {
            const messages = codec.decode(JSON.stringify(body));
            for (const message of 'kind' in messages ? [messages] : messages) {
              if (message.kind === 'malformed') expect(texts).to.include(message.error.message);
              if (message.kind === 'failure') expect(['string', 'number']).to.include(typeof message.code);
            }
          }
          owed(codecs[1] as Codec);
        }),
        { seed: 7, numRuns: 200 },
      );
    });
  });

  it('has no frame for what JSON-RPC has none for', () => {
    for (const message of [
      { kind: 'confirmation', id: 1, topic: 't' },
      { kind: 'refusal', id: 1, code: 'X' },
      { kind: 'ended', topic: 't' },
    ] as const)
      expect(client().encode(message)).to.equal(undefined);
  });

  it('gives what it is given from one side to the other', () => {
    const json = fc.jsonValue({ maxDepth: 1 });
    const value = fc.oneof(fc.array(json, { maxLength: 3 }), fc.dictionary(fc.string(), json, { maxKeys: 3 }));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 }), fc.string(), value, (id, command, data) => {
        const [us, them] = [client(), server()];
        const same = JSON.parse(JSON.stringify(data)) as unknown;
        const request: Message = { kind: 'request', id, command, data };
        if (command === 'rpc.ping') return;
        expect(them.decode(us.encode(request) as string)).to.deep.equal({ ...request, data: same });
        const reply: Message = { kind: 'reply', id, data, last: true };
        expect(us.decode(them.encode(reply) as string)).to.deep.equal({ ...reply, data: same });
      }),
      { seed: 11, numRuns: 100 },
    );
  });
});
