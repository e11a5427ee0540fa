import { expect } from 'chai';
import type { Validated } from '../../lib/contract/validatePayload.js';
import { inOrder } from '../../lib/contract/inOrder.js';

describe('inOrder', () => {
  const valid = (value: unknown): Validated<unknown> => ({ valid: true, value });

  it('acts at once where nothing is awaited, and else key by key', async () => {
    const acted: unknown[] = [];
    const put = inOrder();
    const act = (result: Validated<unknown>) => acted.push(result.valid && result.value);
    let settle: (result: Validated<unknown>) => void = () => undefined;
    put('a', valid(1), act);
    put('a', new Promise((resolve) => (settle = resolve)), act);
    put('a', Promise.resolve(valid(3)), act);
    put('a', valid(4), act);
    put('b', valid(5), act);
    await Promise.resolve();
    expect(acted).to.deep.equal([1, 5]);
    settle(valid(2));
    await new Promise(setImmediate);
    expect(acted).to.deep.equal([1, 5, 2, 3, 4]);
    put('a', valid(6), act);
    expect(acted.at(-1)).to.equal(6);
  });
});
