import { expect } from 'chai';
import { createSchemas } from '../../lib/asyncapi/createSchemas.js';
import { AsyncApiError } from '../../lib/errors/asyncApiError.js';
import type { NamedShape, Shape } from '../../lib/asyncapi/shape.js';

/** Reads `#/components/schemas/Root` and all that it leads to. */
function read(
  schemas: Readonly<Record<string, unknown>>,
  formats: readonly string[] = [],
): { shape: Shape; all: readonly NamedShape[] } {
  const reader = createSchemas({ value: { components: { schemas } }, pointer: '#' }, { formats });
  const named = reader.read({ value: { $ref: '#/components/schemas/Root' }, pointer: '#/use' });
  return { shape: reader.behind(named), all: reader.all() };
}

/** Where, relative to Root, and why a schema is refused. */
function refusal(schemas: Readonly<Record<string, unknown>>): string {
  try {
    read(schemas);
  } catch (error) {
    if (!(error instanceof AsyncApiError)) throw error;
    return `${error.pointer.replace('#/components/schemas/', '')}: ${error.reason}`;
  }
  return 'taken';
}
const refusalOf = (Root: unknown): string => refusal({ Root });
const deep = (levels: number): object => (levels === 0 ? { type: 'string' } : { type: 'array', items: deep(levels - 1) });

describe('readSchema', () => {
  it('refuses words that it does not know, with their place and the reason', () => {
    for (const word of [
      'not',
      'if',
      'patternProperties',
      'dependencies',
      'propertyNames',
      'contains',
      'unevaluatedProperties',
      'frobnicate',
    ])
      expect(refusalOf({ type: 'object', properties: { a: { type: 'object', [word]: {} } } })).to.equal(
        `Root/properties/a/${word}: "${word}" is not supported: a codec without it would take more than it allows`,
      );
  });

  it('passes over remarks', () => {
    const { shape } = read({ Root: { type: 'null', title: 'a', description: 'b', 'x-any': 1, deprecated: true, $comment: 'c' } });
    expect(shape).to.deep.equal({ kind: 'null' });
  });

  it('refuses references to nowhere, outside, in circles, and with company', () => {
    expect(refusalOf({ type: 'object', properties: { a: { $ref: '#/components/schemas/None' } } })).to.equal(
      'Root/properties/a/$ref: "#/components/schemas/None" leads to nothing in this document',
    );
    for (const outside of ['other.json#/Bar', 'https://example.com/bar.json', 'Bar'])
      expect(refusalOf({ $ref: outside })).to.match(/^Root\/\$ref: ".+" leads outside: only references within the document/);
    expect(refusal({ Root: { $ref: '#/components/schemas/A' }, A: { $ref: '#/components/schemas/Root' } })).to.contain(
      'these references lead to each other',
    );
    expect(refusalOf({ type: 'array', items: { $ref: '#/components/schemas/Root', minItems: 1 } })).to.match(
      /^Root\/items\/minItems: "minItems" beside "\$ref"/,
    );
  });

  it('refuses schemas that consist of themselves, and takes those that contain themselves', () => {
    expect(
      refusal({
        Root: { allOf: [{ $ref: '#/components/schemas/A' }] },
        A: { anyOf: [{ $ref: '#/components/schemas/Root' }, {}] },
      }),
    ).to.match(/consists of itself/);
    const { all } = read({
      Root: { type: 'object', properties: { a: { $ref: '#/components/schemas/A' } } },
      A: { type: 'array', items: { $ref: '#/components/schemas/Root' } },
    });
    expect(all.map(({ name, recursive }) => [name, recursive])).to.deep.equal([
      ['Root', true],
      ['A', true],
    ]);
  });

  it('needs a type beside words that belong to one', () => {
    expect(refusalOf({ properties: {} })).to.equal(
      'Root: "properties" has no say without a "type": values of other types would pass. Add it',
    );
    expect(refusalOf({ minimum: 1 })).to.match(/^Root: "minimum" has no say/);
    expect(
      refusal({ Root: { allOf: [{ $ref: '#/components/schemas/A' }, { required: ['b'] }] }, A: { type: 'object' } }),
    ).to.equal('taken');
  });

  it('refuses unknown formats, unless they are said to be remarks', () => {
    expect(refusalOf({ type: 'string', format: 'ticker' })).to.equal(
      'Root/format: "ticker" is no format of a string that can be checked. If it is only a remark: --format ticker',
    );
    expect(read({ Root: { type: 'string', format: 'ticker' } }, ['ticker']).shape).to.deep.equal({ kind: 'string' });
  });

  it('takes a discriminator that the variants state as constants, in both spellings, and no other', () => {
    const variant = (kind: object) => ({ type: 'object', required: ['kind'], properties: { kind } });
    for (const discriminator of ['kind', { propertyName: 'kind' }]) {
      expect(refusalOf({ oneOf: [variant({ const: 'a' }), variant({ enum: ['b'] })], discriminator })).to.equal('taken');
      expect(refusalOf({ oneOf: [variant({ const: 'a' }), variant({ type: 'string' })], discriminator })).to.match(
        /^Root\/oneOf\/1: has no required "kind" with "const" or "enum"/,
      );
      // What is required stands in a base.
      const base = { $ref: '#/components/schemas/Base' };
      const derived = (kind: string) => ({ allOf: [base, { type: 'object', properties: { kind: { const: kind } } }] });
      const { shape } = read({ Root: { oneOf: [derived('a'), derived('b')], discriminator }, Base: variant({ type: 'string' }) });
      expect(shape.kind).to.equal('union');
    }
    for (const discriminator of [7, {}, null])
      expect(refusalOf({ oneOf: [variant({ const: 'a' })], discriminator })).to.match(/^Root\/discriminator: must be the name/);
  });

  it('refuses bounds that leave nothing between them', () => {
    for (const [schema, text] of [
      [{ type: 'number', minimum: 2, maximum: 1 }, 'Root/minimum: nothing fits "minimum" 2 and "maximum" 1'],
      [{ type: 'number', minimum: 1, exclusiveMaximum: 1 }, 'Root/minimum: nothing fits "minimum" 1 and "exclusiveMaximum" 1'],
      [{ type: 'number', exclusiveMinimum: 1, maximum: 1 }, 'Root/exclusiveMinimum: nothing fits'],
      [{ type: 'integer', minimum: 2 ** 40, format: 'int32' }, 'Root/format: nothing in the range is of "int32"'],
      [{ type: 'string', minLength: 2, maxLength: 1 }, 'Root/minLength: nothing fits "minLength" 2 and "maxLength" 1'],
      [{ type: 'array', minItems: 2, maxItems: 1 }, 'Root/minItems: nothing fits'],
      [{ type: 'object', minProperties: 2, maxProperties: 1 }, 'Root/minProperties: nothing fits'],
    ] as const)
      expect(refusalOf(schema)).to.include(text);
    expect(read({ Root: { type: 'number', minimum: 1, maximum: 1 } }).all.length).to.equal(1);
  });

  it('refuses whole numbers that may have been rounded, and takes the limits of types', () => {
    const large = JSON.parse('9007199254740993') as number;
    for (const word of ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'])
      for (const value of [large, -large])
        if (word !== 'multipleOf' || value > 0)
          expect(refusalOf({ type: 'integer', [word]: value })).to.equal(
            `Root/${word}: is beyond ±9007199254740991: numbers are not exact there, and ${value} may not be what is written`,
          );
    expect(refusalOf({ const: large })).to.match(/^Root\/const: is beyond/);
    expect(refusalOf({ enum: [1, large] })).to.match(/^Root\/enum\/1: is beyond/);
    const taken = { type: 'number', minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };
    const limits = { type: 'number', minimum: -(2 ** 63), maximum: 3.4028234663852886e38 };
    for (const schema of [taken, limits]) expect(read({ Root: schema }).all.length).to.equal(1);
  });

  it('refuses names that every object has', () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      const properties = JSON.parse(`{"${name}":{}}`) as object;
      expect(refusalOf({ type: 'object', properties })).to.match(/cannot have the name/);
      expect(refusalOf({ type: 'object', required: [name] })).to.match(/cannot have the name/);
    }
  });

  it('refuses what nothing can fit, and words of the wrong kind', () => {
    expect(refusalOf({ enum: [] })).to.match(/^Root\/enum: nothing fits/);
    expect(refusalOf({ oneOf: [] })).to.match(/^Root\/oneOf: nothing fits/);
    expect(refusalOf({ type: 'text' })).to.equal('Root/type: "text" is no type of JSON Schema');
    expect(refusalOf({ type: 'string', minLength: -1 })).to.equal('Root/minLength: must be a whole number from 0');
    expect(refusalOf({ type: 'string', pattern: '(' })).to.match(/^Root\/pattern: is no regular expression/);
    expect(refusalOf({ type: 'number', exclusiveMinimum: true })).to.equal('Root/exclusiveMinimum: must be a number');
    expect(refusalOf({ type: 'string', nullable: 'yes' })).to.equal('Root/nullable: must be true or false');
    expect(refusalOf({ type: 'number', multipleOf: 0 })).to.equal('Root/multipleOf: must be above 0');
    expect(refusalOf({ type: 'object', required: ['a'], additionalProperties: false })).to.match(/"a" is required, but/);
    expect(refusalOf({ const: { a: 1 } })).to.match(/^Root\/const: only strings/);
    expect(refusalOf({ type: 'array', items: [{}, {}] })).to.match(/^Root\/items: a list of schemas is read with minItems/);
    expect(refusalOf(7)).to.equal('Root: must be an object');
  });

  it('gives names that are no identifiers, or collide, names of their own', () => {
    const names = ['Bar', 'bar', 'b-a-r', '1st', 'Array', 'ünïcode', '日本'];
    const properties = Object.fromEntries(names.map((name, index) => [`p${index}`, { $ref: `#/components/schemas/${name}` }]));
    const schemas = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
    const { all } = read({ Root: { type: 'object', properties }, ...schemas });
    expect(all.map(({ name }) => name)).to.deep.equal(['Root', 'Bar', 'Bar2', 'BAR3', '_1st', 'Array2', 'Ünïcode', '日本']);
  });

  it('is done at once with what refers to the next one twice, 30 times', () => {
    for (const twice of [
      (next: object) => ({ allOf: [next, next] }),
      (next: object) => ({ oneOf: [next, next], discriminator: 'kind' }),
    ]) {
      const names = Array.from({ length: 30 }, (_, index) => (index === 0 ? 'Root' : `S${index}`));
      const schemas = names.map(
        (name, index) => [name, index === 29 ? {} : twice({ $ref: `#/components/schemas/${names[index + 1] ?? ''}` })] as const,
      );
      try {
        read(Object.fromEntries(schemas));
      } catch (error) {
        expect((error as Error).message).to.include('has no required "kind"');
      }
    }
  });

  it('reads 100 levels', () => expect(refusalOf(deep(100))).to.equal('taken'));
});
