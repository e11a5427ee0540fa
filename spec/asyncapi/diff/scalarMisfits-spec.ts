import { expect } from 'chai';
import { limitMisfit, numberMisfits, stringMisfits } from '../../../lib/asyncapi/diff/scalarMisfits.js';
import type { NumberShape, StringShape } from '../../../lib/asyncapi/shape.js';

type Words<S> = Omit<S, 'kind'>;
const strings = (from: Words<StringShape>, to: Words<StringShape>): readonly string[] =>
  stringMisfits({ kind: 'string', ...from }, { kind: 'string', ...to }, '#').map(({ pointer }) => pointer);
const numbers = (from: Words<NumberShape>, to: Words<NumberShape>): readonly string[] =>
  numberMisfits({ kind: 'number', ...from }, { kind: 'number', ...to }, '#').map(({ sent }) => sent);

describe('stringMisfits', () => {
  it('finds each condition that the second has alone', () => {
    expect(strings({ minLength: 2, maxLength: 3, pattern: 'x', format: 'uuid' }, {})).to.deep.equal([]);
    expect(strings({}, { minLength: 0 })).to.deep.equal([]);
    expect(strings({}, { minLength: 1, maxLength: 3, pattern: 'x', format: 'uuid' })).to.deep.equal([
      '#/minLength',
      '#/maxLength',
      '#/pattern',
      '#/format',
    ]);
    expect(strings({ pattern: 'y' }, { pattern: 'x' })).to.deep.equal(['#/pattern']);
  });
});

describe('numberMisfits', () => {
  it('compares limits, and open ones with closed ones', () => {
    const rows: readonly (readonly [from: Words<NumberShape>, to: Words<NumberShape>, expected: readonly string[]])[] = [
      [{ minimum: 1 }, { minimum: 0 }, []],
      [{ exclusiveMinimum: 0 }, { minimum: 0 }, []],
      [{ minimum: 0 }, { exclusiveMinimum: 0 }, ['only above 0 (from 0 before)']],
      [{ minimum: 0, exclusiveMinimum: 0 }, { exclusiveMinimum: 0 }, []],
      [{ minimum: 1, exclusiveMinimum: 0 }, { minimum: 1 }, []],
      [{}, { minimum: 0 }, ['only from 0 (from any before)']],
      [{ maximum: 9 }, { maximum: 10 }, []],
      [{ maximum: 9 }, { exclusiveMaximum: 9 }, ['only below 9 (up to 9 before)']],
      [{ exclusiveMaximum: 9 }, { maximum: 9 }, []],
      [{}, { maximum: 0 }, ['only up to 0 (up to any before)']],
    ];
    for (const [from, to, expected] of rows) expect(numbers(from, to), JSON.stringify([from, to])).to.deep.equal(expected);
  });

  it('knows that whole numbers above 0 are those from 1', () => {
    const whole = { integer: true } as const;
    expect(numbers({ ...whole, exclusiveMinimum: 0, exclusiveMaximum: 9 }, { minimum: 1, maximum: 8 })).to.deep.equal([]);
    expect(numbers({ ...whole, minimum: 0.5, maximum: 8.5 }, { ...whole, minimum: 1, maximum: 8 })).to.deep.equal([]);
    expect(numbers({ ...whole, minimum: 1, maximum: 8 }, { exclusiveMinimum: 0.5, exclusiveMaximum: 8.5 })).to.deep.equal([]);
    expect(numbers({ ...whole, exclusiveMinimum: 0 }, { minimum: 2 })).to.deep.equal(['only from 2 (above 0 before)']);
    expect(numbers({ ...whole, exclusiveMaximum: 9 }, { maximum: 7 })).to.deep.equal(['only up to 7 (below 9 before)']);
    expect(numbers({ exclusiveMinimum: 0 }, { minimum: 1 })).to.deep.equal(['only from 1 (above 0 before)']);
  });

  it('knows multiples of whole numbers, and integers', () => {
    expect(numbers({ multipleOf: 6 }, { multipleOf: 3 })).to.deep.equal([]);
    expect(numbers({ multipleOf: 0.5 }, { multipleOf: 0.5 })).to.deep.equal([]);
    expect(numbers({ multipleOf: 3 }, { multipleOf: 6 })).to.deep.equal(['must be a multiple of 6']);
    expect(numbers({ multipleOf: 0.3 }, { multipleOf: 0.1 })).to.deep.equal([]);
    expect(numbers({ multipleOf: 0.25 }, { multipleOf: 0.1 })).to.deep.equal(['must be a multiple of 0.1']);
    expect(numbers({ integer: true }, { multipleOf: 0.5 })).to.deep.equal([]);
    expect(numbers({ multipleOf: 4 }, { integer: true })).to.deep.equal([]);
    expect(numbers({ multipleOf: 1.5 }, { integer: true })).to.deep.equal(['must be an integer']);
    expect(numbers({ integer: true }, {})).to.deep.equal([]);
    expect(numbers({}, { integer: true })).to.deep.equal(['must be an integer']);
  });
});

describe('limitMisfit', () => {
  it('tells both sides of it', () => {
    expect(limitMisfit('#/a', 'maxItems', 'the count', undefined, 3, 'most')).to.deep.equal([
      {
        pointer: '#/a/maxItems',
        sent: 'the count must be at most 3 (none before)',
        received: 'the count may be above 3 now (the limit is none)',
      },
    ]);
    expect(limitMisfit('#', 'minItems', 'the count', 3, 3, 'least')).to.deep.equal([]);
  });
});
