import { expect } from 'chai';
import { extraField, fieldOf } from '../../lib/io-ts/field.js';
import { refused } from '../../lib/io-ts/refused.js';

describe('fieldOf', () => {
  const run = (value: unknown): unknown => value;

  it('knows the fields that need no call', () => {
    const kinds = (['StringType', 'NumberType', 'BooleanType', 'NullType'] as const).map(
      (tag) => fieldOf('a', { form: 'leaf', tag }, run).kind,
    );
    expect(kinds).to.deep.equal([1, 2, 3, 0]);
    expect(fieldOf('a', { form: 'literal', value: 'x' }, run)).to.deep.equal({ key: 'a', run, kind: 4, literal: 'x' });
    expect(fieldOf('a', { form: 'literal', value: undefined }, run).kind).to.equal(0);
  });

  it('passes over what the type does not know', () => {
    const { kind, run: never } = extraField('more');
    expect([kind, never(1)]).to.deep.equal([5, refused]);
  });
});
