import { Ajv } from 'ajv';
import { expect } from 'chai';
import fc from 'fast-check';
import { type DocumentChange, diffAsyncApi } from 'rxgate/asyncapi';
import { anySchema, anyValue, Tree } from '../support/anySchema.js';
import { documentOf, object } from '../support/diffDocuments.js';

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const told = ({ reason }: DocumentChange): string => reason;

describe('shapeMisfits', () => {
  it(`is right that nothing breaks: 400 pairs of random schemas, both directions, by ajv (seed ${seed})`, function () {
    this.timeout(60_000);
    let [compared, fine, equal] = [0, 0, 0];
    // The second is the first with one part of another kind, or another one altogether.
    const pair = fc.oneof(
      fc.tuple(anySchema, anySchema),
      fc.tuple(anySchema, anySchema).map(([a, b]) => [a, { anyOf: [a, b] }] as const),
      fc.tuple(anySchema, anySchema).map(([a, b]) => [{ allOf: [a, b] }, b] as const),
      fc.tuple(anySchema, anySchema).map(([a, b]) => [object({ a, b }, ['a']), object({ a, b: {} })] as const),
      anySchema.map((a) => [a, a] as const),
    );
    const rooted = (schema: object): object => ({ allOf: [JSON.parse(JSON.stringify(schema)) as object], definitions: { Tree } });
    const written = (schema: object): object =>
      JSON.parse(JSON.stringify(schema).replaceAll('#/definitions/', '#/components/schemas/')) as object;
    const schemas = { Tree: written(Tree) };
    fc.assert(
      fc.property(pair, fc.array(anyValue, { minLength: 8, maxLength: 8 }), ([from, to], values) => {
        let sent: readonly DocumentChange[];
        let received: readonly DocumentChange[];
        const [a, b] = [written(from), written(to)];
        try {
          sent = diffAsyncApi(documentOf({ request: a, schemas }), documentOf({ request: b, schemas }), { strict: true });
          received = diffAsyncApi(documentOf({ reply: b, schemas }), documentOf({ reply: a, schemas }), { strict: true });
        } catch {
          return;
        }
        const isFine = (changes: readonly DocumentChange[]): boolean => changes.every(({ breaking }) => !breaking);
        if (from === to) {
          equal++;
          expect([...sent, ...received].map(told), JSON.stringify(from)).to.deep.equal([]);
        }
        if (!isFine(sent) && !isFine(received)) return;
        fine++;
        const [first, second] = [from, to].map((schema) =>
          new Ajv({ strict: false, multipleOfPrecision: 12 }).compile(rooted(schema)),
        );
        for (const value of values) {
          if (!first?.(value)) continue;
          compared++;
          expect(second?.(value), `${JSON.stringify(from)} → ${JSON.stringify(to)} of ${JSON.stringify(value)}`).to.equal(true);
        }
      }),
      { seed, numRuns: 400 },
    );
    expect(
      [fine, compared, equal].every((n) => n > 30),
      `${fine} fine, ${compared} compared, ${equal} equal`,
    ).to.equal(true);
  });
});
