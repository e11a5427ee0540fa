import { expect } from 'chai';
import { arrayMisfits, tupleMisfits } from '../../../lib/asyncapi/diff/arrayMisfits.js';
import type { Compare } from '../../../lib/asyncapi/diff/comparison.js';
import type { ArrayShape, Shape } from '../../../lib/asyncapi/shape.js';

const compare: Compare = (from, to, pointer) =>
  to.kind === 'unknown' || from.kind === to.kind ? [] : [{ pointer, sent: 'items', received: 'items' }];
const list = (kind: 'string' | 'boolean', more: object = {}): ArrayShape => ({ kind: 'array', items: { kind }, ...more });
const tuple = (...kinds: readonly ('string' | 'boolean')[]): Shape => ({ kind: 'tuple', items: kinds.map((kind) => ({ kind })) });

describe('arrayMisfits', () => {
  const places = (from: ArrayShape, to: ArrayShape): readonly string[] =>
    arrayMisfits(from, to, '#', compare).map(({ pointer }) => pointer);

  it('compares items, counts and whether they differ', () => {
    expect(places(list('string', { minItems: 1, maxItems: 2, uniqueItems: true }), list('string'))).to.deep.equal([]);
    expect(places(list('boolean'), list('string', { minItems: 1, maxItems: 2, uniqueItems: true }))).to.deep.equal([
      '#/items',
      '#/minItems',
      '#/maxItems',
      '#/uniqueItems',
    ]);
    expect(places(list('boolean', { maxItems: 0 }), list('string'))).to.deep.equal([]);
  });
});

describe('tupleMisfits', () => {
  const places = (from: Shape, to: Shape): readonly string[] | undefined =>
    tupleMisfits(from, to, '#', compare)?.map(({ pointer }) => pointer);

  it('compares lists of a fixed length with each other and with others', () => {
    expect(places(tuple('string', 'boolean'), tuple('string', 'string'))).to.deep.equal(['#/items/1']);
    expect(places(tuple('string'), tuple('string', 'string'))).to.equal(undefined);
    expect(places(tuple('string', 'string'), list('string', { maxItems: 2 }))).to.deep.equal([]);
    expect(places(tuple('string', 'boolean'), list('string', { maxItems: 1 }))).to.deep.equal(['#/items/1', '#/maxItems']);
    expect(places(tuple('string', 'string'), list('string', { uniqueItems: true }))).to.deep.equal(['#/uniqueItems']);
    expect(places(list('string', { minItems: 2, maxItems: 2 }), tuple('string', 'string'))).to.deep.equal([]);
    expect(places(list('string', { minItems: 1 }), tuple('string'))).to.equal(undefined);
    expect(places(list('string', { maxItems: 1 }), tuple('string'))).to.equal(undefined);
    expect(places({ kind: 'string' }, tuple('string'))).to.equal(undefined);
  });
});
