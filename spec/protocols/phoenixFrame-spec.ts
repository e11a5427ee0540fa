import { expect } from 'chai';
import { type PhoenixFrame, readPhoenixFrame, writePhoenixFrame } from '../../lib/protocols/phoenixFrame.js';

const bytes = (...parts: readonly (number | string)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...new TextEncoder().encode(part)] : [part])));

describe('phoenixFrame', () => {
  it('writes a list in JSON, and reads it back', () => {
    const frame: PhoenixFrame = ['1', '2', 'room:ä', 'new_msg', { body: 'hi' }];
    expect(writePhoenixFrame(frame)).to.equal('["1","2","room:ä","new_msg",{"body":"hi"}]');
    expect(readPhoenixFrame(writePhoenixFrame(frame))).to.deep.equal(frame);
    expect(writePhoenixFrame([null, '3', 'phoenix', 'heartbeat', {}])).to.equal('[null,"3","phoenix","heartbeat",{}]');
  });

  it('writes a push with bytes as the sizes of its names, the names, and the bytes', () => {
    const frame = writePhoenixFrame(['1', '20', 'r:ä', 'up', Uint8Array.of(7, 0, 255)]);
    expect(frame).to.deep.equal(bytes(0, 1, 2, 4, 2, '1', '20', 'r:ä', 'up', 7, 0, 255));
  });

  it('does not write a name in bytes that is longer than its size can say', () => {
    expect(() => writePhoenixFrame(['1', '2', 'r'.repeat(256), 'up', Uint8Array.of(1)])).to.throw(RangeError, '255 bytes');
    expect(writePhoenixFrame(['1', '2', 'r'.repeat(255), 'up', Uint8Array.of(1)])).to.have.length(5 + 1 + 1 + 255 + 2 + 1);
  });

  it('reads a push, a reply and a broadcast in bytes', () => {
    const payload = Uint8Array.of(1, 2);
    expect(readPhoenixFrame(bytes(0, 1, 3, 2, '7', 'r:1', 'up', 1, 2))).to.deep.equal(['7', null, 'r:1', 'up', payload]);
    expect(readPhoenixFrame(bytes(1, 1, 2, 3, 2, '7', '12', 'r:1', 'ok', 1, 2))).to.deep.equal([
      ...['7', '12', 'r:1', 'phx_reply'],
      { status: 'ok', response: payload },
    ]);
    expect(readPhoenixFrame(bytes(2, 3, 2, 'r:1', 'up', 1, 2))).to.deep.equal([null, null, 'r:1', 'up', payload]);
    expect(readPhoenixFrame(bytes(2, 3, 2, 'r:1', 'up'))[4]).to.deep.equal(new Uint8Array());
  });

  it('reads nothing else, and does not quote it', () => {
    const wrong = [
      ...[
        '',
        'secret',
        '{}',
        'null',
        '[]',
        '["1","2","r"]',
        '["1","2","r","e"]',
        '["1","2","r","e",null]',
        '["1","2","r","e","secret"]',
      ],
      ...['[1,"2","r","e",{}]', '["1",2,"r","e",{}]', '["1","2",null,"e",{}]', '["1","2","r",{},{}]', '{"0":"1","length":5}'],
      ...[bytes(), bytes(3, 1, 1, 'r', 'e'), bytes(0), bytes(1, 1, 1), bytes(2, 9, 1, 'r', 'e'), bytes(2, 1, 1, 0xff, 'e')],
    ];
    for (const frame of wrong)
      expect(() => readPhoenixFrame(frame), String(frame))
        .to.throw(TypeError)
        .with.property('message')
        .that.does.not.include('secret');
  });
});
