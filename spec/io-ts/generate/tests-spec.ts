import { expect } from 'chai';
import * as t from 'io-ts';
import { createShapes } from '../../../lib/io-ts/createShapes.js';
import { createDraft } from '../../../lib/io-ts/generate/draft.js';
import { evaluate } from '../../../lib/io-ts/generate/evaluate.js';
import { testOf } from '../../../lib/io-ts/generate/tests.js';
import { NonEmptyString } from '../../../lib/io-ts/nonEmpty.js';
import { leafModels } from '../../support/ioTsModels.js';

const values = [undefined, null, 0, NaN, '', 'x', 'toString', 7, true, 1n, {}, [], () => 0];

describe('testOf', () => {
  const shapeOf = createShapes();

  it('takes what the type takes, and knows whether that may be undefined or NaN', () => {
    const many = t.keyof(Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`k${index}`, null])));
    let tested = 0;
    for (const type of [...leafModels.map((model) => model.type), many]) {
      const draft = createDraft();
      const test = testOf(shapeOf(type), 'value', draft, shapeOf);
      if (!test) continue;
      tested++;
      const run = evaluate({ text: `(value) => ${test.text}`, used: draft.used });
      for (const value of [...values, 'k7']) expect(run(value), `${type.name}: ${test.text}`).to.equal(type.is(value));
      expect(test.optional, type.name).to.equal(type.is(undefined));
      expect(test.same, type.name).to.equal(!type.is(NaN));
    }
    expect(tested).to.be.above(15);
  });

  it('has none for types that need more than one expression', () => {
    for (const type of [t.type({}), t.array(t.string), NonEmptyString, t.literal(0)])
      expect(testOf(shapeOf(type), 'value', createDraft(), shapeOf)).to.equal(undefined);
  });
});
