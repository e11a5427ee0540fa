import type { Any } from 'io-ts';
import { composeArray, composeTuple } from './composeList.js';
import { composeIntersection, composeTagged, composeUnion } from './composeMembers.js';
import { composeEntries, composePartial } from './composeRecord.js';
import { composeType } from './composeType.js';
import { createShapes } from './createShapes.js';
import { type Field, fieldOf } from './field.js';
import { leafChecks } from './leafChecks.js';
import { type Fields, isRecord, refused, type Run } from './refused.js';
import { stripKeys } from './results.js';
import type { Props, Shape } from './shape.js';

const when =
  (check: (value: unknown) => boolean): Run =>
  (value) =>
    check(value) ? value : refused;

const exactly =
  (run: Run, props: object): Run =>
  (value) => {
    if (!isRecord(value)) return refused;
    const result = run(value);
    return result === refused ? refused : stripKeys(result as Fields, props);
  };

const refined =
  (run: Run, predicate: (value: unknown) => boolean): Run =>
  (value) => {
    const result = run(value);
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
  const fieldsOf = (props: Props): Field[] =>
    Object.entries(props).map(([key, type]) => fieldOf(key, shapeOf(type), runOf(type)));

  const compose = (type: Any): Run => {
    const shape = shapeOf(type);
    switch (shape.form) {
      case 'leaf':
        return when(leafChecks[shape.tag]);
      case 'literal': {
        const { value: literal } = shape;
        return (value) => (value === literal ? literal : refused);
      }
      case 'keyof': {
        const { keys } = shape;
        return when((value) => typeof value === 'string' && Object.hasOwn(keys, value));
      }
      case 'type':
        return composeType(fieldsOf(shape.props));
      case 'partial':
        return composePartial(fieldsOf(shape.props));
      case 'exact':
        return exactly(runOf(shape.inner), shape.props);
      case 'array':
        return composeArray(runOf(shape.item));
      case 'tuple':
        return composeTuple(shape.items.map(runOf));
      case 'record':
        return composeEntries(runOf(shape.domain), runOf(shape.codomain), isAny(shapeOf(shape.codomain)));
      case 'union': {
        const runs = shape.members.map(runOf);
        return shape.tag !== undefined && shape.tags ? composeTagged(runs, shape.tag, shape.tags) : composeUnion(runs);
      }
      case 'intersection':
        return composeIntersection(shape.members.map(runOf));
      case 'refinement':
        return refined(runOf(shape.inner), shape.predicate);
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
