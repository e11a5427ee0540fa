import { expect } from 'chai';
import * as t from 'io-ts';
import { createShapes } from '../../lib/io-ts/createShapes.js';

const shapeOf = createShapes();

describe('createShapes', () => {
  it('knows every form of io-ts', () => {
    const tree: t.Type<any> = t.recursion('Tree', () => t.type({ next: t.union([tree, t.null]) }));
    const rows: readonly (readonly [string, t.Any])[] = [
      ...([
        ['leaf', t.string],
        ['leaf', t.void],
        ['literal', t.literal(1)],
        ['keyof', t.keyof({ a: null })],
      ] as const),
      ...([
        ['type', t.type({})],
        ['partial', t.partial({})],
        ['exact', t.strict({})],
        ['array', t.readonlyArray(t.string)],
      ] as const),
      ...([
        ['tuple', t.tuple([t.string])],
        ['record', t.record(t.string, t.null)],
        ['union', t.union([t.string, t.null])],
      ] as const),
      ...([
        ['exact', t.record(t.union([t.literal('a'), t.keyof({ b: null })]), t.null)],
        ['readonly', t.readonly(t.type({}))],
      ] as const),
      ...([
        ['refinement', t.Int],
        ['recursion', tree],
        ['intersection', t.intersection([t.type({}), t.partial({})])],
      ] as const),
    ];
    expect(rows.map(([, type]) => shapeOf(type).form)).to.deep.equal(rows.map(([form]) => form));
  });

  it('takes a type whose validate is not that of its tag for somebody else’s', () => {
    const types: t.Any[] = [t.string, t.type({ a: t.string }), t.Int, t.readonly(t.type({})), t.array(t.string)];
    for (const type of types) {
      const copy = Object.assign(Object.create(Object.getPrototypeOf(type) as object), type, { validate: t.success }) as t.Any;
      expect(shapeOf(copy).form, type.name).to.equal('own');
    }
    expect(shapeOf(new t.Type('x', t.string.is, t.string.validate, t.identity)).form).to.equal('own');
    expect(shapeOf(t.string.pipe(t.string)).form).to.equal('own');
  });

  it('finds the values of the tag that each member of a union is for', () => {
    const both = t.union([t.type({ k: t.literal('b') }), t.strict({ k: t.literal('c') })]);
    const union = t.union([t.intersection([t.type({ k: t.literal('a') }), t.partial({})]), both]);
    expect(shapeOf(union)).to.deep.include({ form: 'union', tag: 'k', tags: [['a'], ['b', 'c']] });
    expect(shapeOf(t.union([t.string, t.null]))).to.not.have.property('tag');
  });
});
