import { expect } from 'chai';
import { areDisjoint } from '../../lib/asyncapi/areDisjoint.js';
import type { Shape } from '../../lib/asyncapi/shape.js';

describe('areDisjoint', () => {
  const behind = (shape: Shape): Shape => (shape.kind === 'named' ? { kind: 'literal', value: shape.name } : shape);
  const disjoint = (...members: readonly Shape[]): boolean => areDisjoint(members, behind);
  const one = (value: string | number): Shape => ({ kind: 'literal', value });
  const tagged = (shape: Shape, required = true): Shape => ({
    kind: 'object',
    properties: [{ name: 'type', required, shape }],
    rest: true,
  });

  it('is so for different types and constants, through names', () => {
    expect(disjoint({ kind: 'string' }, { kind: 'number' }, { kind: 'null' })).to.equal(true);
    expect(disjoint(one('a'), one('b'), { kind: 'named', name: 'c' })).to.equal(true);
    expect(disjoint(one('a'), { kind: 'named', name: 'a' })).to.equal(false);
    expect(disjoint(one(1), one('1'))).to.equal(true);
    expect(disjoint(one('a'), { kind: 'string' })).to.equal(false);
  });

  it('is so for objects that a constant tells apart, if each has it', () => {
    expect(disjoint(tagged(one('a')), tagged({ kind: 'union', members: [one('b'), one('c')], exclusive: false }))).to.equal(true);
    expect(disjoint(tagged(one('a')), tagged({ kind: 'union', members: [one('b'), one('a')], exclusive: false }))).to.equal(
      false,
    );
    expect(disjoint(tagged(one('a')), tagged(one('b'), false))).to.equal(false);
    expect(disjoint(tagged(one('a')), tagged({ kind: 'string' }))).to.equal(false);
  });
});
