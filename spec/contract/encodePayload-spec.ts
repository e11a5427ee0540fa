import { expect } from 'chai';
import * as t from 'io-ts';
import { z } from 'zod';
import { encodePayload } from '../../lib/contract/encodePayload.js';
import type { PayloadCodec } from '../../lib/contract/payloadCodec.js';

const Doubled = new t.Type<number, string>(
  'Doubled',
  t.number.is,
  (value, context) => (typeof value === 'string' ? t.success(Number(value) / 2) : t.failure(value, context)),
  (value) => (value * 2).toFixed(),
);
const isText = (value: unknown): value is string => typeof value === 'string';

describe('encodePayload', () => {
  const cases: readonly (readonly [title: string, codec: PayloadCodec, value: unknown, outcome: unknown])[] = [
    ['what a type of io-ts encodes to', t.type({ n: Doubled }), { n: 4 }, { n: '8' }],
    ['the paths that a type of io-ts refuses', t.type({ n: Doubled, m: t.number }), { n: 4, m: 'x' }, ['m']],
    ['what is left out that may be', t.type({ n: t.union([t.number, t.undefined]) }), {}, {}],
    ['the payload as a whole, where io-ts throws', t.type({ n: Doubled }), undefined, ['$']],
    ['the input of a Standard Schema', z.object({ n: z.string().transform(Number) }), { n: '1' }, { n: '1' }],
    ['the paths that a Standard Schema refuses', z.object({ n: z.string() }), { n: 1 }, ['n']],
    ['what a guard lets pass', isText, 'x', 'x'],
    ['the payload as a whole, of a guard', isText, 7, ['$']],
  ];
  for (const [title, codec, value, outcome] of cases)
    it(`gives ${title}`, () => {
      const result = encodePayload(codec, 'x', value);
      if ('then' in result) expect.fail('it is not asynchronous');
      else expect(result.valid ? result.value : result.error.paths).to.deep.equal(outcome);
    });

  it('waits for a schema that takes its time', async () => {
    const late = z.string().refine(async () => Promise.resolve(true));
    expect(await encodePayload(late, 'x', 'text')).to.deep.equal({ valid: true, value: 'text' });
    expect(await encodePayload(late, 'x', 7)).to.include({ valid: false });
  });
});
