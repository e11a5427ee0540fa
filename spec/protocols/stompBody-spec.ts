import { expect } from 'chai';
import { readStompBody, readUtf8, writeStompBody } from '../../lib/protocols/stompBody.js';
import { utf8 } from '../../lib/protocols/stompFrame.js';

const octets = 'application/octet-stream';

describe('writeStompBody', () => {
  it('goes by the value where no type is given', () => {
    expect(writeStompBody({ a: 1 }, undefined)).to.deep.equal(['{"a":1}', 'application/json']);
    expect(writeStompBody(null, undefined)).to.deep.equal(['null', 'application/json']);
    expect(writeStompBody(0, undefined)).to.deep.equal(['0', 'application/json']);
    expect(writeStompBody('{"a":1}', undefined)).to.deep.equal(['{"a":1}', 'text/plain']);
    const bytes = Uint8Array.of(1);
    expect(writeStompBody(bytes, undefined)).to.deep.equal([bytes, octets]);
    expect(writeStompBody(undefined, undefined)).to.deep.equal([undefined, undefined]);
  });

  it('goes by the type that is given, as far as it says how to write', () => {
    expect(writeStompBody('a', 'application/json')).to.deep.equal(['"a"', 'application/json']);
    expect(writeStompBody('<a/>', 'application/xml')).to.deep.equal(['<a/>', 'application/xml']);
    expect(writeStompBody({ a: 1 }, 'application/vnd.x')).to.deep.equal(['{"a":1}', 'application/vnd.x']);
    expect(writeStompBody(utf8('{}'), 'application/json')).to.deep.equal([utf8('{}'), 'application/json']);
    expect(writeStompBody(undefined, 'text/plain')).to.deep.equal([undefined, 'text/plain']);
  });

  it('throws what has no form', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    for (const body of [circle, () => 0, Symbol('s'), 1n]) expect(() => writeStompBody(body, undefined)).to.throw(TypeError);
  });
});

describe('readStompBody', () => {
  it('reads JSON, whatever kind of it the type names', () => {
    for (const type of ['application/json', 'application/json;charset=utf-8', 'application/problem+json ; a=b', 'Text/JSON'])
      expect(readStompBody(utf8('{"a":"é"}'), type), type).to.deep.equal({ a: 'é' });
    for (const type of ['application/json-seq', 'application/jsonl', 'json'])
      expect(readStompBody(utf8('{}'), type), type).to.deep.equal(utf8('{}'));
  });

  it('reads text, and takes what has no type for it', () => {
    for (const type of ['text/plain', 'text/html; charset=utf-8', 'TEXT/PLAIN', undefined])
      expect(readStompBody(utf8('{"a":"é"}'), type), type).to.equal('{"a":"é"}');
  });

  it('leaves the rest as bytes, in an array of their own', () => {
    const all = Uint8Array.of(9, 0, 255, 9);
    const body = readStompBody(all.subarray(1, 3), octets) as Uint8Array;
    expect([...body]).to.deep.equal([0, 255]);
    expect(body.buffer.byteLength).to.equal(2);
  });

  it('is undefined where nothing is JSON or has no type, and else nothing of that type', () => {
    expect(readStompBody(utf8(''), 'application/json')).to.equal(undefined);
    expect(readStompBody(utf8(''))).to.equal(undefined);
    expect(readStompBody(utf8(''), 'text/plain')).to.equal('');
    expect(readStompBody(utf8(''), octets)).to.deep.equal(utf8(''));
  });

  it('throws what is not of its type', () => {
    expect(() => readStompBody(utf8('{"'), 'application/json')).to.throw(SyntaxError);
    expect(() => readStompBody(Uint8Array.of(0xff), 'text/plain')).to.throw(TypeError);
    expect(() => readStompBody(Uint8Array.of(0xff))).to.throw(TypeError);
    expect(() => readUtf8(Uint8Array.of(0xc3))).to.throw(TypeError);
  });
});
