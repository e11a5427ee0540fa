import { extraField, type Field, leaves } from './part.js';
import { copyOf, type Fields, refused, type Run } from './refused.js';
import { type Orders, readInOrder } from './readInOrder.js';
import { mergeResults, sameKeys } from './results.js';
import { type Order, stepFor, stepTo } from './step.js';

/** So often is an order learnt, and then no more: values that come in ever new orders would only cost time. */
const lessons = 32;
const longest = 128;

const { getOwnPropertyNames, getPrototypeOf, hasOwn } = Object;

/** The order of a value, if it is one that can be learnt. */
function orderOf(value: Fields, fields: readonly Field[], props: object | undefined): Order | undefined {
  const keys = getOwnPropertyNames(value);
  const absent = fields.filter(({ key }) => !keys.includes(key));
  const kept = props && keys.filter((key) => hasOwn(props, key));
  // A copy has no `__proto__`, and from there io-ts reads the copy.
  return keys.length > longest || keys.includes('__proto__') || !absent.every(({ optional }) => optional)
    ? undefined
    : {
        keys,
        absent,
        plain: absent.length === 0 && !props,
        asked: absent.filter(({ plain }) => !plain),
        listed: absent.length > 1 && absent.every(({ key }) => !(key in Object.prototype)),
        kept: kept && kept.length < keys.length ? kept : undefined,
      };
}

/** The fields of an object of an order that was learnt. */
function pickInOrder(value: Fields, kept: readonly string[]): Fields {
  const picked: Fields = {};
  let at = 0;
  for (const key in value) if (key === kept[at]) picked[kept[at++] as string] = value[key];
  return picked;
}

/**
 * Reads objects in the orders in which their keys come: those of one origin have one order, or a few. These are learnt, and tried first:
 * `for … in` comes to key and value together, which takes half the time of looking a key up. What is in another order, or more than plain,
 * `whole` reads; the result is the same. With `props`, fields that are not among them are taken out; `merged` is what an intersection makes.
 */
export function learnOrders(fields: readonly Field[], whole: Run, props?: object, merged = false): Run {
  const end = stepFor({ ...extraField(''), takes: 0 });
  const start = stepFor(extraField(''), end);
  let left = lessons;

  const learn = (value: Fields): unknown => {
    const order = left-- > 0 ? orderOf(value, fields, props) : undefined;
    let step = start;
    for (const key of order?.keys ?? []) {
      let next = stepTo(step.next, key);
      if (next === end) {
        next = stepFor(fields.find((field) => field.key === key) ?? extraField(key), end);
        next.other = step.next;
        step.next = next;
      }
      step = next;
    }
    step.order ??= order;
    return whole(value);
  };

  /** What is not there may be inherited, or there and not listed; or its type makes something of what is not there. */
  const lacks = (value: Fields, { absent, asked, listed }: Order): boolean => {
    const known = listed && getPrototypeOf(value) === Object.prototype;
    for (const { key, plain, run } of known ? asked : absent) {
      if (!known && value[key] !== undefined) return false;
      if (plain) continue;
      const after = run(undefined);
      if (after !== refused && after !== undefined) return false;
    }
    return true;
  };

  const ending = (value: Fields, result: Fields, order: Order | undefined): unknown => {
    if (!order) return learn(value);
    if ((props || order.listed) && !sameKeys(getOwnPropertyNames(value), order.keys)) return whole(value);
    if (!lacks(value, order)) return whole(value);
    return order.kept ? pickInOrder(result, order.kept) : result;
  };

  const readOn = (value: Fields, at: string, changed: unknown): unknown => {
    let result = value;
    let step = start;
    let isBefore = true;
    for (const key in value) {
      const before = value[key];
      step = stepTo(step.next, key);
      if (step === end) return learn(value);
      if (isBefore ? key !== at : leaves(step.takes, step.literal, before)) continue;
      const after = isBefore ? changed : step.run(before);
      isBefore = false;
      if (after === refused) {
        if (step.optional && before === undefined) continue;
        return refused;
      }
      if (after === before && (step.optional || after !== undefined || hasOwn(value, key))) continue;
      // What is inherited is gone from the copy that io-ts makes, and from there it reads on. NaN is unlike itself: for an intersection, members
      // that leave it count as well.
      if ((merged && before !== before) || (result === value && getPrototypeOf(value) !== Object.prototype)) return whole(value);
      // A copy as an intersection makes it has no symbols.
      if (result === value) result = merged ? (mergeResults(undefined, [value]) as Fields) : copyOf(value);
      result[key] = after;
    }
    return ending(value, result, step.order);
  };

  const orders: Orders = { start, readOn, learn, ending };
  return Object.assign((value: unknown) => readInOrder(orders, value), { orders });
}
