import { type } from 'arktype';
import { expect } from 'chai';
import * as t from 'io-ts';
import { withJsonSchema } from 'rxgate/asyncapi';
import * as v from 'valibot';
import { z } from 'zod';
import { validatePayload } from '../../lib/contract/validatePayload.js';
import { codecSchema } from '../../lib/asyncapi/export/codecSchema.js';
import type { PayloadCodec } from '../../lib/contract/payloadCodec.js';

const schema = { type: 'string', minLength: 2 };
const codecs: Readonly<Record<string, PayloadCodec>> = {
  guard: (value: unknown): value is string => typeof value === 'string' && value.length > 1,
  valibot: v.pipe(v.string(), v.minLength(2)),
  zod: z.string().min(2),
  ArkType: type('string >= 2'),
  'io-ts': t.refinement(t.string, (value) => value.length > 1),
};

describe('withJsonSchema', () => {
  for (const [library, codec] of Object.entries(codecs))
    it(`gives a copy that checks as before: ${library}`, async () => {
      const told = withJsonSchema(codec, schema);
      expect(told).to.not.equal(codec);
      for (const value of ['xx', 'x', 1]) expect(validatePayload(told, 's', value)).to.have.property('valid', value === 'xx');
      expect(await codecSchema(told)).to.include(schema);
    });

  it('keeps what else a schema can do', () => {
    expect(withJsonSchema(z.string(), schema).parse('x')).to.equal('x');
    expect(v.parse(withJsonSchema(v.string(), schema), 'x')).to.equal('x');
  });

  it('refuses what is no codec, or no schema', () => {
    expect(() => withJsonSchema({} as never, schema)).to.throw(TypeError, 'withJsonSchema: codec must be a type of io-ts');
    expect(() => withJsonSchema(z.string(), 'x' as never)).to.throw(TypeError, 'withJsonSchema: schema must be');
  });
});
