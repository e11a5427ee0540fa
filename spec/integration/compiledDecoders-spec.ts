import fc from 'fast-check';
import { expect } from 'chai';
import type { Any } from 'io-ts';
import { fileURLToPath } from 'node:url';
import { compileDecoder } from '../../lib/io-ts/compileDecoder.js';
import { createComposer } from '../../lib/io-ts/createComposer.js';
import { createGenerator } from '../../lib/io-ts/generate/createGenerator.js';
import { evaluate } from '../../lib/io-ts/generate/evaluate.js';
import { generateDecoder } from '../../lib/io-ts/generate/generateDecoder.js';
import { typesWithValues } from '../support/ioTsModels.js';
import { runProgram } from '../support/runProgram.js';
import { expectSameDecoding, expectSameVerdict } from '../support/sameDecoding.js';

const seed = Number(process.env.SEED ?? 20_261_130);
const root = fileURLToPath(new URL('../..', import.meta.url));
const numRuns = 10_000;
const values = 4;

// The unit specs of these run a few hundred.
describe(`compiled decoders, over ${numRuns} random types with up to ${values} values each (seed ${seed})`, function () {
  this.timeout(180_000);

  const makers = {
    closures: (type: Any) => createComposer()(type),
    'generated code': (type: Any) => createGenerator(evaluate)(type),
  };
  for (const [name, make] of Object.entries(makers))
    it(`of ${name} have by themselves the verdicts and results of decode`, () => {
      fc.assert(
        fc.property(typesWithValues(values), ({ type, values: all }) => {
          const run = make(type);
          for (const value of all) expectSameVerdict(type, run, value);
        }),
        { seed, numRuns },
      );
    });

  for (const [name, make] of Object.entries({ compileDecoder, generateDecoder }))
    it(`${name} gives the values, the errors and the paths of decode`, () => {
      fc.assert(
        fc.property(typesWithValues(values), ({ type, values: all }) => {
          const compiled = make(type);
          for (const value of all) expectSameDecoding(type, compiled, value);
        }),
        { seed: seed + 1, numRuns },
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
