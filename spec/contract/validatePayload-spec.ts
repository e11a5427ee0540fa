import { expect } from 'chai';
import * as t from 'io-ts';
import { z } from 'zod';
import type { PayloadCodec } from '../../lib/contract/payloadCodec.js';
import { checkCodec, type Validated, validatePayload } from '../../lib/contract/validatePayload.js';

interface Order {
  readonly symbol: string;
  readonly lines: readonly { readonly price: number }[];
}

const secret = 'secret-value';
const good = { symbol: 'AAPL', lines: [{ price: 1 }, { price: 2 }] };
const bad = { symbol: 7, lines: [{ price: 1 }, { price: secret }] };

const codecs: Readonly<Record<string, PayloadCodec<Order>>> = {
  'io-ts': t.type({ symbol: t.string, lines: t.array(t.type({ price: t.number })) }),
  zod: z.object({ symbol: z.string(), lines: z.array(z.object({ price: z.number() })) }),
};

const isOrder = (value: unknown): value is Order => typeof (value as Partial<Order> | null)?.symbol === 'string';

/** The paths that a codec refuses a value at, or what it made of it. */
const outcome = (codec: PayloadCodec, value: unknown): unknown => {
  const result = validatePayload(codec, 'orders.place', value) as Validated<unknown>;
  return result.valid ? result.value : result.error.paths;
};

describe('validatePayload', () => {
  for (const [name, codec] of Object.entries(codecs))
    describe(`with a codec of ${name}`, () => {
      it('gives the value that was decoded', () => {
        expect(outcome(codec, good)).to.deep.equal(good);
      });

      it('names every path that is wrong, and quotes none of the values', () => {
        const result = validatePayload(codec, 'orders.place', bad) as Validated<Order> & { valid: false };
        expect(result.error).to.include({ kind: 'validation', subject: 'orders.place', retryable: false });
        expect(result.error.paths).to.deep.equal(['symbol', 'lines.1.price']);
        expect(`${JSON.stringify(result.error)} ${result.error.message}`).to.not.include(secret);
        expect(result.error.cause).to.equal(undefined);
      });

      it('names the payload as a whole by $', () => {
        for (const nothing of [undefined, null, 5]) expect(outcome(codec, nothing)).to.deep.equal(['$']);
      });
    });

  it('takes a type guard, which knows of no paths', () => {
    expect(outcome(isOrder, good)).to.equal(good);
    expect(outcome(isOrder, bad)).to.deep.equal(['$']);
  });

  it('takes a standard schema that is a function, as those of ArkType are', () => {
    const validate = (value: unknown) =>
      value === 1 ? { value: 'one' } : { issues: [{ message: secret, path: [{ key: 'a' }, 0] }] };
    const schema = Object.assign(() => expect.fail('it is no guard'), { '~standard': { version: 1 as const, validate } });
    expect([outcome(schema, 1), outcome(schema, 2)]).to.deep.equal(['one', ['a.0']]);
  });

  it('gives what the codec makes of the value, where that is another', () => {
    expect(outcome(z.object({ at: z.coerce.number() }), { at: '5', more: 1 })).to.deep.equal({ at: 5 });
  });

  it('gives a promise where the check is asynchronous', async () => {
    const free = z.object({ name: z.string().refine((name) => Promise.resolve(name !== 'taken')) });
    const results = [{ name: 'taken' }, { name: 'free' }].map(
      (value) => validatePayload(free, 'join', value) as Promise<Validated<{ name: string }>>,
    );
    expect(results.map((result) => result instanceof Promise)).to.deep.equal([true, true]);
    const [taken, accepted] = await Promise.all(results);
    expect(taken?.valid === false && taken.error.paths).to.deep.equal(['name']);
    expect(accepted).to.deep.equal({ valid: true, value: { name: 'free' } });
  });

  describe('of io-ts', () => {
    const positive = t.refinement(t.number, (n) => n > 0, 'Positive');
    interface Tree {
      readonly leaf: string;
      readonly next: Tree | null;
    }
    const tree: t.Type<Tree> = t.recursion('Tree', () => t.type({ leaf: t.string, next: t.union([tree, t.null]) }));
    const rows: readonly [what: string, codec: t.Mixed, value: unknown, paths: readonly string[]][] = [
      ['of a union', t.type({ a: t.union([t.string, t.number]) }), { a: true }, ['a']],
      ['in a member of a union', t.union([t.type({ a: t.string }), t.null]), { a: 1 }, ['a', '$']],
      ['of an intersection', t.intersection([t.type({ a: t.string }), t.type({ b: t.string })]), { a: 1, b: 2 }, ['a', 'b']],
      [
        'of an exact intersection',
        t.exact(t.intersection([t.type({ a: t.string }), t.partial({ b: t.string })])),
        { a: 1 },
        ['a'],
      ],
      ['of a list in a read-only type', t.readonly(t.type({ a: t.array(t.string) })), { a: ['x', 1] }, ['a.1']],
      ['of a refinement', t.type({ a: positive }), { a: -1 }, ['a']],
      ['of a tuple', t.tuple([t.string, t.number]), ['a', 'b'], ['1']],
      ['of a dictionary', t.record(t.string, t.number), { a: 'x' }, ['a']],
      ['of a recursive type', tree, { leaf: 'a', next: { leaf: 1, next: null } }, ['next.leaf', 'next']],
    ];
    for (const [what, codec, value, paths] of rows)
      it(`gives the path ${what} as the payload has it`, () => {
        expect(outcome(codec, value)).to.deep.equal(paths);
      });
  });

  it('names 20 paths at most, of at most 100 characters', () => {
    const wrong = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`${index}`.padEnd(200, 'x'), 'no number']));
    const paths = outcome(t.record(t.string, t.number), wrong) as readonly string[];
    expect(paths).to.have.length(20);
    expect(new Set(paths.map(({ length }) => length))).to.deep.equal(new Set([100]));
  });

  it('throws what the codec throws', () => {
    const broken = (value: unknown): value is string => {
      expect(value).to.equal(1);
      throw new Error('broken');
    };
    expect(() => validatePayload(broken, 'x', 1)).to.throw('broken');
  });
});

describe('checkCodec', () => {
  it('names the option that is no codec', () => {
    for (const wrong of [undefined, null, 'string', {}, { decode: 1 }])
      expect(() => checkCodec('validated', 'codec', wrong)).to.throw(TypeError, /^validated: codec must be a type of io-ts/);
  });

  it('takes each kind', () => {
    for (const codec of [...Object.values(codecs), isOrder]) expect(checkCodec('validated', 'codec', codec)).to.equal(undefined);
  });
});
