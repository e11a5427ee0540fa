import { expect } from 'chai';
import { MalformedMessageError } from '../../lib/errors/gatewayErrors.js';
import { commandNotify, type Message } from '../../lib/protocols/index.js';
import { examples } from './frames.js';

const decode = (frame: string): Message => commandNotify().client().decode(frame) as Message;
const faultOf = (frame: string): string => {
  const message = decode(frame);
  if (message.kind !== 'malformed') throw new Error(`${frame} was read as ${message.kind}`);
  expect(message.error).to.be.instanceOf(MalformedMessageError);
  return message.error.message;
};

const anId = 'must be a string, or a number up to 2^53 - 1';
const aString = 'must be a string';
const aFlag = 'must be true or false';
const anAmount = 'must be a number that is not negative';
const aPosition = 'must be { epoch: a string, offset: a whole number from 0 }';

/** Frame by frame: every field, what it must be, and values that it must not have. A field with `undefined` is required. */
const rules: readonly [frame: Record<string, unknown>, field: string, named: string, rule: string, bad: readonly unknown[]][] = [
  [{ command: 'X' }, 'type', 'type', aString, [7, true, [], {}]],
  [{ data: 1 }, 'command', 'request command', aString, [7, false, [], {}]],
  [{ command: 'X' }, 'id', 'request id', anId, [true, [], {}, 9007199254740992, -9007199254740992]],
  [{ command: 'X', id: '7' }, 'stream', 'request stream', aFlag, [1, 0, 'true', [], {}]],
  [{ command: 'X', id: '7' }, 'key', 'request key', aString, [1, true, [], {}]],
  [{ type: 'RESPONSE' }, 'id', 'RESPONSE id', anId, [undefined, null, true, [], {}, 9007199254740992]],
  [{ type: 'RESPONSE', id: '7' }, 'more', 'RESPONSE more', aFlag, [1, 'true', [], {}]],
  [{ type: 'ERROR' }, 'id', 'ERROR id', anId, [true, [], {}]],
  [{ type: 'ERROR', id: '7' }, 'code', 'ERROR code', anId, [true, [], {}]],
  [{ type: 'ERROR', id: '7' }, 'error', 'ERROR error', aString, [7, true, [], {}]],
  [{ type: 'ERROR', id: '7' }, 'retryAfter', 'ERROR retryAfter', anAmount, [-1, '5', true, [], {}]],
  [{ type: 'NOTIFY' }, 'topic', 'NOTIFY topic', aString, [undefined, null, 7, [], {}]],
  [
    { type: 'NOTIFY', topic: 't' },
    'position',
    'NOTIFY position',
    aPosition,
    [7, 'a1:12', true, [], {}, { epoch: 'a1' }, { offset: 1 }, { epoch: 1, offset: 1 }, { epoch: 'a1', offset: '1' }],
  ],
  [{ type: 'SUBSCRIBE', topic: 't' }, 'id', 'SUBSCRIBE id', anId, [undefined, null, true, [], {}]],
  [{ type: 'SUBSCRIBE', id: '8' }, 'topic', 'SUBSCRIBE topic', aString, [undefined, null, 7, [], {}]],
  [{ type: 'SUBSCRIBE', id: '8', topic: 't' }, 'since', 'SUBSCRIBE since', aPosition, [7, 'a1', {}, { epoch: 'a1', offset: -1 }]],
  [{ type: 'ACK', topic: 't' }, 'id', 'ACK id', anId, [true, [], {}]],
  [{ type: 'ACK', id: '8' }, 'topic', 'ACK topic', aString, [undefined, null, 7, [], {}]],
  [{ type: 'ACK', id: '8', topic: 't' }, 'position', 'ACK position', aPosition, [7, {}, { epoch: 'a1', offset: 1.5 }]],
  [{ type: 'ACK', id: '8', topic: 't' }, 'recovered', 'ACK recovered', aFlag, [1, 'yes', [], {}]],
  [{ type: 'NACK' }, 'id', 'NACK id', anId, [undefined, null, true, [], {}]],
  [{ type: 'NACK', id: '8' }, 'code', 'NACK code', anId, [true, [], {}]],
  [{ type: 'NACK', id: '8' }, 'error', 'NACK error', aString, [7, true, [], {}]],
  [{ type: 'CANCEL' }, 'id', 'CANCEL id', anId, [undefined, null, true, [], {}]],
  [{ type: 'UNSUBSCRIBE', topic: 't' }, 'id', 'UNSUBSCRIBE id', anId, [undefined, null, true, [], {}]],
  [{ type: 'UNSUBSCRIBE', id: '8' }, 'topic', 'UNSUBSCRIBE topic', aString, [undefined, null, 7, [], {}]],
  [{ type: 'ENDED' }, 'topic', 'ENDED topic', aString, [undefined, null, 7, [], {}]],
  [{ type: 'ping' }, 'timestamp', 'ping timestamp', anAmount, ['2026-01-01', -1, true, [], {}]],
  [{ type: 'PONG' }, 'timestamp', 'PONG timestamp', anAmount, ['2026-01-01', -1, true, [], {}]],
];

describe('readCommandNotify', () => {
  for (const [kind, list] of Object.entries(examples))
    describe(`${kind} frames`, () => {
      for (const { frame, message } of list)
        it(`reads ${frame.slice(0, 90)}`, () => {
          expect(decode(frame)).to.deep.equal(message);
        });
    });

  describe('a field of the wrong type', () => {
    for (const [frame, field, named, rule, bad] of rules)
      it(`is named: ${named} ${rule}`, () => {
        for (const value of bad) expect(faultOf(JSON.stringify({ ...frame, [field]: value }))).to.equal(`${named} ${rule}`);
      });

    it('is also a number that JavaScript reads as infinite', () => {
      expect(faultOf('{"type":"RESPONSE","id":1e999}')).to.equal(`RESPONSE id ${anId}`);
      expect(faultOf('{"type":"ping","timestamp":1e999}')).to.equal(`ping timestamp ${anAmount}`);
      expect(faultOf('{"type":"ERROR","id":"7","retryAfter":1e999}')).to.equal(`ERROR retryAfter ${anAmount}`);
      expect(faultOf('{"type":"ERROR","id":"7","code":1e999}')).to.equal(`ERROR code ${anId}`);
    });
  });

  it('takes a type that it does not know for some other message, whatever else the frame says', () => {
    for (const type of ['', 'response', 'Ping', '__proto__', 'constructor', 'toString'])
      expect(decode(JSON.stringify({ type, id: '7', command: 'X' }))).to.deep.equal({
        kind: 'other',
        body: { type, id: '7', command: 'X' },
      });
  });

  it('leaves fields out of a position that do not belong to it', () => {
    expect(
      decode('{"type":"NOTIFY","topic":"t","data":1,"position":{"offset":1,"epoch":"a","x":2,"__proto__":{"y":3}}}'),
    ).to.deep.equal({
      kind: 'notification',
      topic: 't',
      data: 1,
      position: { epoch: 'a', offset: 1 },
    });
  });

  it('does not find the fields of a message in a __proto__ key', () => {
    const hidden = '"__proto__":{"type":"RESPONSE","id":"7","command":"X","topic":"t","data":1,"polluted":true}';

    expect(decode(`{${hidden}}`).kind).to.equal('other');
    expect(faultOf(`{"type":"RESPONSE",${hidden}}`)).to.contain('RESPONSE id');
    expect(faultOf(`{"type":"NOTIFY",${hidden}}`)).to.contain('NOTIFY topic');
    expect(decode(`{"type":"RESPONSE","id":"7",${hidden}}`)).to.deep.equal({ kind: 'reply', id: 7, last: true });
    expect(({} as { polluted?: boolean }).polluted).to.equal(undefined);
  });

  it('carries __proto__ keys of data, and __proto__ as a name, like any other', () => {
    const frame = '{"type":"NOTIFY","topic":"__proto__","data":{"__proto__":{"polluted":true}}}';
    const codec = commandNotify().client();
    const message = codec.decode(frame) as Message & { kind: 'notification' };

    expect(message.topic).to.equal('__proto__');
    expect(Object.getPrototypeOf(message.data)).to.equal(Object.prototype);
    expect(codec.encode(message)).to.equal(frame);
    expect(decode('{"id":"__proto__","command":"__proto__"}')).to.deep.equal({
      kind: 'request',
      id: '__proto__',
      command: '__proto__',
    });
  });

  it('makes a malformed message of params that are nested too deeply to be a key', () => {
    const depth = 200_000;
    const frame = `{"type":"SUBSCRIBE","id":"8","topic":"t","params":${'['.repeat(depth)}${']'.repeat(depth)}}`;

    expect(faultOf(frame)).to.equal('Maximum call stack size exceeded');
  });
});
