import { expect } from 'chai';
import { createSchemas, namesIn } from '../../lib/asyncapi/createSchemas.js';
import { shapesOf } from '../support/shapesOf.js';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

describe('createSchemas', () => {
  it('names what a reference leads to once, in the order of use', () => {
    const { shape, all } = shapesOf(
      { type: 'array', items: { anyOf: [ref('B'), ref('A'), ref('B')] } },
      { A: { type: 'string' }, B: { type: 'number' } },
    );
    expect(all.map(({ name, pointer }) => [name, pointer])).to.deep.equal([
      ['B', '#/components/schemas/B'],
      ['A', '#/components/schemas/A'],
    ]);
    expect(namesIn(shape)).to.deep.equal(['B', 'A', 'B']);
  });

  it('gives an object that stands in place the name that is wanted, and a word of its own none', () => {
    const reader = createSchemas({ value: {}, pointer: '#' });
    const object = { value: { type: 'object', description: 'what' }, pointer: '#/a' };
    expect(reader.read(object, 'bars.update')).to.deep.equal({ kind: 'named', name: 'BarsUpdate' });
    expect(reader.read(object, 'again')).to.deep.equal({ kind: 'named', name: 'BarsUpdate' });
    expect(reader.read({ value: { type: 'string' }, pointer: '#/b' }, 'text')).to.deep.equal({ kind: 'string' });
    expect(reader.all()).to.deep.equal([
      {
        name: 'BarsUpdate',
        pointer: '#/a',
        recursive: false,
        description: 'what',
        shape: { kind: 'object', properties: [], rest: true },
      },
    ]);
  });

  it('refuses what is too deep for a stack, by references or as it stands', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 2_000 }, (_, n) => [`S${n}`, { type: 'array', items: n < 1_999 ? ref(`S${n + 1}`) : {} }]),
    );
    expect(() => shapesOf(ref('S0'), chain)).to.throw(/^#\/components\/schemas\/S\d+.*: is more than 500 schemas deep/);
    expect(() => shapesOf(ref('S1900'), chain)).to.not.throw();
  });

  it('takes names as they stand: a percent sign is one', () => {
    const { all } = shapesOf(ref('a%zz'), { 'a%zz': { type: 'object' } });
    expect(all.map(({ name, pointer }) => [name, pointer])).to.deep.equal([['AZz', '#/components/schemas/a%zz']]);
  });

  it('looks behind names that name another one', () => {
    const { shape, behind } = shapesOf(ref('A'), { A: { allOf: [ref('B')] }, B: { type: 'boolean' } });
    expect(behind(shape)).to.deep.equal({ kind: 'boolean' });
  });

  it('knows which lead back to themselves', () => {
    const { all } = shapesOf(ref('A'), {
      A: { type: 'object', properties: { b: ref('B'), c: ref('C') } },
      B: { type: 'object', additionalProperties: ref('A') },
      C: { type: 'string' },
    });
    expect(all.filter(({ recursive }) => recursive).map(({ name }) => name)).to.deep.equal(['A', 'B']);
  });
});
