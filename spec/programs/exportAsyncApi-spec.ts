import { Parser } from '@asyncapi/parser';
import { Ajv } from 'ajv';
import { type } from 'arktype';
import { expect } from 'chai';
import fc from 'fast-check';
import * as t from 'io-ts';
import { readFileSync } from 'node:fs';
import { type ClientContract, type Contract, contract } from 'rxgate';
import {
  type AsyncApiDocument,
  diffAsyncApi,
  exportAsyncApi,
  type GatewayModel,
  parseDocument,
  readAsyncApi,
  withJsonSchema,
} from 'rxgate/asyncapi';
import { DateFromISOString, NonEmptyString } from 'rxgate/io-ts';
import * as v from 'valibot';
import { z } from 'zod';
import { validatePayload } from '../../lib/contract/validatePayload.js';
import type { PayloadCodec } from '../../lib/contract/payloadCodec.js';
import { anySchema, anyValue, Tree } from '../support/anySchema.js';
import { compiledContract } from '../support/compiledContract.js';

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);

type Entries = Readonly<Record<string, Readonly<Record<string, PayloadCodec>>>>;
const entriesOf = (made: ClientContract<Contract>) => made as unknown as { readonly commands: Entries; readonly topics: Entries };
const takes = (codec: PayloadCodec | undefined, value: unknown): boolean => {
  if (!codec) return value === undefined;
  const result = validatePayload(codec, 'x', value);
  return !('then' in result) && result.valid;
};

const textOf = (document: AsyncApiDocument): string => JSON.stringify(document, undefined, 1);
const isUnsupported = (error: unknown): boolean => error instanceof TypeError && /^exportAsyncApi: /.test(error.message);

/** Errors of the parser of the AsyncAPI organisation. */
async function errorsIn(document: AsyncApiDocument): Promise<readonly string[]> {
  const diagnostics = await new Parser().validate(JSON.stringify(document));
  return diagnostics
    .filter(({ severity }) => (severity as number) === 0)
    .map(({ message, path }) => `${path.join('/')}: ${message}`);
}

const interface_ = z.object({
  id: z.uuid(),
  get children() {
    return z.array(interface_);
  },
});

const zodContract = contract({
  commands: {
    'orders.place': {
      request: z.strictObject({ symbol: z.string().min(1), quantity: z.int().positive(), note: z.string().max(9).optional() }),
      reply: z.discriminatedUnion('state', [
        z.object({ state: z.literal('placed'), at: z.iso.datetime() }),
        z.object({ state: z.literal('refused'), why: z.enum(['funds', 'closed']).nullable() }),
      ]),
    },
    tree: { reply: interface_ },
    ping: { description: 'Asks whether somebody is there' },
  },
  topics: {
    'bars:{symbol}:{resolution}': {
      params: z.object({ symbol: z.string(), resolution: z.enum(['1', 'D']) }),
      data: z.tuple([z.number(), z.number().multipleOf(0.5)]),
    },
    'depth:{symbol}': {
      params: z.object({ symbol: z.string(), levels: z.int().optional() }),
      data: z.record(z.string(), z.number()),
    },
    '/status': { data: z.union([z.boolean(), z.null()]) },
    'server.notice': { unasked: true, description: 'What everybody is told', data: z.string() },
  },
});

const mixedContract = contract({
  commands: {
    a: { request: type({ 'mail?': 'string', n: 'number.integer > 0', side: "'buy' | 'sell' | null" }) },
    b: {
      request: t.exact(
        t.intersection([t.type({ name: NonEmptyString, at: DateFromISOString }), t.partial({ tags: t.array(t.string) })]),
      ),
    },
    c: {
      request: withJsonSchema((value: unknown): value is number => typeof value === 'number' && value > 0, {
        type: 'number',
        exclusiveMinimum: 0,
      }),
    },
    d: {
      request: withJsonSchema(v.object({ a: v.string() }), {
        type: 'object',
        properties: { a: { type: 'string' } },
        required: ['a'],
      }),
    },
  },
});

const values: readonly unknown[] = [
  undefined,
  null,
  true,
  'x',
  3,
  -1,
  [1, 0.5],
  [1, 0.7],
  [1],
  { x: 1 },
  { x: 'y' },
  { symbol: 'A', quantity: 1 },
  { symbol: '', quantity: 1 },
  { symbol: 'A', quantity: 1, note: 'long enough' },
  { symbol: 'A', quantity: 1.5 },
  { symbol: 'A', quantity: 1, more: 1 },
  { symbol: 'A', resolution: 'D' },
  { symbol: 'A', resolution: '2' },
  { symbol: 'A', levels: 2 },
  { symbol: 'A', levels: 'two' },
  { state: 'placed', at: '2026-01-31T12:00:00Z' },
  { state: 'placed', at: 'noon' },
  { state: 'refused', why: null },
  { state: 'refused', why: 'mood' },
  { id: '6ba7b810-9dad-41d1-80b4-00c04fd430c8', children: [] },
  { id: '6ba7b810-9dad-41d1-80b4-00c04fd430c8', children: [{ id: '1', children: [] }] },
  { n: 1, side: 'buy' },
  { n: 1, side: null, mail: 'm' },
  { n: 0, side: 'buy' },
  { n: 1, side: 'hold' },
  { name: 'n', at: '2026-01-31T12:00:00.000Z' },
  { name: '', at: '2026-01-31T12:00:00.000Z' },
  { name: 'n', at: '2026-01-31T12:00:00.000Z', tags: [1] },
  { a: 'x' },
  { a: 1 },
];

describe('exportAsyncApi', function () {
  this.timeout(180_000);

  for (const [library, made] of Object.entries({ zod: zodContract, 'ArkType, io-ts, guards and valibot': mixedContract }))
    describe(`of ${library}`, () => {
      it('writes what the parser of the AsyncAPI organisation finds no error in', async () => {
        const document = await exportAsyncApi(made, { title: 'T', version: '2.0.0', url: 'wss://gw.example/ws?v=1' });
        expect(await errorsIn(document)).to.deep.equal([]);
      });

      it('generates the same names, and codecs of the same verdicts', async () => {
        const before = entriesOf(made);
        const after = entriesOf(compiledContract(await exportAsyncApi(made)));
        let [taken, refused] = [0, 0];
        for (const kind of ['commands', 'topics'] as const) {
          expect(Object.keys(after[kind])).to.have.members(Object.keys(before[kind]));
          for (const [name, { description, unasked, ...codecs }] of Object.entries(before[kind])) {
            expect(after[kind][name]).to.deep.include({ ...(description && { description }), ...(unasked && { unasked }) });
            for (const [field, codec] of Object.entries(codecs))
              for (const value of values) {
                const verdict = takes(codec, value);
                if (verdict) taken++;
                else refused++;
                expect(takes(after[kind][name]?.[field], value), `${name}.${field} of ${JSON.stringify(value)}`).to.equal(
                  verdict,
                );
              }
          }
        }
        expect(Math.min(taken, refused)).to.be.at.least(5);
      });

      it('gives the same bytes after generate', async () => {
        const first = await exportAsyncApi(made);
        expect(textOf(await exportAsyncApi(compiledContract(first)))).to.equal(textOf(first));
      });
    });

  it(`of 120 random schemas: same verdicts by what is generated as by ajv, and the same bytes again (seed ${seed})`, async () => {
    let [taken, refused, exported] = [0, 0, 0];
    const documents: AsyncApiDocument[] = [];
    await fc.assert(
      fc.asyncProperty(anySchema, fc.array(anyValue, { minLength: 10, maxLength: 10 }), async (schema, some) => {
        const whole = { ...schema, definitions: { Tree } };
        const root = '$ref' in schema ? { allOf: [schema], definitions: { Tree } } : whole;
        const validate = new Ajv({ strict: false, multipleOfPrecision: 12 }).compile(root);
        const guard = (value: unknown): value is unknown => validate(value);
        const made = contract({ commands: { x: { request: withJsonSchema(guard, root) } } });
        let document: AsyncApiDocument;
        try {
          document = await exportAsyncApi(made);
        } catch (error) {
          // What takes no value at all, and a property that may not be there.
          if (isUnsupported(error)) return;
          throw error;
        }
        exported++;
        if (documents.length < 8) documents.push(document);
        const again = compiledContract(document);
        const codec = entriesOf(again).commands['x']?.['request'];
        for (const value of some) {
          const right = validate(value);
          if (right) taken++;
          else refused++;
          expect(takes(codec, value), `${JSON.stringify(schema)} of ${JSON.stringify(value)}`).to.equal(right);
        }
        let second: AsyncApiDocument;
        try {
          second = await exportAsyncApi(again);
        } catch (error) {
          // What only the codec knows is refused, and not exported as less.
          expect((error as Error).message).to.match(/known to the codec alone/);
          return;
        }
        expect(textOf(second), JSON.stringify(schema)).to.equal(textOf(document));
      }),
      { seed, numRuns: 120 },
    );
    expect(Math.min(taken, refused), 'values of either kind').to.be.above(80);
    expect(exported).to.be.above(80);
    for (const document of documents) expect(await errorsIn(document)).to.deep.equal([]);
  });

  for (const name of ['fastws.json', 'requestReply.yaml', 'gemini.yaml', 'slackRtm.yaml'])
    it(`of what is generated from ${name}: no error, no difference, and the same bytes again`, async () => {
      const text = readFileSync(new URL(`../asyncapi/documents/${name}`, import.meta.url), 'utf8');
      const given = await parseDocument(text, name.endsWith('.json') ? 'json' : 'yaml');
      const made = compiledContract(given);
      const document = await exportAsyncApi(made, { protocol: readAsyncApi(given).protocol });
      expect(await errorsIn(document)).to.deep.equal([]);
      const told = ({ topics, commands }: GatewayModel): unknown =>
        [...commands, ...topics].map(({ description }) => description).sort();
      expect(told(readAsyncApi(document))).to.deep.equal(told(readAsyncApi(given)));
      for (const [old, changed] of [
        [given, document],
        [document, given],
      ] as const)
        expect(diffAsyncApi(old, changed, { strict: true })).to.deep.equal([]);
      const again = compiledContract(document);
      expect(Object.keys(entriesOf(again).commands)).to.deep.equal(Object.keys(entriesOf(made).commands));
      expect(Object.keys(entriesOf(again).topics)).to.have.members(Object.keys(entriesOf(made).topics));
      expect(textOf(await exportAsyncApi(again, { protocol: readAsyncApi(given).protocol }))).to.equal(textOf(document));
    });
});
