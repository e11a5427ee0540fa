import { expect } from 'chai';
import * as t from 'io-ts';
import { validatePayload } from '../../lib/contract/validatePayload.js';
import { DateFromISOString } from '../../lib/io-ts/dates.js';
import { nonEmptyArray, NonEmptyString } from '../../lib/io-ts/nonEmpty.js';

describe('NonEmptyString', () => {
  it('takes strings that are not empty', () => {
    expect(['x', ' ', '', 1].map(NonEmptyString.is)).to.deep.equal([true, true, false, false]);
  });
});

describe('nonEmptyArray', () => {
  const Times = nonEmptyArray(DateFromISOString);
  const text = '2026-11-30T14:45:00.000Z';

  it('reads and writes each item', () => {
    const result = Times.decode([text]);
    expect(result).to.deep.equal({ _tag: 'Right', right: [new Date(text)] });
    expect(result._tag === 'Right' && Times.encode(result.right)).to.deep.equal([text]);
  });

  it('refuses a list without items at its own path, and a wrong item at that item’s', () => {
    const type = t.type({ times: Times });
    const pathsOf = (value: unknown) => validatePayload(type, 'x', value);
    expect(pathsOf({ times: [] }))
      .to.have.nested.property('error.paths')
      .that.deep.equals(['times']);
    expect(pathsOf({ times: [text, 'x'] }))
      .to.have.nested.property('error.paths')
      .that.deep.equals(['times.1']);
  });

  it('throws a TypeError for an item that is no type', () => {
    expect(() => nonEmptyArray({ name: 'x' } as t.Mixed)).to.throw(TypeError, 'nonEmptyArray: codec must be a type of io-ts');
  });
});
