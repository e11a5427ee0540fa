import { expect } from 'chai';
import * as t from 'io-ts';
import { refused } from '../../lib/io-ts/refused.js';
import { checkType, withDecode, withRun } from '../../lib/io-ts/withRun.js';

describe('withRun', () => {
  it('gives what the run gives, and lets the type itself decode what the run refuses', () => {
    const copy = withRun(t.string, (value) => (value === 'x' ? 'run' : refused));
    expect(copy.decode('x')).to.deep.equal({ _tag: 'Right', right: 'run' });
    expect(copy.decode('y')).to.deep.equal({ _tag: 'Right', right: 'y' });
    expect(copy.decode(1)).to.deep.equal(t.string.decode(1));
  });

  it('is the type in all else, and leaves the type as it was', () => {
    const type = t.strict({ a: t.string });
    const { decode } = type;
    const copy = withRun(type, () => refused);
    expect(copy).to.be.instanceOf(t.ExactType);
    expect(copy).to.include({ name: type.name, is: type.is, validate: type.validate, encode: type.encode, type: type.type });
    expect(type.decode).to.equal(decode);
  });
});

describe('withDecode', () => {
  it('is the type with another decode', () => {
    const copy = withDecode(t.string, () => 'mine');
    expect([copy.decode(1), copy.is, copy.validate]).to.deep.equal(['mine', t.string.is, t.string.validate]);
    expect(t.string.decode('x')).to.have.property('_tag', 'Right');
  });
});

describe('checkType', () => {
  it('names what is no type', () => {
    for (const wrong of [undefined, null, {}, { decode: String }, 'string'])
      expect(() => checkType('compileDecoder', wrong)).to.throw(TypeError, /^compileDecoder: codec must be a type of io-ts/);
    expect(checkType('compileDecoder', t.string)).to.equal(undefined);
  });
});
