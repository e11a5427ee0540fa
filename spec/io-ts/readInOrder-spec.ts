import { expect } from 'chai';
import { partOf, extraField } from '../../lib/io-ts/part.js';
import { type Orders, readInOrder } from '../../lib/io-ts/readInOrder.js';
import { type Fields, refused } from '../../lib/io-ts/refused.js';
import { type Order, stepFor } from '../../lib/io-ts/step.js';

describe('readInOrder', () => {
  const order: Order = { keys: ['a', 'b'], absent: [], asked: [], listed: false, kept: undefined, plain: true };
  const text = partOf({ form: 'leaf', tag: 'StringType' }, String, () => ({ form: 'own' }));

  /** Orders of `a`, which is a string, and `b`, of which `run` makes something; and what becomes of a value that is not left as it is. */
  const known = (run: (value: unknown) => unknown, last: Order | undefined = order) => {
    const told: unknown[] = [];
    const tell =
      (name: string) =>
      (...given: readonly unknown[]): unknown => {
        told.push([name, ...given]);
        return name;
      };
    const end = stepFor({ ...extraField(''), takes: 0 });
    const [start, a] = [stepFor(extraField(''), end), stepFor({ key: 'a', optional: false, ...text }, end)];
    const b = stepFor({ ...extraField('b'), takes: 0, run }, end);
    start.next = a;
    a.next = b;
    b.order = last;
    const orders: Orders = { start, readOn: tell('readOn'), learn: tell('learn'), ending: tell('ending') };
    return { told, orders, read: (value: unknown) => readInOrder(orders, value) };
  };

  it('gives the value itself in an order that is known, if all of it is left as it is', () => {
    const { read, told } = known((value) => value);
    const value: Fields = { a: 'x', b: {} };
    expect(read(value)).to.equal(value);
    expect([null, [], 'x', 7].map(read)).to.deep.equal([refused, refused, refused, refused]);
    expect(told).to.deep.equal([]);
  });

  it('reads an object in it at once, by its own orders', () => {
    const inner = known((value) => value);
    const { read, orders, told } = known(() => refused);
    Object.assign(orders.start.next.next, { orders: inner.orders });
    const value = { a: 'x', b: { a: 'y', b: 1 } };
    expect(read(value)).to.equal(value);
    expect(read({ a: 'x', b: { a: 7 } })).to.equal('readOn');
    expect(told).to.deep.equal([['readOn', { a: 'x', b: { a: 7 } }, 'b', 'readOn']]);
  });

  it('hands over what is refused, changed, or made of what is undefined', () => {
    const { read, told } = known((value) => (value === 1 ? 2 : value === 2 ? refused : value));
    const values = [
      { a: 'x', b: 1 },
      { a: 'x', b: 2 },
      { a: 'x', b: undefined },
    ];
    for (const value of values) expect(read(value)).to.equal('readOn');
    expect(told).to.deep.equal([
      ['readOn', values[0], 'b', 2],
      ['readOn', values[1], 'b', refused],
      ['readOn', values[2], 'b', undefined],
    ]);
  });

  it('learns of a value that goes on or takes another way, and not before its end of one that ends early', () => {
    const { read, told } = known((value) => value);
    const values = [{ b: 1 }, { a: 'x', b: 1, c: 1 }];
    for (const value of values) expect(read(value)).to.equal('learn');
    expect(told.splice(0)).to.deep.equal(values.map((value) => ['learn', value]));
    const early = { a: 'x' };
    expect(read(early)).to.equal('ending');
    expect(told).to.deep.equal([['ending', early, early, undefined]]);
  });

  it('leaves the end of an order to what knows more of it', () => {
    const more = { ...order, plain: false };
    const { read, told } = known((value) => value, more);
    const value = { a: 'x', b: 1 };
    expect(read(value)).to.equal('ending');
    expect(told).to.deep.equal([['ending', value, value, more]]);
  });
});
