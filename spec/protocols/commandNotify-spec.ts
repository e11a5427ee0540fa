import { isDeepStrictEqual } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { commandNotify, type Codec, type Message } from 'rxgate/protocols';
import { anyText } from '../support/anyText.js';
import { allExamples } from './frames.js';

const client = (): Codec => commandNotify().client();
const server = (): Codec => {
  const codec = commandNotify().server?.(49_152);
  if (!codec) throw new Error('commandNotify has no server side');
  return codec;
};
const textOf = (codec: Codec, message: Message): string => {
  const frame = codec.encode(message);
  if (typeof frame !== 'string') throw new Error(`${message.kind} is not one text frame`);
  return frame;
};

describe('commandNotify', () => {
  it('is plain data that offers no subprotocol and beats with messages', () => {
    const { name, subprotocols, heartbeat, closeCodes } = commandNotify();

    expect({ name, subprotocols, heartbeat, closeCodes }).to.deep.equal({
      name: 'commandNotify',
      subprotocols: undefined,
      heartbeat: { mode: 'message' },
      closeCodes: undefined,
    });
  });

  it('offers the subprotocol that it is given', () => {
    expect(commandNotify({ subprotocol: 'command-notify.v1' }).subprotocols).to.deep.equal(['command-notify.v1']);
  });

  it('refuses options that are no object', () => {
    for (const options of [null, 7, 'command-notify.v1', ['command-notify.v1'], new Map([['subprotocol', 'v1']])])
      expect(() => commandNotify(options as never)).to.throw(TypeError, 'commandNotify: options must be an object');
  });

  it('refuses a subprotocol that no upgrade can carry, by the name of the option', () => {
    for (const subprotocol of ['', 'two words', 'a,b', 'é', 'a\r\nX: y'])
      expect(() => commandNotify({ subprotocol }), JSON.stringify(subprotocol)).to.throw(
        TypeError,
        'commandNotify: subprotocol must',
      );
    expect(() => commandNotify({ subprotocol: 7 as unknown as string })).to.throw(TypeError, 'commandNotify: subprotocol must');
  });

  describe('ids', () => {
    it('writes the integers of our own requests as strings, and restores them from the replies', () => {
      const us = client();
      const them = server();

      for (const id of [0, 1, 7, 4_294_967_296, Number.MAX_SAFE_INTEGER]) {
        const asked = them.decode(textOf(us, { kind: 'request', id, command: 'X' }));
        expect(asked).to.deep.equal({ kind: 'request', id: String(id), command: 'X' });
        expect(us.decode(textOf(them, { kind: 'reply', id: String(id), last: true }))).to.deep.equal({
          kind: 'reply',
          id,
          last: true,
        });
      }
    });

    it('does so for cancel, subscribe and unsubscribe, and for failure, confirmation and refusal', () => {
      const us = client();

      expect(textOf(us, { kind: 'cancel', id: 7 })).to.equal('{"type":"CANCEL","id":"7"}');
      expect(textOf(us, { kind: 'subscribe', id: 7, key: 't', topic: 't' })).to.equal(
        '{"type":"SUBSCRIBE","id":"7","topic":"t"}',
      );
      expect(textOf(us, { kind: 'unsubscribe', id: 7, topic: 't' })).to.equal('{"type":"UNSUBSCRIBE","id":"7","topic":"t"}');
      expect(us.decode('{"type":"ERROR","id":"7","code":"X"}')).to.have.property('id', 7);
      expect(us.decode('{"type":"ACK","id":"7","topic":"t"}')).to.have.property('id', 7);
      expect(us.decode('{"type":"NACK","id":"7","code":"X"}')).to.have.property('id', 7);
    });

    it('takes a reply whose id is a number', () => {
      expect(client().decode('{"type":"RESPONSE","id":7}')).to.deep.equal({ kind: 'reply', id: 7, last: true });
    });

    it('restores only what an integer is written as', () => {
      for (const id of [
        '',
        ' 7',
        '7 ',
        '07',
        '+7',
        '7.0',
        '7e0',
        '0x7',
        '-0',
        '1e3',
        '9007199254740993',
        'Infinity',
        'NaN',
        '７',
        'a-7',
      ])
        expect(client().decode(JSON.stringify({ type: 'RESPONSE', id })), id).to.have.property('id', id);
    });

    it("echoes ids of the other side's requests exactly as they came", () => {
      const codec = server();

      for (const id of [
        '"7"',
        '7',
        '"07"',
        '""',
        '-7',
        '0',
        '1.5',
        '9007199254740991',
        '"9007199254740993"',
        '"a\\"b"',
        '"é😀"',
      ]) {
        for (const [question, answer] of [
          [`{"id":${id},"command":"X"}`, { kind: 'reply', last: true }],
          [`{"id":${id},"command":"X"}`, { kind: 'failure', code: 'E' }],
          [`{"type":"SUBSCRIBE","id":${id},"topic":"t"}`, { kind: 'confirmation', topic: 't' }],
          [`{"type":"SUBSCRIBE","id":${id},"topic":"t"}`, { kind: 'refusal', code: 'E' }],
        ] as const) {
          const asked = codec.decode(question) as Extract<Message, { kind: 'request' | 'subscribe' }>;
          expect(textOf(codec, { ...answer, id: asked.id })).to.contain(`"id":${id}`);
        }
        for (const type of ['CANCEL', 'UNSUBSCRIBE']) {
          const { id: given } = codec.decode(`{"type":"${type}","id":${id},"topic":"t"}`) as Extract<Message, { kind: 'cancel' }>;
          expect(JSON.stringify(given)).to.equal(id);
        }
      }
    });
  });

  describe('heartbeats', () => {
    it('answers a ping in the case in which it was asked, with its timestamp', () => {
      const codec = server();
      const answer = (): string => textOf(codec, { kind: 'pong', timestamp: 5 });

      expect(answer(), 'before any ping').to.equal('{"type":"PONG","timestamp":5}');
      codec.decode('{"type":"ping","timestamp":5}');
      expect(answer()).to.equal('{"type":"pong","timestamp":5}');
      codec.decode('{"type":"NOTIFY","topic":"t"}');
      codec.decode('{"type":"PONG"}');
      codec.decode('{"type":"PING","timestamp":"not a number"}');
      expect(answer(), 'after other frames').to.equal('{"type":"pong","timestamp":5}');
      codec.decode('{"type":"PING","timestamp":5}');
      expect(answer()).to.equal('{"type":"PONG","timestamp":5}');
    });

    it('keeps the case per codec, so that two sessions of one protocol do not mix', () => {
      const protocol = commandNotify();
      const first = protocol.client();
      first.decode('{"type":"ping"}');

      expect(protocol.client().encode({ kind: 'pong' })).to.equal('{"type":"PONG"}');
      expect(first.encode({ kind: 'pong' })).to.equal('{"type":"pong"}');
    });
  });

  describe('the frames of the gateways that it was made for', () => {
    const theirs: readonly [description: string, frame: string, message: Message][] = [
      ['a reply', '{"type":"RESPONSE","id":"7","data":{"x":1}}', { kind: 'reply', id: 7, data: { x: 1 }, last: true }],
      [
        'a reply to an id of another making',
        '{"type":"RESPONSE","id":"36b8f84d-df4e-4d49-b662-bcde71a8764f","data":{"x":1}}',
        { kind: 'reply', id: '36b8f84d-df4e-4d49-b662-bcde71a8764f', data: { x: 1 }, last: true },
      ],
      [
        'an error',
        '{"type":"ERROR","id":"7","error":"No such thing","code":"NOT_FOUND"}',
        { kind: 'failure', id: 7, code: 'NOT_FOUND', message: 'No such thing' },
      ],
      [
        'a notification',
        '{"type":"NOTIFY","topic":"NOTIFY_CHANGE","data":{"item":3}}',
        { kind: 'notification', topic: 'NOTIFY_CHANGE', data: { item: 3 } },
      ],
      ['a bare ACK', '{"type":"ACK"}', { kind: 'other', body: { type: 'ACK' } }],
      ['a PONG', '{"type":"PONG"}', { kind: 'pong' }],
      ['a pong', '{"type":"pong","timestamp":1760000000000}', { kind: 'pong', timestamp: 1760000000000 }],
    ];

    for (const [description, frame, message] of theirs)
      it(`reads ${description}`, () => {
        expect(client().decode(frame)).to.deep.equal(message);
      });

    it('writes what they read: a command with a string id, and a ping with a timestamp', () => {
      const us = client();

      expect(textOf(us, { kind: 'request', id: 1, command: 'POST_LOGIN', data: { token: 't' } })).to.equal(
        '{"id":"1","command":"POST_LOGIN","data":{"token":"t"}}',
      );
      expect(textOf(us, { kind: 'request', id: 2, command: 'POST_SUB_CHANGES', data: {} })).to.equal(
        '{"id":"2","command":"POST_SUB_CHANGES","data":{}}',
      );
      expect(textOf(us, { kind: 'ping', timestamp: 1760000000000 })).to.equal('{"type":"ping","timestamp":1760000000000}');
    });
  });

  describe('batches', () => {
    const subscribe = (id: number, topic = `t${id}`): Message => ({ kind: 'subscribe', id, key: topic, topic });
    const told = (codec: Codec): Codec => {
      codec.decode('{"type":"RESPONSE","id":"1","batches":true}');
      return codec;
    };

    it('are read as their items one after the other, and a bad one costs only itself', () => {
      const list = '[{"type":"ACK","id":"3","topic":"a"},7,[],{"type":"NOTIFY"},{"type":"RESPONSE","id":"4"}]';
      for (const frame of [list, new TextEncoder().encode(list)]) {
        const messages = client().decode(frame) as readonly Message[];
        expect(messages.map(({ kind }) => kind)).to.deep.equal(['confirmation', 'malformed', 'malformed', 'malformed', 'reply']);
        expect([messages[0], messages[4]]).to.deep.equal([
          { kind: 'confirmation', id: 3, topic: 'a' },
          { kind: 'reply', id: 4, last: true },
        ]);
      }
      expect(client().decode('[]')).to.have.property('kind', 'malformed');
    });

    it('are read by the server, which says so once, in its first reply or confirmation', () => {
      const them = server();
      expect(textOf(them, { kind: 'notification', topic: 'a' })).to.equal('{"type":"NOTIFY","topic":"a"}');
      expect(textOf(them, { kind: 'reply', id: '1', data: {}, last: true })).to.equal(
        '{"type":"RESPONSE","id":"1","data":{},"batches":true}',
      );
      expect(textOf(them, { kind: 'reply', id: '2', last: true })).to.equal('{"type":"RESPONSE","id":"2"}');
      expect(textOf(server(), { kind: 'confirmation', id: '3', topic: 'a' })).to.equal(
        '{"type":"ACK","id":"3","topic":"a","batches":true}',
      );
      expect(textOf(client(), { kind: 'reply', id: '1', last: true })).to.equal('{"type":"RESPONSE","id":"1"}');
    });

    it('are read by the client, which says so once, when it was told the same, in its next request or subscribe', () => {
      const us = client();
      const request: Message = { kind: 'request', id: 1, command: 'A' };
      expect(textOf(us, request)).to.equal('{"id":"1","command":"A"}');
      told(us);
      expect(textOf(us, { kind: 'send', command: 'B' })).to.equal('{"command":"B"}');
      expect(textOf(us, request)).to.equal('{"id":"1","command":"A","batches":true}');
      expect(textOf(told(us), request)).to.equal('{"id":"1","command":"A"}');
      expect(textOf(told(client()), subscribe(2))).to.equal('{"type":"SUBSCRIBE","id":"2","topic":"t2","batches":true}');
      // A server has said it by then.
      const them = server();
      textOf(them, { kind: 'reply', id: '1', last: true });
      them.decode('{"id":"2","command":"A","batches":true}');
      expect(textOf(them, { kind: 'reply', id: '2', last: true })).to.equal('{"type":"RESPONSE","id":"2"}');
    });

    it('are sent to who said on this session that they are read there, and to no other', () => {
      for (const [make, frame] of [
        [client, '{"type":"RESPONSE","id":"1"'],
        [server, '{"id":"1","command":"A"'],
      ] as const) {
        const codec = make();
        for (const said of ['}', ',"batches":1}', ',"batches":false}']) {
          codec.decode(`${frame}${said}`);
          expect(codec.join, said).to.equal(undefined);
        }
        codec.decode('{"type":"NOTIFY","topic":"a","batches":true}');
        expect(codec.join, 'NOTIFY').to.equal(undefined);
        codec.decode(`[7,${frame},"batches":true}]`);
        expect(codec.join?.(['{"a":1}', '{"b":2}'])).to.equal('[{"a":1},{"b":2}]');
        expect(make().join).to.equal(undefined);
      }
    });

    it('are not asked for by who takes less than 48 KiB at once, nor by a server that does not know', () => {
      const reply: Message = { kind: 'reply', id: '1', last: true };
      for (const maxPayload of [undefined, 8_192, 49_151])
        expect(commandNotify().server?.(maxPayload).encode(reply), `${maxPayload}`).to.equal('{"type":"RESPONSE","id":"1"}');
      const small = told(commandNotify().client(undefined, 49_151));
      expect(textOf(small, subscribe(2))).to.equal('{"type":"SUBSCRIBE","id":"2","topic":"t2"}');
      // What it sends is up to the other side.
      expect(small.join).to.be.a('function');
      const large = told(commandNotify().client(undefined, 49_152));
      expect(textOf(large, subscribe(2))).to.include('"batches":true');
    });

    it('of more than 1,000 items are malformed as a whole', () => {
      const list = (count: number) => server().decode(`[${Array<number>(count).fill(0).join()}]`);
      expect(list(1_000)).to.have.length(1_000);
      const refused = list(1_001) as Extract<Message, { kind: 'malformed' }>;
      expect([refused.kind, refused.error.message]).to.deep.equal(['malformed', 'A list has more than 1,000 items']);
    });

    it('have their pings answered each in its case', () => {
      const codec = server();
      codec.decode('[{"type":"ping"},{"type":"PING"},{"type":"ping"}]');
      const answers = Array.from({ length: 4 }, () => codec.encode({ kind: 'pong' }));
      expect(answers.map((frame) => /pong/i.exec(frame as string)?.[0])).to.deep.equal(['pong', 'PONG', 'pong', 'pong']);
      // What nobody answered is not in the way of what comes later.
      codec.decode('[{"type":"ping"},{"type":"ping"}]');
      codec.decode('{"type":"PING"}');
      expect(codec.encode({ kind: 'pong' })).to.equal('{"type":"PONG"}');
    });
  });

  describe('a round trip', () => {
    const text = fc.oneof(fc.string(), anyText(), fc.constantFrom('__proto__', 'constructor', '"', '\\', '\u2028', ''));
    // JSON has no -0, and says the same for it as for 0.
    const json = fc.jsonValue().map((value): unknown => JSON.parse(JSON.stringify(value)));
    // Strings that are integers come back as numbers: nobody but the session makes such ids, and it makes numbers.
    const ownId = fc.oneof(
      text.filter((id) => !/^-?\d+$/.test(id)),
      fc.maxSafeInteger(),
    );
    const position = fc.record({ epoch: text, offset: fc.maxSafeNat() });
    const kind = <K extends string>(name: K): fc.Arbitrary<K> => fc.constant(name);
    const code = fc.oneof(text, fc.integer());

    const send = fc.record({ kind: kind('send'), command: text, data: json }, { requiredKeys: ['kind', 'command'] });
    const notification = fc.record(
      { kind: kind('notification'), topic: text, data: json, position },
      { requiredKeys: ['kind', 'topic'] },
    );
    const message: fc.Arbitrary<Message> = fc.oneof(
      fc.record(
        { kind: kind('request'), id: text, command: text, data: json, stream: fc.constant(true), key: text },
        {
          requiredKeys: ['kind', 'id', 'command'],
        },
      ),
      send,
      fc.record({ kind: kind('cancel'), id: text }),
      fc.record({ kind: kind('reply'), id: ownId, data: json, last: fc.boolean() }, { requiredKeys: ['kind', 'id', 'last'] }),
      fc.record(
        { kind: kind('failure'), id: ownId, code, message: text, data: json, retryAfter: fc.nat() },
        { requiredKeys: ['kind', 'id', 'code'] },
      ),
      fc
        .record(
          { kind: kind('subscribe'), id: text, topic: text, params: json, since: position },
          { requiredKeys: ['kind', 'id', 'topic'] },
        )
        .map((made) => ({ ...made, key: 'params' in made ? `${made.topic} ${JSON.stringify(made.params)}` : made.topic })),
      fc.record(
        { kind: kind('confirmation'), id: ownId, topic: text, position, recovered: fc.boolean() },
        { requiredKeys: ['kind', 'id', 'topic'] },
      ),
      fc.record({ kind: kind('refusal'), id: ownId, code, message: text, data: json }, { requiredKeys: ['kind', 'id', 'code'] }),
      fc.record({ kind: kind('unsubscribe'), id: text, topic: text }),
      notification,
      fc.record({ kind: kind('ended'), topic: text }),
      fc.record({ kind: kind('ping'), timestamp: fc.nat() }, { requiredKeys: ['kind'] }),
      fc.record({ kind: kind('pong'), timestamp: fc.nat() }, { requiredKeys: ['kind'] }),
      fc.record({ kind: kind('other'), body: fc.dictionary(text, json).map((body) => ({ ...body, type: 'WELCOME' })) }),
    );

    it('through both sides gives the message that went in', () => {
      fc.assert(
        fc.property(message, (sent) => {
          const received = server().decode(textOf(client(), sent));
          // The comparison of Node takes a fraction of the time, the assertion says what is different.
          if (!isDeepStrictEqual(received, sent)) expect(received).to.deep.equal(sent);
        }),
        { numRuns: 1000 },
      );
    });

    it('writes the kinds that it shares alike on every session, whatever went over it before', () => {
      const { shared = [] } = commandNotify();
      expect(shared).to.deep.equal(['notification', 'send']);
      const fresh = server();
      const used = server();
      used.decode('{"type":"PING"}');
      used.encode({ kind: 'request', id: 7, command: 'X' });
      fc.assert(
        fc.property(fc.oneof(send, notification), (sent) => {
          expect(used.encode(sent)).to.equal(fresh.encode(sent));
        }),
        { numRuns: 500 },
      );
    });

    it('gives the id that was asked with, whatever the other side does to it but echo it', () => {
      fc.assert(
        fc.property(ownId, (id) => {
          const us = client();
          const them = server();
          const asked = them.decode(textOf(us, { kind: 'request', id, command: 'X' })) as Extract<Message, { kind: 'request' }>;
          expect(us.decode(textOf(them, { kind: 'reply', id: asked.id, last: true }))).to.have.property('id', id);
        }),
      );
    });

    it('keeps the text of a frame: what the codec wrote, it writes again from what it read', () => {
      for (const { frame, written } of allExamples) {
        if (!written) continue;
        const codec = client();
        const message = codec.decode(frame) as Message;
        expect(codec.encode(message)).to.equal(frame);
      }
    });

    it('carries a reply of 5 MB, as text and as bytes', () => {
      const rows = Array.from({ length: 6_000 }, (_, row) => ({ row, text: 'é"\\\n😀'.repeat(100), value: row / 3 }));
      const written = JSON.stringify(rows);
      const sent: Message = { kind: 'reply', id: 7, data: rows, last: true };
      const frame = textOf(server(), sent);

      expect(frame.length).to.be.greaterThan(5_000_000);
      for (const form of [frame, new TextEncoder().encode(frame)]) {
        const { data, ...rest } = client().decode(form) as Extract<Message, { kind: 'reply' }>;
        expect(rest).to.deep.equal({ kind: 'reply', id: 7, last: true });
        expect(JSON.stringify(data) === written).to.equal(true);
      }
    });
  });
});
