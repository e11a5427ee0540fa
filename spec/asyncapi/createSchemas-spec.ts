import { expect } from 'chai';
import { AsyncApiError } from 'rxgate/asyncapi';
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
    const kinds: Readonly<Record<string, (next: object) => object>> = {
      items: (next) => ({ type: 'array', items: next }),
      properties: (next) => ({ type: 'object', properties: { f: next } }),
      rest: (next) => ({ type: 'object', additionalProperties: next }),
      alternatives: (next) => ({ anyOf: [{ type: 'object', properties: { f: next } }, { type: 'string' }] }),
      'allOf, by references': (next) => ({ allOf: [next, { type: 'object' }] }),
      'allOf, in place': (next) => ({ allOf: [{ allOf: [{ type: 'object', properties: { f: { allOf: [next] } } }] }] }),
    };
    for (const [kind, make] of Object.entries(kinds)) {
      const chain = (n: number, last: object) =>
        Object.fromEntries(Array.from({ length: n }, (_, at) => [`S${at}`, make(at < n - 1 ? ref(`S${at + 1}`) : last)]));
      expect(() => shapesOf(ref('S0'), chain(400, {})), kind).to.throw(
        AsyncApiError,
        /^#\/components\/schemas\/S\d+.*: is more than 150 schemas deep$/,
      );
      expect(() => shapesOf(ref('S0'), chain(20_000, ref('S0'))), `a ring: ${kind}`).to.throw(
        AsyncApiError,
        /is more than 150 schemas deep|leads to more than 1000 schemas by "allOf"/,
      );
      expect(shapesOf(ref('S0'), chain(30, { type: 'string' })).all.length, kind).to.equal(30);
    }
  });

  it('takes 150 levels', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 149 }, (_, at) => [
        `S${at}`,
        { type: 'object', properties: { f: at < 148 ? ref(`S${at + 1}`) : {} } },
      ]),
    );
    expect(shapesOf(ref('S0'), chain).all.length).to.equal(149);
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
