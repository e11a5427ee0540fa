import { Ajv } from 'ajv';
import { expect } from 'chai';
import fc from 'fast-check';
import { accepts } from '../../lib/asyncapi/accepts.js';
import { createSchemas } from '../../lib/asyncapi/createSchemas.js';
import { sampleValue } from '../../lib/asyncapi/sampleValue.js';
import { anySchema, anyValue } from '../support/anySchema.js';
import { compiledCodec } from '../support/compiledCodec.js';

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);

/** The same schemas as AsyncAPI writes them. */
const schema = anySchema.map(
  (draft7) =>
    JSON.parse(
      JSON.stringify(draft7, (_key, part: unknown) => {
        const { items, ...rest } = (part ?? {}) as { items?: unknown };
        return Array.isArray(items) ? { ...rest, prefixItems: items } : part;
      }).replaceAll('#/definitions/', '#/components/schemas/'),
    ) as object,
);

const Tree = {
  type: 'object',
  required: ['a'],
  properties: { a: { type: 'string' }, tree: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } },
};

describe('emitCodec', () => {
  it(`takes what ajv takes, and refuses what ajv refuses: 600 random schemas with 12 values each (seed ${seed})`, function () {
    this.timeout(180_000);
    let [taken, refused] = [0, 0];
    fc.assert(
      fc.property(schema, fc.array(anyValue, { minLength: 10, maxLength: 10 }), (Root, values) => {
        const schemas = { Root, Tree };
        const ajv = new Ajv({ strict: false, allErrors: false, multipleOfPrecision: 12 });
        // Without multipleOfPrecision ajv divides by parseInt, which reads 2e+21 as 2.
        // Of 2020, where ajv's default is draft 7, only prefixItems is used.
        const draft7 = JSON.parse(JSON.stringify(schemas).replaceAll('"prefixItems"', '"items"')) as object;
        const validate = ajv.compile({ $ref: '#/components/schemas/Root', components: { schemas: draft7 } });
        const codec = compiledCodec(schemas);
        const reader = createSchemas({ value: { components: { schemas } }, pointer: '#' });
        const shape = reader.read({ value: { $ref: '#/components/schemas/Root' }, pointer: '#/use' });
        const sample = sampleValue(shape, reader.behind);
        for (const one of [...values, ...(sample === undefined ? [] : [sample, [sample]])]) {
          const right = validate(one);
          if (right) taken++;
          else refused++;
          const context = `${JSON.stringify(Root)} of ${JSON.stringify(one)}`;
          expect(codec.is(one), `is: ${context}`).to.equal(right);
          const decoded = codec.decode(one);
          expect(decoded._tag === 'Right', `decode: ${context}`).to.equal(right);
          if (decoded._tag === 'Right') expect(decoded.right, context).to.deep.equal(one);
          expect(accepts(shape, one, reader.behind), `accepts: ${context}`).to.equal(right);
        }
        if (sample !== undefined)
          expect(validate(sample), `sample ${JSON.stringify(sample)} of ${JSON.stringify(Root)}`).to.equal(true);
      }),
      { seed, numRuns: 600 },
    );
    // Neither side is empty: else nothing was compared.
    expect(Math.min(taken, refused)).to.be.above(500);
  });

  it('refuses numbers that JSON has no name for', () => {
    const codec = compiledCodec({ Root: { type: 'number' } });
    expect(codec.is(JSON.parse('1e999'))).to.equal(false);
    expect(codec.is(-0.5)).to.equal(true);
  });

  it('knows required properties of any value by their presence', () => {
    const codec = compiledCodec({ Root: { type: 'object', required: ['a'] } });
    expect(codec.decode({})._tag).to.equal('Left');
    expect(codec.decode({ a: null })._tag).to.equal('Right');
  });

  it('says which property of a further object is wrong', () => {
    const codec = compiledCodec({
      Root: { type: 'object', properties: { a: { type: 'object', properties: { b: { type: 'string' } } } } },
    });
    const decoded = codec.decode({ a: { b: 1 } });
    expect(decoded._tag === 'Left' && decoded.left[0]?.context.map(({ key }) => key)).to.deep.equal(['', 'a', 'b']);
  });
});
