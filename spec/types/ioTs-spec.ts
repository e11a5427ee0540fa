import { type StandardJSONSchemaV1, type StandardSchemaV1 } from '@standard-schema/spec';
import { expect } from 'chai';
import { nonEmptyArray as nonEmptyArrays, type readonlyNonEmptyArray } from 'fp-ts';
import * as t from 'io-ts';
import type { PayloadCodec } from 'rxgate';
import {
  compileDecoder,
  DateFromISOString,
  exactRecord,
  id,
  intInRange,
  type ISOInstant,
  nonEmptyArray,
  type NonEmptyString,
  toStandard,
  type withJsonSchema,
} from 'rxgate/io-ts';
import { generateDecoder } from 'rxgate/io-ts/generate';

// What stands here is checked by the compiler: `npm run types`.
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const equal = <A, B>(_same: Equal<A, B>): void => undefined;

const OrderId = id('OrderId');
const UserId = id('UserId');
type OrderId = t.TypeOf<typeof OrderId>;
const orderId = '7' as OrderId;
const takesUser = (_user: t.TypeOf<typeof UserId>): void => undefined;
export const plain: string = orderId;
// @ts-expect-error: an id of one kind is none of another.
export const wrongKind = (): void => takesUser(orderId);
// @ts-expect-error: a string is no id before it was checked.
export const wrongId: OrderId = 'x';
// @ts-expect-error: nor is it an instant,
export const wrongInstant: t.TypeOf<typeof ISOInstant> = '2026-11-30T00:00:00Z';
// @ts-expect-error: nor known not to be empty.
export const wrongText: t.TypeOf<typeof NonEmptyString> = 'x';

const Quantity = intInRange(1, 10);
equal<t.TypeOf<typeof Quantity>, t.Int>(true);
equal<t.TypeOf<typeof DateFromISOString>, Date>(true);
equal<t.OutputOf<typeof DateFromISOString>, string>(true);

const Numbers = nonEmptyArray(t.number);
equal<t.TypeOf<typeof Numbers>, [number, ...number[]]>(true);
export const first = (numbers: t.TypeOf<typeof Numbers>): number => nonEmptyArrays.head(numbers);
export const readonlyToo = (numbers: t.TypeOf<typeof Numbers>): readonlyNonEmptyArray.ReadonlyNonEmptyArray<number> => numbers;

const Order = exactRecord({ symbol: t.string, at: DateFromISOString }, { note: t.string });
export const note = (order: t.TypeOf<typeof Order>): string | undefined => order.note;
equal<t.TypeOf<typeof Order>['at'], Date>(true);
// @ts-expect-error: it has no such field.
export const noField = (order: t.TypeOf<typeof Order>): unknown => order.price;

const compiled = compileDecoder(Order);
equal<typeof compiled, typeof Order>(true);
const generated = generateDecoder(Order);
equal<typeof generated, typeof Order>(true);
equal<ReturnType<typeof withJsonSchema<typeof Order>>, typeof Order>(true);
// @ts-expect-error: it is no type of io-ts.
export const noType = (): unknown => compileDecoder({ decode: String });

export const asCodecs: readonly PayloadCodec<t.TypeOf<typeof Order>>[] = [compiled, generated, toStandard(Order)];
const standard = toStandard(Order);
export const asStandard: StandardSchemaV1<t.OutputOf<typeof Order>, t.TypeOf<typeof Order>> = standard;
export const asJsonSchema: StandardJSONSchemaV1<t.OutputOf<typeof Order>, t.TypeOf<typeof Order>> = standard;
equal<StandardSchemaV1.InferOutput<typeof standard>, t.TypeOf<typeof Order>>(true);
equal<StandardSchemaV1.InferInput<typeof standard>, t.OutputOf<typeof Order>>(true);
// @ts-expect-error: it gives no numbers.
export const otherCodec: PayloadCodec<number> = standard;

describe('the types of rxgate/io-ts', () => {
  it('are those of the values that come out', () => {
    const order = compiled.decode({ symbol: 'SPX', at: '2026-11-30T00:00:00Z', price: 1 });
    expect(order).to.deep.equal({ _tag: 'Right', right: { symbol: 'SPX', at: new Date('2026-11-30T00:00:00Z') } });
  });
});
