import { inspect } from 'node:util';
import { expect } from 'chai';
import { asJsonObject, jsonReader } from '../../lib/protocols/jsonReader.js';

const fault = 'A frame is not a JSON object';

const faultOf = (frame: string | Uint8Array): TypeError => {
  try {
    jsonReader(asJsonObject)(frame);
  } catch (error) {
    if (error instanceof TypeError) return error;
    throw error;
  }
  throw new Error('The frame was read');
};

describe('jsonReader', () => {
  it('reads a JSON object from text', () => {
    expect(jsonReader(asJsonObject)('{"a":[1,null],"b":{"c":"é"}}')).to.deep.equal({ a: [1, null], b: { c: 'é' } });
  });

  it('P41: reads a JSON object from UTF-8 bytes, frame after frame', () => {
    const read = jsonReader(asJsonObject);
    const padded = new TextEncoder().encode('..{"a":"é😀"}..');

    expect(read(padded.subarray(2, -2))).to.deep.equal({ a: 'é😀' });
    expect(read(Buffer.from('{"b":1}'))).to.deep.equal({ b: 1 });
  });

  it('P18: refuses what is not JSON, without quoting it', () => {
    for (const frame of ['', ' ', 'secret', '{"secret":1', '{"secret":1}}', "{'secret':1}", '{"secret":undefined}', '\ufeff{}']) {
      const error = faultOf(frame);
      expect(error.message).to.equal(fault);
      expect(inspect(error, { depth: 9 }).split('\n')[0]).not.to.contain('secret');
      expect(error.cause).to.equal(undefined);
    }
  });

  it('refuses JSON that is no object', () => {
    for (const frame of ['null', '7', '"secret"', 'true', '[]', '[{"type":"PONG"}]'])
      expect(faultOf(frame).message).to.equal(fault);
  });

  it('refuses bytes that are not UTF-8, and goes on reading', () => {
    const read = jsonReader(asJsonObject);

    expect(() => read(Uint8Array.of(0x7b, 0xff, 0x7d))).to.throw(TypeError, fault);
    // Cut within a character: the next frame must not begin with the rest of it.
    expect(() => read(new TextEncoder().encode('{"a":"é').subarray(0, -1))).to.throw(TypeError, fault);
    expect(read(new TextEncoder().encode('{"a":1}'))).to.deep.equal({ a: 1 });
    expect(() => read(new Uint8Array())).to.throw(TypeError, fault);
  });

  it('keeps a __proto__ key as a field of its own', () => {
    const body = jsonReader(asJsonObject)(
      '{"__proto__":{"type":"RESPONSE","polluted":true},"a":{"__proto__":{"polluted":true}}}',
    );

    expect(Object.keys(body)).to.deep.equal(['__proto__', 'a']);
    expect(body.type).to.equal(undefined);
    expect(Object.getPrototypeOf(body)).to.equal(Object.prototype);
    expect(({} as { polluted?: boolean }).polluted).to.equal(undefined);
  });

  it('reads no global before the first binary frame', () => {
    const descriptor = Object.getOwnPropertyDescriptor(globalThis, 'TextDecoder');
    if (!descriptor) throw new Error('This runtime has no TextDecoder');
    let reads = 0;
    Object.defineProperty(globalThis, 'TextDecoder', {
      configurable: true,
      get: () => {
        reads++;
        return descriptor.value as unknown;
      },
    });
    try {
      const read = jsonReader(asJsonObject);
      read('{}');
      expect(reads).to.equal(0);
      read(Buffer.from('{}'));
      read(Buffer.from('{}'));
      expect(reads).to.equal(1);
    } finally {
      Object.defineProperty(globalThis, 'TextDecoder', descriptor);
    }
  });

  it('gives what is made of any JSON, and of undefined for what is none', () => {
    const parse = jsonReader((value) => ({ value }));
    for (const value of [null, 7, 'text', [], [{ a: 1 }], { a: 1 }]) {
      expect(parse(JSON.stringify(value))).to.deep.equal({ value });
      expect(parse(Buffer.from(JSON.stringify(value)))).to.deep.equal({ value });
    }
    for (const frame of ['', 'undefined', '{"a":1', Uint8Array.of(0xff)])
      expect(parse(frame)).to.deep.equal({ value: undefined });
  });

  it('asJsonObject gives an object as it is', () => {
    const body = { a: 1 };
    expect(asJsonObject(body)).to.equal(body);
    for (const value of [undefined, null, 7, 'text', []]) expect(() => asJsonObject(value)).to.throw(TypeError, fault);
  });
});
