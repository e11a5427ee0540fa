import { expect } from 'chai';
import * as t from 'io-ts';
import { composeIntersection, composeTagged, composeUnion } from '../../lib/io-ts/composeMembers.js';
import { createComposer } from '../../lib/io-ts/createComposer.js';
import { refused } from '../../lib/io-ts/refused.js';
import { expectVerdicts } from '../support/expectVerdicts.js';
import { partIn } from '../support/partIn.js';

const runOf = createComposer();

describe('composeUnion', () => {
  it('gives what the first member makes of a value', () => {
    const members = [t.strict({ a: t.string }), t.type({ b: t.number }), t.null] as const;
    expectVerdicts(t.union([...members]), composeUnion(members.map(partIn)), [
      ...[{ a: 'x', b: 1 }, { b: 1, a: 1 }, null, { b: NaN }, {}, 'x'],
    ]);
  });
});

describe('composeTagged', () => {
  it('asks the member alone that the tag is for', () => {
    const run = composeTagged([(value) => ['first', value], () => refused], 'kind', [['a', 'b'], ['c']]);
    const value = { kind: 'b' };
    expect(run(value)).to.deep.equal(['first', value]);
    expect([{ kind: 'c' }, { kind: 'd' }, {}, null, 'a'].map(run)).to.deep.equal(Array(5).fill(refused));
  });
});

describe('composeIntersection', () => {
  it('merges what the members make of a value', () => {
    const members = [t.strict({ a: t.number }), t.type({ b: t.union([t.number, t.undefined]) }), t.UnknownRecord] as const;
    expectVerdicts(t.intersection([...members]), composeIntersection(members.map((member) => runOf(member))), [
      ...[{ a: 1, b: 1 }, { a: 1 }, { a: NaN, b: NaN, c: 1 }, { b: 1 }, null],
    ]);
  });
});
