import { expect } from 'chai';
import * as t from 'io-ts';
import { z } from 'zod';
import { decodeParams } from '../../lib/contract/decodeParams.js';
import type { PayloadCodec } from '../../lib/contract/payloadCodec.js';
import { topicFinder } from '../../lib/contract/topicFinder.js';

const decoded = (template: string, params: PayloadCodec | undefined, named: Record<string, string>, rest?: unknown): unknown => {
  const topic = topicFinder({ [template]: { params } })(template);
  if (!topic) return expect.fail('there is no such topic');
  const result = decodeParams(topic, named, rest);
  return result.valid ? result.value : result.error.paths;
};
const isBook = (value: unknown): value is { depth: number } => typeof (value as { depth?: unknown }).depth === 'number';

describe('decodeParams', () => {
  it('gives the placeholders as text without a codec', () => {
    expect(decoded('a:{x}', undefined, { x: '7' }, { y: 1 })).to.deep.equal({ x: '7' });
  });

  it('gives a number where the text of one is refused, and only there', () => {
    const Book = z.object({ symbol: z.string(), depth: z.number() });
    expect(decoded('book:{symbol}:{depth}', Book, { symbol: '600', depth: '5' })).to.deep.equal({ symbol: '600', depth: 5 });
    for (const depth of ['5.0', ' 5', '0x5', 'five'])
      expect(decoded('book:{symbol}:{depth}', Book, { symbol: 'x', depth })).to.deep.equal(['depth']);
    expect(decoded('book:{depth}', isBook, { depth: '5' })).to.deep.equal({ depth: 5 });
    expect(decoded('book:{depth}', t.type({ depth: t.number }), { depth: '-1.5' })).to.deep.equal({ depth: -1.5 });
  });

  it('takes what was said beside the name with it', () => {
    const Params = z.object({ x: z.string(), y: z.number() });
    expect(decoded('a:{x}', Params, { x: '7' }, { y: 1 })).to.deep.equal({ x: '7', y: 1 });
    expect(decoded('a:{x}', Params, { x: '7' }, 5)).to.deep.equal(['y']);
    expect(decoded('a', z.array(z.number()), {}, [1])).to.deep.equal([1]);
  });

  it('refuses a codec that takes its time', () => {
    const late = z.object({ x: z.string() }).refine(async () => Promise.resolve(true));
    expect(() => decoded('a:{x}', late, { x: '7' })).to.throw(
      TypeError,
      'contract: the codec of the params of "a:{x}" must answer at once',
    );
  });
});
