import { expect } from 'chai';
import type * as t from 'io-ts';
import { types } from 'node:util';
import { type Validated, validatePayload } from '../../lib/contract/validatePayload.js';
import { refused, type Run } from '../../lib/io-ts/refused.js';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** All objects in a value; of what is inherited, what a built-in does not bring. */
const objectsIn = (value: unknown, found = new Set<unknown>()): Set<unknown> => {
  if (isObject(value) && !found.has(value) && !Object.hasOwn(value, 'constructor')) {
    found.add(value);
    for (const key of Reflect.ownKeys(value)) objectsIn((value as Record<PropertyKey, unknown>)[key], found);
    objectsIn(Object.getPrototypeOf(value), found);
  }
  return found;
};

/** Where two results differ: what was given must be given back as the same object, what is new must have the same parts in the same order. */
function difference(one: unknown, other: unknown, given: Set<unknown>, path = '$'): string | undefined {
  if (Object.is(one, other)) return undefined;
  if (!isObject(one) || !isObject(other)) return `${path}: another value`;
  if (given.has(one) || given.has(other)) return `${path}: one is the object that was given`;
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) {
    const prototypes = difference(Object.getPrototypeOf(one), Object.getPrototypeOf(other), given, `${path}.[[Prototype]]`);
    if (prototypes) return prototypes;
  }
  // By what they are: anything may have a date for its prototype.
  if (types.isDate(one) && types.isDate(other))
    return Object.is(one.getTime(), other.getTime()) ? undefined : `${path}: another date`;
  const keys = Reflect.ownKeys(one);
  const others = Reflect.ownKeys(other);
  if (keys.length !== others.length || keys.some((key, index) => key !== others[index])) return `${path}: other keys`;
  for (const key of keys) {
    const [before, after] = [one, other].map((each) => (each as Record<PropertyKey, unknown>)[key]);
    const found = difference(before, after, given, `${path}.${String(key)}`);
    if (found) return found;
  }
  return undefined;
}

const attempt = <T>(get: () => T): { readonly value: T } | { readonly thrown: string } => {
  try {
    return { value: get() };
  } catch (error) {
    return { thrown: String(error) };
  }
};

/** Fails unless `run` refuses what `type` refuses, and makes of all else what that makes of it. */
export function expectSameVerdict(type: t.Any, run: Run, value: unknown): void {
  const wanted = attempt(() => type.decode(value));
  const got = attempt(() => run(value));
  // io-ts goes on after a fault, and may come to a predicate that throws: that is for its own `decode` to say.
  if ('thrown' in wanted || 'thrown' in got) expect(got, type.name).to.deep.be.oneOf([wanted, { value: refused }]);
  else if (wanted.value._tag === 'Left') expect(got.value === refused, `${type.name}: refused`).to.equal(true);
  else {
    expect(got.value === refused, `${type.name}: taken`).to.equal(false);
    expect(difference(wanted.value.right, got.value, objectsIn(value)), type.name).to.equal(undefined);
  }
}

/** Fails unless both types decode a value to the same, or refuse it at the same paths, with the same errors. */
export function expectSameDecoding(type: t.Any, compiled: t.Any, value: unknown): void {
  const [wanted, got] = [type, compiled].map((codec) => attempt(() => codec.decode(value)));
  if ('thrown' in wanted! || 'thrown' in got!) {
    expect(got).to.deep.equal(wanted);
    return;
  }
  expect(got!.value._tag).to.equal(wanted!.value._tag);
  if (wanted!.value._tag === 'Right' && got!.value._tag === 'Right')
    expect(difference(wanted!.value.right, got!.value.right, objectsIn(value)), type.name).to.equal(undefined);
  const paths = [type, compiled].map((codec) => {
    const result = validatePayload(codec, 'x', value) as Validated<unknown>;
    return result.valid ? 'valid' : result.error.paths;
  });
  expect(paths[1]).to.deep.equal(paths[0]);
  const contexts = [wanted!.value, got!.value].map((result) =>
    result._tag === 'Left'
      ? result.left.map(({ context, message }) => [message, context.map(({ key, type }) => [key, type.name])])
      : [],
  );
  expect(contexts[1]).to.deep.equal(contexts[0]);
}
