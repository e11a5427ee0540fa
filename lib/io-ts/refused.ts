import type { Orders } from './readInOrder.js';

/** What a compiled check gives for a value that it does not take: no value that a type could give. */
export const refused = /* @__PURE__ */ Symbol('refused');

/** Whether a run refused. To compare a symbol with what may be anything is a call for the engine, `typeof` is none. */
export const isRefused = (result: unknown): boolean => typeof result === 'symbol' && result === refused;

/** Decodes a value, or gives {@link refused}. */
export interface Run {
  (value: unknown): unknown;
  readonly orders?: Orders;
}

/** An object that may be read by its keys. */
export type Fields = Record<string, unknown>;

/** What io-ts takes for a record: an object that is no list. */
export const isRecord = (value: unknown): value is Fields => value !== null && typeof value === 'object' && !Array.isArray(value);

/** A copy as io-ts makes it: own fields only. A spread would define a field `__proto__` where io-ts sets the prototype. */
export const copyOf = (value: object): Fields => Object.assign({}, value) as Fields;
