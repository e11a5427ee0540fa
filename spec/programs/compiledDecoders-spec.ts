import fc from 'fast-check';
import { expect } from 'chai';
import type { Any } from 'io-ts';
import { fileURLToPath } from 'node:url';
import { createComposer } from '../../lib/io-ts/createComposer.js';
import { createShapes } from '../../lib/io-ts/createShapes.js';
import { createGenerator } from '../../lib/io-ts/generate/createGenerator.js';
import { evaluate } from '../../lib/io-ts/generate/evaluate.js';
import type { Run } from '../../lib/io-ts/refused.js';
import { withRun } from '../../lib/io-ts/withRun.js';
import { objectTypesWithValues, typesWithValues } from '../support/ioTsModels.js';
import { runProgram } from '../support/runProgram.js';
import { expectSameDecoding, expectSameVerdict } from '../support/sameDecoding.js';

const seed = Number(process.env.SEED ?? 20_261_130);
const root = fileURLToPath(new URL('../..', import.meta.url));
const numRuns = 10_000;
const values = 4;
const learning = { types: 150, values: [40, 60] } as const;

// The unit specs of these run a few hundred.
describe(`compiled decoders, over ${numRuns} random types with up to ${values} values each (seed ${seed})`, function () {
  this.timeout(180_000);

  // To look at how io-ts is made, once for all, is most of what `compileDecoder` costs; of that, a unit spec runs a few hundred.
  const shapeOf = createShapes();
  const makers: readonly ((type: Any) => Run)[] = [
    (type) => createComposer(shapeOf)(type),
    (type) => createGenerator(evaluate, shapeOf)(type),
  ];

  it('of closures and of generated code have by themselves the verdicts and results of decode, and with its help its errors and paths', () => {
    fc.assert(
      fc.property(typesWithValues(values), ({ type, values: all }) => {
        for (const make of makers) {
          const run = make(type);
          const compiled = withRun(type, run);
          for (const value of all) {
            expectSameVerdict(type, run, value);
            expectSameDecoding(type, compiled, value);
          }
        }
      }),
      { seed, numRuns },
    );
  });

  it(`have them as well when one decoder is given ${learning.values.join(' to ')} values in other orders, of ${learning.types} types`, () => {
    fc.assert(
      fc.property(objectTypesWithValues(...learning.values), ({ type, values: all }) => {
        for (const make of makers) {
          const run = make(type);
          const compiled = withRun(type, run);
          for (const value of all) expectSameVerdict(type, run, value);
          for (const value of all) expectSameDecoding(type, compiled, value);
        }
      }),
      { seed, numRuns: learning.types },
    );
  });
});

describe('generateDecoder where code of strings is forbidden', () => {
  it('says that code of strings is forbidden, or falls back to closures', async function () {
    this.timeout(30_000);
    const script = `
      import * as t from 'io-ts';
      import { generateDecoder } from './lib/io-ts/generate/index.ts';
      const told = [];
      try { generateDecoder(t.string); } catch (error) { told.push(error.message, error.cause.name); }
      const type = generateDecoder(t.type({ a: t.string }), { onForbidden: (error) => told.push(error.message) });
      console.log(JSON.stringify([...told, type.decode({ a: 'x' })._tag, type.decode({ a: 1 })._tag]));`;
    const flags = ['--disallow-code-generation-from-strings', '--import=tsx', '--input-type=module', '-e', script];
    const { output, errors } = await runProgram(process.execPath, flags, root);
    expect(errors).to.equal('');
    const message = 'generateDecoder: this runtime forbids code made of strings; compileDecoder needs none';
    expect(JSON.parse(output)).to.deep.equal([message, 'EvalError', message, 'Right', 'Left']);
  });
});
