import { expect } from 'chai';
import { joinBytes, stompFields, stompFrame, utf8 } from '../../lib/protocols/stompFrame.js';

const bytesOf = (text: string): number[] => [...new TextEncoder().encode(text)];

describe('stompFrame', () => {
  it('writes command, headers, an empty line and a NUL', () => {
    expect(stompFrame('UNSUBSCRIBE', { id: 'sub-1' })).to.equal('UNSUBSCRIBE\nid:sub-1\n\n\0');
    expect(stompFrame('DISCONNECT', {})).to.equal('DISCONNECT\n\n\0');
  });

  it('counts the bytes of a body, not its letters', () => {
    expect(stompFrame('SEND', { destination: '/a' }, 'é€😀')).to.equal('SEND\ndestination:/a\ncontent-length:9\n\né€😀\0');
    expect(stompFrame('SEND', {}, 'a\0b')).to.equal('SEND\ncontent-length:3\n\na\0b\0');
  });

  it('does not believe a length that it is given', () => {
    expect(stompFrame('SEND', { 'content-length': 99 }, 'ab')).to.equal('SEND\ncontent-length:2\n\nab\0');
    expect(stompFrame('SEND', { 'content-length': 99 })).to.equal('SEND\n\n\0');
  });

  it('is bytes if the body is', () => {
    const frame = stompFrame('SEND', { é: 1 }, Uint8Array.of(0, 255));
    expect(frame).to.be.instanceOf(Uint8Array);
    expect([...(frame as Uint8Array)]).to.deep.equal([...bytesOf('SEND\né:1\ncontent-length:2\n\n'), 0, 255, 0]);
  });

  it('escapes names and values', () => {
    expect(stompFrame('SEND', { 'a:b': 'c\\d\r\ne:f' })).to.equal('SEND\na\\cb:c\\\\d\\r\\ne\\cf\n\n\0');
  });

  it('writes numbers and flags as text, and leaves out what is undefined or null', () => {
    expect(stompFrame('SUBSCRIBE', { a: 5, b: false, c: undefined, d: null, e: '' })).to.equal(
      'SUBSCRIBE\na:5\nb:false\ne:\n\n\0',
    );
  });

  it('refuses what is no text, and a NUL, by the name of the header and without its value', () => {
    for (const value of [{}, [], () => 0, 'hush\0', new Date(0)])
      expect(() => stompFrame('SEND', { secret: value }), typeof value).to.throw(TypeError, /^header secret cannot be written$/);
    expect(() => stompFrame('SEND', { 'a\0': 1 })).to.throw(TypeError);
  });

  it('has no escapes in CONNECT, and refuses what would need one to stay one header', () => {
    expect(stompFrame('CONNECT', { passcode: 'a:b\\c' })).to.equal('CONNECT\npasscode:a:b\\c\n\n\0');
    for (const value of ['a\nb', 'a\rb', 'a\0'])
      expect(() => stompFrame('CONNECT', { passcode: value })).to.throw(TypeError, /^header passcode cannot be written$/);
    expect(() => stompFrame('CONNECT', { 'a\nlogin': 'x' })).to.throw(TypeError);
  });
});

describe('stompFields', () => {
  it('takes an object, or nothing', () => {
    const given = { a: 1 };
    expect(stompFields('params', given)).to.equal(given);
    expect(stompFields('params', undefined)).to.deep.equal({});
  });

  it('refuses anything else without quoting it', () => {
    for (const given of ['hush', 5, null, ['hush'], new Map([['hush', 1]])])
      expect(() => stompFields('credentials', given)).to.throw(TypeError, /^credentials must be an object$/);
  });
});

describe('joinBytes and utf8', () => {
  it('put bytes behind bytes, and leave bytes as they are', () => {
    const bytes = Uint8Array.of(1, 2);
    expect([...joinBytes(bytes, utf8('é'))]).to.deep.equal([1, 2, 0xc3, 0xa9]);
    expect(utf8(bytes)).to.equal(bytes);
  });
});
