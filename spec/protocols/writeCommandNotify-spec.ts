import { expect } from 'chai';
import { MalformedMessageError } from '../../lib/errors/gatewayErrors.js';
import { commandNotify, type Message } from '../../lib/protocols/index.js';
import { examples } from './frames.js';

const encode = (message: Message): unknown => commandNotify().client().encode(message);

describe('writeCommandNotify', () => {
  for (const [kind, list] of Object.entries(examples))
    describe(`${kind} messages`, () => {
      for (const { frame, message, written } of list)
        if (written)
          it(`become ${frame.slice(0, 90)}`, () => {
            expect(encode(message)).to.equal(frame);
          });
    });

  it('writes stream and key only when set', () => {
    expect(encode({ kind: 'request', id: 1, command: 'X', data: undefined, stream: false, key: undefined })).to.equal(
      '{"id":"1","command":"X"}',
    );
  });

  it('writes what JSON.stringify would, for names of every kind', () => {
    const names = [
      '',
      '"',
      '\\',
      '\n',
      '\u0000',
      '\u001f',
      '\u007f',
      '\u2028',
      'é',
      '😀',
      '\ud83d',
      '\ude00\ud83d',
      '__proto__',
      '</script>',
    ];

    for (const name of names) {
      const quoted = JSON.stringify(name);
      expect(encode({ kind: 'request', id: name, command: name })).to.equal(`{"id":${quoted},"command":${quoted}}`);
      expect(encode({ kind: 'reply', id: name, last: true })).to.equal(`{"type":"RESPONSE","id":${quoted}}`);
      expect(encode({ kind: 'notification', topic: name })).to.equal(`{"type":"NOTIFY","topic":${quoted}}`);
      expect(encode({ kind: 'failure', id: 1, code: name, message: name })).to.equal(
        `{"type":"ERROR","id":1,"code":${quoted},"error":${quoted}}`,
      );
    }
  });

  it('does not write the local key of a subscription', () => {
    expect(encode({ kind: 'subscribe', id: 8, key: 'secret', topic: 't', params: { a: 1 } })).to.equal(
      '{"type":"SUBSCRIBE","id":"8","topic":"t","params":{"a":1}}',
    );
  });

  it('tells of a malformed message that there was one: an error without an id', () => {
    const error = new MalformedMessageError('in', 'id must be "text"');
    expect(encode({ kind: 'malformed', error })).to.equal('{"type":"ERROR","code":"MALFORMED","error":"id must be \\"text\\""}');
  });

  describe('data that cannot be encoded', () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    const withData = (data: unknown): Message[] => [
      { kind: 'request', id: 1, command: 'X', data },
      { kind: 'send', command: 'X', data },
      { kind: 'reply', id: 1, data, last: true },
      { kind: 'failure', id: 1, code: 'E', data },
      { kind: 'refusal', id: 1, code: 'E', data },
      { kind: 'subscribe', id: 1, key: 't', topic: 't', params: data },
      { kind: 'notification', topic: 't', data },
    ];

    for (const [name, data, text] of [
      ['a BigInt', { price: 1n }, /BigInt/],
      ['a cycle', cycle, /circular/],
      ['a function', () => 1, /has no JSON form: it is a function/],
      ['a symbol', Symbol('x'), /has no JSON form: it is a symbol/],
    ] as const)
      it(`throws the TypeError for ${name}, in every message that carries data`, () => {
        for (const message of withData(data)) expect(() => encode(message), message.kind).to.throw(TypeError, text);
      });

    it('throws what a toJSON of the application throws, unchanged', () => {
      const error = new Error('mine');
      const data = {
        toJSON() {
          throw error;
        },
      };
      for (const message of withData(data)) expect(() => encode(message), message.kind).to.throw(error);
    });

    it('costs the next message nothing', () => {
      const codec = commandNotify().client();
      expect(() => codec.encode({ kind: 'send', command: 'X', data: 1n })).to.throw(TypeError);
      expect(codec.encode({ kind: 'send', command: 'X', data: 1 })).to.equal('{"command":"X","data":1}');
    });
  });
});
