import { expect } from 'chai';
import { transformSync } from 'esbuild';
import * as t from 'io-ts';
import { runInThisContext } from 'node:vm';
import { codecHelpers, formatHelper } from '../../../lib/asyncapi/emit/codecHelpers.js';
import { isMultiple } from '../../../lib/asyncapi/isMultiple.js';
import { checkedFormats } from '../../../lib/asyncapi/formats.js';

/** The functions, as a generated file has them. */
const source = `${Object.values(codecHelpers).join('\n')}\nexport { ${Object.keys(codecHelpers).join(', ')} };`;
const { code } = transformSync(source, { loader: 'ts', format: 'cjs' });
const module = { exports: {} as Record<string, (...args: readonly unknown[]) => unknown> };
(runInThisContext(`(t, module) => {\n${code}\n}`) as (...args: unknown[]) => void)(t, module);
const helpers = module.exports;

describe('codecHelpers', () => {
  it('count characters, and know properties', () => {
    expect(helpers.count!('a😀')).to.equal(2);
    expect([helpers.closed!({ a: 1 }, ['a']), helpers.closed!({ b: 1 }, ['a'])]).to.deep.equal([true, false]);
    expect([helpers.present!({ a: null }, ['a']), helpers.present!({ a: undefined }, ['a'])]).to.deep.equal([true, false]);
    expect([helpers.further!({ a: 'x', b: 1 }, ['a'], t.number), helpers.further!({ b: 'x' }, ['a'], t.number)]).to.deep.equal([
      true,
      false,
    ]);
  });

  it('tell items apart by value, and one codec from two', () => {
    expect(
      helpers.unique!([
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ]),
    ).to.equal(false);
    expect(helpers.unique!([[1, 2], [2, 1], '1', 1, '[1,2]', null, 'null', { a: 1 }, '{"a":1}'])).to.equal(true);
    for (const twice of [1, 'x', null, true, [1]]) expect(helpers.unique!([0, twice, 'y', twice])).to.equal(false);
    expect([helpers.only!('x', [t.string, t.number]), helpers.only!('x', [t.string, t.unknown])]).to.deep.equal([true, false]);
  });

  it('look no further than the first item that is there twice', () => {
    const last = {
      toJSON: () => {
        throw new Error('looked at');
      },
    };
    expect(helpers.unique!([1, 1, last])).to.equal(false);
  });

  it('know the multiples of a step', () => {
    for (const [value, step] of [
      [19.99, 0.01],
      [0.3, 0.1],
      [19.995, 0.01],
      [6, 3],
      [7, 3],
    ] as const)
      expect(helpers.multiple!(value, step), `${value} of ${step}`).to.equal(isMultiple(value, step));
  });

  it('have one for each format, which takes its example', () => {
    for (const [format, { example }] of Object.entries(checkedFormats)) {
      expect(helpers[formatHelper(format)]!(example), format).to.equal(true);
      expect(helpers[formatHelper(format)]!('*'), format).to.equal(false);
    }
    expect(formatHelper('date-time')).to.equal('isDateTime');
  });

  it('make a codec with the words of JSON Schema that say the same', () => {
    const codec = helpers.where!(t.string, { minLength: 1 }, (value: unknown) => value !== '') as t.Type<string>;
    expect([codec.is('a'), codec.is(''), codec.is(1), codec.name]).to.deep.equal([
      true,
      false,
      false,
      'string & {"minLength":1}',
    ]);
    const finite = helpers.finite as unknown as t.Type<number>;
    expect([finite.is(1), finite.is(Infinity)]).to.deep.equal([true, false]);
  });
});
