import type { Any } from 'io-ts';
import { composeFields } from './composeFields.js';
import { composeArray, composeTuple } from './composeList.js';
import { composeIntersection, composeTagged, composeUnion } from './composeMembers.js';
import { composeRecord } from './composeRecord.js';
import { createShapes } from './createShapes.js';
import { leafCheck } from './leafCheck.js';
import { learnOrders } from './learnOrders.js';
import { type Field, leaves, type Part, partOf } from './part.js';
import { type Fields, isRecord, refused, type Run } from './refused.js';
import { strip } from './results.js';
import type { Props, Shape } from './shape.js';

const when =
  (check: (value: unknown) => boolean): Run =>
  (value) =>
    check(value) ? value : refused;

const exactly =
  (run: Run, props: object): Run =>
  (value) => {
    const result = isRecord(value) ? run(value) : refused;
    return result === refused ? refused : strip(result as Fields, props);
  };

const refined =
  ({ run, takes, literal }: Part, predicate: (value: unknown) => boolean): Run =>
  (value) => {
    const result = leaves(takes, literal, value) ? value : run(value);
    return result !== refused && predicate(result) ? result : refused;
  };

/** A type with a `validate` of its own is asked. It is told no way that led to it: where it refuses, all is decoded once more by io-ts. */
export const asked =
  (type: Any): Run =>
  (value) => {
    const result = type.validate(value, [{ key: '', type, actual: value }]);
    return result._tag === 'Right' ? (result.right as unknown) : refused;
  };

const isAny = (shape: Shape): boolean => shape.form === 'leaf' && shape.tag === 'AnyType';

/** Gives for types of io-ts functions that decode, or give {@link refused}, as the types do; each type's is made once. */
export function createComposer(shapeOf = createShapes()): (type: Any) => Run {
  const made = new Map<Any, Run>();
  const partIn = (type: Any): Part => partOf(shapeOf(type), runOf(type), shapeOf);
  const fieldsOf = (props: Props, optional: boolean): Field[] =>
    Object.entries(props).map(([key, type]) => ({ key, optional, ...partIn(type) }));

  /** The fields of a type that is made of nothing else, each of them once. */
  const allFieldsOf = (type: Any): Field[] | undefined => {
    const shape = shapeOf(type);
    if (shape.form === 'readonly') return allFieldsOf(shape.inner);
    if (shape.form === 'type' || shape.form === 'partial') return fieldsOf(shape.props, shape.form === 'partial');
    if (shape.form !== 'intersection') return undefined;
    const all = shape.members.map(allFieldsOf);
    const fields = all.flatMap((each) => each ?? []);
    return all.includes(undefined) || new Set(fields.map(({ key }) => key)).size < fields.length ? undefined : fields;
  };

  /** `whole`, by the orders of keys, where `type` is made of fields: those of `props` are kept, if there are any. */
  const byOrders = (type: Any, whole: Run, props?: object): Run => {
    const shape = shapeOf(type);
    if (shape.form === 'readonly') return byOrders(shape.inner, whole, props);
    const fields = allFieldsOf(type);
    return fields ? learnOrders(fields, whole, props, shape.form === 'intersection') : whole;
  };

  const compose = (type: Any): Run => {
    const shape = shapeOf(type);
    switch (shape.form) {
      case 'leaf':
        return when(leafCheck(shape.tag));
      case 'literal': {
        const { value: literal } = shape;
        return (value) => (value === literal ? literal : refused);
      }
      case 'keyof': {
        const { keys } = shape;
        return (value) => (typeof value === 'string' && Object.hasOwn(keys, value) ? value : refused);
      }
      case 'type':
      case 'partial':
        return byOrders(type, composeFields(fieldsOf(shape.props, shape.form === 'partial')));
      case 'exact':
        return byOrders(shape.inner, exactly(runOf(shape.inner), shape.props), shape.props);
      case 'array':
        return composeArray(partIn(shape.item));
      case 'tuple':
        return composeTuple(shape.items.map(runOf));
      case 'record':
        return composeRecord(partIn(shape.domain), partIn(shape.codomain), isAny(shapeOf(shape.codomain)));
      case 'union':
        return shape.tag !== undefined && shape.tags
          ? composeTagged(shape.members.map(runOf), shape.tag, shape.tags)
          : composeUnion(shape.members.map(partIn));
      case 'intersection':
        return byOrders(type, composeIntersection(shape.members.map(runOf)));
      case 'refinement':
        return refined(partIn(shape.inner), shape.predicate);
      case 'readonly':
        return runOf(shape.inner);
      case 'recursion': {
        // Not before it is needed: the definition may name what is not there yet.
        let run: Run | undefined;
        return (value) => (run ??= runOf(shape.definition()))(value);
      }
      case 'own':
        return asked(type);
    }
  };

  const runOf = (type: Any): Run => {
    const known = made.get(type);
    if (known) return known;
    const run = compose(type);
    made.set(type, run);
    return run;
  };
  return runOf;
}
