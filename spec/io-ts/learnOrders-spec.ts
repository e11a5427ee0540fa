import { expect } from 'chai';
import * as t from 'io-ts';
import { composeFields } from '../../lib/io-ts/composeFields.js';
import { createComposer } from '../../lib/io-ts/createComposer.js';
import { learnOrders } from '../../lib/io-ts/learnOrders.js';
import { refused, type Run } from '../../lib/io-ts/refused.js';
import { expectVerdicts } from '../support/expectVerdicts.js';
import { fieldsOf } from '../support/partIn.js';

const orZero = new t.Type<number, number, unknown>('OrZero', t.number.is, (value) => t.success(value ? 1 : 0), Number);

/** Values three times, so that what is learnt of one is used for the next. */
const expectThrice = (type: t.Any, values: readonly unknown[]): void =>
  expectVerdicts(type, createComposer()(type), [...values, ...values.slice().reverse(), ...values]);

const inherits = (from: object, own: object): unknown => Object.assign(Object.create(from) as object, own);

describe('learnOrders', () => {
  const props = { a: t.string, b: t.number, c: t.union([t.literal('x'), t.undefined]), d: t.literal(1), e: t.boolean };
  const good = { a: 'x', b: 1, c: 'x', d: 1, e: true };
  const orders = [good, { e: true, d: 1, c: 'x', b: 1, a: 'x' }, { more: 1, ...good }, { ...good, last: 0 }];

  /** Counts what is left to the other way to read. */
  const counted = (fields = fieldsOf(props)): { readonly run: Run; readonly asked: unknown[] } => {
    const asked: unknown[] = [];
    const whole = composeFields(fields);
    return { asked, run: learnOrders(fields, (value) => (asked.push(value), whole(value))) };
  };

  it('asks for each order once, whichever came in between', () => {
    const { run, asked } = counted();
    for (const value of [...orders, ...orders, ...orders]) expect(run(value)).to.equal(value);
    expect(asked).to.deep.equal(orders);
    expect(run({ ...good, e: 1 })).to.equal(refused);
    expect(run({ ...good, b: NaN })).to.deep.equal({ ...good, b: NaN });
    expect(asked).to.deep.equal(orders);
  });

  it('learns an order that another one goes on from', () => {
    const { run, asked } = counted(fieldsOf({ a: t.string, b: t.number }, true));
    const values = [{ a: 'x', b: 1 }, { a: 'x' }];
    for (const value of [...values, ...values]) expect(run(value)).to.equal(value);
    expect(asked).to.deep.equal(values);
  });

  it('stops learning orders, and still reads them', () => {
    const { run, asked } = counted();
    const values = Array.from({ length: 40 }, (_, index) => ({ [`k${index}`]: 0, ...good }));
    for (const value of [...values, ...values]) expect(run(value)).to.equal(value);
    expect(asked).to.deep.equal([...values, ...values.slice(32)]);
    expect(run({ ...good, a: 1 })).to.equal(refused);
  });

  it('learns none of objects with very many keys', () => {
    const { run, asked } = counted();
    const value = { ...good, ...Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`k${index}`, 0])) };
    expect([run(value), run(value)]).to.deep.equal([value, value]);
    expect(asked).to.have.length(2);
  });

  it('takes the fields in any order, and refuses what is wrong in it', () => {
    expectThrice(t.type(props), [...orders, { ...good, b: 'x' }, { ...good, d: 2 }, { e: 1, d: 1, c: 'x', b: 1, a: 'x' }]);
    const { d: _d, ...short } = good;
    expectThrice(t.type(props), [good, short, {}, { ...good, more: 1 }, [], Object.assign([], good)]);
  });

  it('does not take it for the order of all when a field is there, and not listed', () => {
    const hidden = Object.defineProperty({ b: 1 }, 'a', { value: 'x' });
    expectThrice(t.type({ a: t.string, b: t.number }), [hidden, { b: 1 }, { a: 'x', b: 1 }]);
    expectThrice(t.strict({ a: t.string, b: t.number }), [hidden, { b: 1 }, { a: 'x', b: 1 }]);
  });

  it('reads on in a copy from the first part that is made into something else', () => {
    const type = t.type({ a: t.number, b: orZero, c: t.type({ d: t.number }), e: orZero });
    const { run, asked } = counted(fieldsOf(type.props));
    const value = { a: 1, b: 1, c: { d: 1 }, e: 1 };
    const values = [value, { ...value, e: 0 }, { ...value, b: 7 }, { ...value, a: NaN }, { ...value, c: { d: NaN } }];
    expectVerdicts(type, run, [...values, { ...value, b: 7, c: {} }]);
    expect(asked).to.deep.equal([value]);
    expectThrice(t.type({ a: t.number, b: orZero }), [
      { a: 1, b: 1 },
      inherits({ b: 7 }, { a: NaN }),
      inherits({ b: 7 }, { a: 1 }),
      1,
    ]);
  });

  it('asks a type with its own validate once for each field', () => {
    const asked: unknown[] = [];
    const own = new t.Type<unknown, unknown, unknown>(
      'Own',
      t.unknown.is,
      (value) => {
        asked.push(value);
        return t.success(value === 'change' ? 'changed' : value);
      },
      t.identity,
    );
    const run = createComposer()(t.type({ a: own, b: own, c: own, d: own }));
    const value = { a: 1, b: 2, c: 'change', d: 4 };
    run(value);
    asked.length = 0;
    expect(run(value)).to.deep.equal({ ...value, c: 'changed' });
    expect(asked).to.deep.equal([1, 2, 'change', 4]);
  });

  it('reads what a partial one inherits, or has and does not list, when it knows an order without it', () => {
    const fields = { a: t.string, b: t.string, c: t.string, d: t.string };
    const hidden = Object.defineProperty({ b: 'x' }, 'a', { value: 7 });
    for (const type of [
      t.partial(fields),
      t.exact(t.partial(fields)),
      t.intersection([t.type({ b: t.string }), t.partial({ a: t.string, c: t.number })]),
    ])
      expectThrice(type, [
        ...[{ b: 'x' }, { b: 'y' }, { a: undefined, b: 'x' }, hidden, inherits({ c: false }, { b: 'x' }), { b: 'x', d: 'y' }],
        ...[inherits(Object.defineProperty({}, 'a', { value: 7 }), { b: 'x' }), new Error('x'), null],
      ]);
    const odd = t.exact(t.partial({ toString: t.type({}), a: t.string, b: t.string }));
    expectThrice(odd, [{}, { b: 'x' }, Object.create(null), inherits(Object.create(null) as object, { b: 'x' })]);
  });

  it('asks a field that is not there what it makes of that', () => {
    for (const field of [orZero, t.union([t.string, orZero])])
      expectThrice(t.partial({ a: t.string, b: field }), [{ a: 'x' }, { b: 1, a: 'x' }, {}, { a: 'y' }, null]);
    expectThrice(t.partial({ a: t.string, b: t.type({ c: t.string }) }), [{ a: 'x' }, { a: 'x', b: { c: '' } }, { b: {} }]);
  });

  it('reads types that are made of fields at one go, and merges what they make of a value as io-ts does', () => {
    const type = t.intersection([t.type({ a: t.string, b: orZero }), t.partial({ c: t.number, d: t.string })]);
    const value = { a: 'x', b: 1, c: 1 };
    const values = [value, { d: 'x', ...value }, { ...value, [Symbol('s')]: 1, b: 7 }, { ...value, [Symbol('s')]: 1 }];
    const wrong = [{ ...value, a: 1 }, { ...value, c: 'x' }, { ...value, d: 1 }, [], null];
    const odd = JSON.parse('{"a":"x","b":7,"__proto__":{"c":"x"}}') as unknown;
    const all = [...values, { ...value, c: NaN }, odd, inherits({ c: 1 }, { a: 'x', b: 7 }), ...wrong];
    for (const each of [type, t.exact(type), t.readonly(type), t.exact(t.readonly(type))]) expectThrice(each, all);
    expectThrice(t.intersection([t.type({ a: t.string }), t.partial({ a: t.literal('y') })]), [{ a: 'y' }, { a: 'x' }]);
    expectThrice(t.intersection([t.type({ a: t.string, b: orZero }), t.type({ b: t.union([t.string, t.number]) })]), all);
  });

  it('leaves NaN that is made into something else to the merging of members, of which the last has its way', () => {
    const orNull = new t.Type<unknown, unknown, unknown>(
      'OrNull',
      t.unknown.is,
      (value) => t.success(Number.isNaN(value) ? null : value),
      t.identity,
    );
    const [prices, notes] = [t.type({ price: orNull, size: t.number }), t.partial({ note: t.string })];
    const values = [{ price: NaN, size: 1 }, { price: 1, size: NaN }, { price: NaN, size: 7, note: 'x' }, { price: 1 }];
    for (const type of [t.intersection([prices, notes]), t.intersection([notes, prices])])
      for (const each of [type, t.exact(type), t.readonly(type)]) expectThrice(each, values);
  });

  it('takes out what exact takes out, of each order', () => {
    expectThrice(t.exact(t.partial({ a: t.string })), [{ more: 1 }, { a: 'x' }, { a: 'x', more: 1 }, {}, null]);
    const type = t.strict({ a: t.string, b: orZero });
    expectThrice(type, [
      ...[
        { a: 'x', b: 1 },
        { b: 1, a: 'x' },
        { a: 'x', more: 1, b: 1 },
        { more: 1, b: 7, a: 'x' },
        { a: 'x', b: 7 },
      ],
      ...[Object.defineProperty({ a: 'x', b: 1 }, 'hidden', { value: 1 }), { a: 'x', b: 1, [Symbol('s')]: 1 }],
      ...[
        inherits({ b: 1 }, { a: 'x' }),
        { a: 1, more: 1, b: 1 },
        {
          a: 'x',
          get b() {
            return 1;
          },
          more: 1,
        },
        null,
      ],
    ]);
  });
});
