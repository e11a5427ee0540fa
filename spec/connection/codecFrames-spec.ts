import { expect } from 'chai';
import { decodeFrame, encodeMessage, framesOf, nameOf } from '../../lib/connection/codecFrames.js';
import type { MalformedMessageError } from 'rxgate';
import type { Codec, Encoded, Message } from 'rxgate/protocols';

const send: Message = { kind: 'send', command: 'typing', data: 'secret' };
const giving = (frames: unknown): Codec => ({ encode: () => frames as string, decode: () => [] });
const failing = (problem: unknown): Codec => {
  const fail = () => {
    throw problem;
  };
  return { encode: fail, decode: fail };
};

describe('nameOf', () => {
  const rows: readonly (readonly [Message, string | undefined])[] = [
    [send, 'typing'],
    [{ kind: 'request', id: 1, command: 'orders.place' }, 'orders.place'],
    [{ kind: 'notification', topic: 'bars' }, 'bars'],
    [{ kind: 'reply', id: 1, last: true }, undefined],
    [{ kind: 'ping' }, undefined],
  ];
  for (const [message, name] of rows)
    it(`says ${name ?? 'nothing'} of a ${message.kind}`, () => {
      expect(nameOf(message)).to.equal(name);
    });
});

describe('encodeMessage', () => {
  const bytes = new Uint8Array([1]);
  const rows: readonly (readonly [string, unknown, readonly unknown[]])[] = [
    ['one frame of text', 'a', ['a']],
    ['empty text, which is a frame', '', ['']],
    ['one frame of bytes', bytes, [bytes]],
    ['several frames', ['a', bytes], ['a', bytes]],
    ['no frame', undefined, []],
    ['an empty list', [], []],
  ];
  for (const [what, given, frames] of rows)
    it(`takes ${what}`, () => {
      expect(encodeMessage(giving(given), send)).to.deep.equal(frames);
    });

  it('keeps the answers that come with the frames, in order', () => {
    const answers: Message[] = [{ kind: 'pong' }, { kind: 'ping' }];
    expect(encodeMessage(giving({ frames: ['a', bytes], answers }), send)).to.deep.equal({ frames: ['a', bytes], answers });
    expect(encodeMessage(giving({ frames: [], answers }), send)).to.deep.equal({ frames: [], answers });
  });

  const wrong: readonly (readonly [string, unknown])[] = [
    ['a promise', Promise.resolve('a')],
    ['a number', 7],
    ['an object', {}],
    ['an ArrayBuffer', new ArrayBuffer(1)],
    ['a bad frame among good ones', ['a', 7]],
    ['a hole in a list', ['a', undefined]],
    ['a bad frame with answers', { frames: [7], answers: [] }],
    ['a list of frames with answers', [{ frames: ['a'], answers: [] }]],
  ];
  for (const [what, given] of wrong)
    it(`refuses ${what} as no frame, and names the command`, () => {
      expect(() => encodeMessage(giving(given), send))
        .to.throw('"typing"')
        .that.includes({ kind: 'malformedMessage', direction: 'out' })
        .and.has.property('cause')
        .that.is.instanceOf(TypeError);
    });

  it('names the kind where a message has no name, keeps the cause, and tells nothing of the data', () => {
    const problem = new RangeError('secret');
    for (const [message, name] of [
      [{ kind: 'pong' }, '"pong"'],
      [send, '"typing"'],
    ] as const)
      expect(() => encodeMessage(failing(problem), message))
        .to.throw(name)
        .that.has.property('cause', problem);
    expect(() => encodeMessage(failing(problem), send)).to.throw(/^(?!.*secret)/);
  });
});

describe('framesOf', () => {
  it('gives the frames, with or without answers', () => {
    const frames = ['a'];
    const encoded: Encoded = { frames, answers: [{ kind: 'pong' }] };
    expect(framesOf(frames)).to.equal(frames);
    expect(framesOf(encoded)).to.equal(frames);
  });
});

describe('decodeFrame', () => {
  it('gives what the codec reads, one message or a list, as it is', () => {
    for (const read of [send, [send, send], []]) {
      const codec: Codec = { encode: () => undefined, decode: () => read };
      expect(decodeFrame(codec, 'x')).to.equal(read);
    }
  });

  it('makes a malformed message of what a codec throws against its contract, without the frame in its text', () => {
    const problem = new Error('broken');
    const message = decodeFrame(failing(problem), '{"token":"secret"}');
    expect(message).to.have.property('kind', 'malformed');
    const { error } = message as unknown as { error: MalformedMessageError };
    expect(error).to.include({ kind: 'malformedMessage', direction: 'in', cause: problem });
    expect(error.message).to.not.include('secret');
  });
});
