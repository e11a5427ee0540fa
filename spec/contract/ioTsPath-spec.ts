import { expect } from 'chai';
import * as t from 'io-ts';
import { ioTsPath } from '../../lib/contract/ioTsPath.js';
import type { IoTsIssue } from '../../lib/contract/payloadCodec.js';

const pathsOf = (type: t.Mixed, value: unknown): string[] => {
  const result = type.decode(value);
  if (result._tag === 'Right') throw new Error('the value was expected to be refused');
  return result.left.map((issue) => ioTsPath(issue as unknown as IoTsIssue).join('.'));
};

describe('ioTsPath', () => {
  for (const [what, type, value, paths] of [
    ['of the value itself is empty', t.string, 1, ['']],
    ['names the fields on the way', t.type({ a: t.type({ b: t.number }) }), { a: { b: 'x' } }, ['a.b']],
    ['has the index of an element', t.array(t.type({ b: t.number })), [{ b: 1 }, { b: 'x' }], ['1.b']],
    [
      'leaves out which member of an intersection it was',
      t.intersection([t.type({ a: t.number }), t.type({ b: t.number })]),
      { a: 1 },
      ['b'],
    ],
    ['leaves out which member of a union it was', t.type({ a: t.union([t.number, t.boolean]) }), { a: 'x' }, ['a', 'a']],
    ['looks through exact types', t.strict({ a: t.exact(t.type({ b: t.number })) }), { a: {} }, ['a.b']],
  ] as const)
    it(what, () => {
      expect(pathsOf(type, value)).to.deep.equal(paths);
    });
});
