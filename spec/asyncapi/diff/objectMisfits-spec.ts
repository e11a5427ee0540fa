import { expect } from 'chai';
import { type Compare, createComparison } from '../../../lib/asyncapi/diff/comparison.js';
import { objectMisfits } from '../../../lib/asyncapi/diff/objectMisfits.js';
import type { ObjectShape, PropertyShape, Shape } from '../../../lib/asyncapi/shape.js';

const side = { behind: <S>(shape: S): S => shape, named: () => undefined };
const compare: Compare = (from, to, pointer) =>
  to.kind === 'unknown' || from.kind === 'nothing' || from.kind === to.kind
    ? []
    : [{ pointer, sent: 'other', received: 'other' }];
const property = (name: string, kind: 'string' | 'boolean' = 'string', required = false): PropertyShape => ({
  name,
  required,
  shape: { kind },
});
const object = (properties: readonly PropertyShape[], rest: boolean | Shape = true, more: object = {}): ObjectShape => ({
  kind: 'object',
  properties,
  rest,
  ...more,
});
const sent = (from: ObjectShape, to: ObjectShape, options: { strict?: boolean; misses?: boolean } = {}): readonly string[] =>
  objectMisfits(from, to, '#', createComparison(side, side, options), compare).map((one) => `${one.pointer} ${one.sent}`);

describe('objectMisfits', () => {
  it('asks for what is required, and compares what both have', () => {
    expect(sent(object([property('a')]), object([property('a', 'string', true), property('b', 'string', true)]))).to.deep.equal([
      '#/properties/a "a" is required now',
      '# "b" is new, and required',
    ]);
    expect(sent(object([property('a')]), object([property('a', 'boolean')]))).to.deep.equal(['#/properties/a other']);
  });

  it('takes what is not named for not there, unless it is strict or a dictionary', () => {
    const [named, more] = [object([property('a')]), object([property('a'), property('b')])];
    expect(sent(named, more)).to.deep.equal([]);
    expect(sent(named, more, { misses: true })).to.deep.equal(['# "b" is new, and required']);
    expect(sent(named, more, { strict: true })).to.deep.equal(['#/additionalProperties other']);
    expect(sent(object([]), more)).to.deep.equal(['#/additionalProperties other', '#/additionalProperties other']);
    expect(sent(named, object([property('a')], false))).to.deep.equal([]);
    expect(sent(named, object([property('a')], false), { strict: true })).to.deep.equal([
      '#/additionalProperties no further properties are taken any more',
    ]);
  });

  it('compares further properties, and counts', () => {
    expect(sent(object([property('a')]), object([], false))).to.deep.equal(['#/properties/a "a" may not be sent any more']);
    expect(sent(object([], { kind: 'string' }), object([], { kind: 'boolean' }))).to.deep.equal(['#/additionalProperties other']);
    expect(sent(object([property('a', 'string', true)]), object([], true, { minProperties: 1, maxProperties: 1 }))).to.deep.equal(
      [],
    );
    expect(sent(object([property('a')]), object([], true, { minProperties: 1 }))).to.deep.equal([
      '#/minProperties the number of properties must be at least 1 (0 before)',
    ]);
  });
});
