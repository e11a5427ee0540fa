import type { Any } from 'io-ts';
import { createComposer } from '../createComposer.js';
import { composeRecord } from '../composeRecord.js';
import { createShapes } from '../createShapes.js';
import { type Part, partOf } from '../part.js';
import { refused, type Run } from '../refused.js';
import { createDraft, type Draft, type Written } from './draft.js';
import { testOf } from './tests.js';
import { type Write, writeArray, writeExact, writeFields, writeIntersection, writeTuple, writeUnion } from './writeType.js';

/** Longer functions are not made quicker by the engine: what comes then has a function of its own. */
const mostLines = 400;

/** The text of a function as an expression, and the values that it uses. */
export interface Generated {
  readonly text: string;
  readonly used: readonly unknown[];
}

const finish = ({ lines, used }: Draft, { name }: Written): Generated => ({
  text: `(value) => {\n${lines.join('\n')}\nreturn ${name};\n}`,
  used,
});

/**
 * Gives for types of io-ts functions that decode, or give {@link refused}, as the types do. `evaluate` makes a function of generated code.
 * Names of fields and strings of literals are in the code as JSON; every other value, and every function, is handed over beside it.
 */
export function createGenerator(evaluate: (code: Generated) => Run, shapeOf = createShapes()): (type: Any) => Run {
  const composed = createComposer(shapeOf);
  const made = new Map<Any, Run>();
  const partIn = (type: Any): Part => partOf(shapeOf(type), runOf(type), shapeOf);

  const generate = (type: Any): Run => {
    const draft = createDraft();
    const refusal = draft.use(refused);
    const seen = new Set<Any>();

    const call = (run: Run, value: string, refuse: string): Written => {
      const name = draft.fresh();
      draft.write(`const ${name} = ${draft.use(run)}(${value});`);
      draft.write(`if (${name} === ${refusal}) ${refuse}`);
      return { name, same: false, optional: true };
    };

    const write: Write = (inner, value, refuse) => {
      const shape = shapeOf(inner);
      const test = testOf(shape, value, draft);
      if (test) {
        if (test.text !== 'true') draft.write(`if (!(${test.text})) ${refuse}`);
        return { name: value, same: test.same, optional: test.optional };
      }
      if (seen.has(inner) || draft.lines.length > mostLines) return call(runOf(inner), value, refuse);
      const writing = { draft, shapeOf, write, value, refuse };
      switch (shape.form) {
        case 'type':
        case 'partial':
          seen.add(inner);
          return writeFields({ ...writing, shape });
        case 'exact':
          seen.add(inner);
          return writeExact({ ...writing, shape });
        case 'array':
          return writeArray({ ...writing, shape });
        case 'tuple':
          return writeTuple({ ...writing, shape });
        case 'union':
          return writeUnion({ ...writing, shape });
        case 'intersection':
          return writeIntersection({ ...writing, shape });
        case 'readonly':
          return write(shape.inner, value, refuse);
        case 'refinement': {
          const written = write(shape.inner, value, refuse);
          draft.write(`if (!${draft.use(shape.predicate)}(${written.name})) ${refuse}`);
          return written;
        }
        case 'record': {
          const codomain = shapeOf(shape.codomain);
          const listsToo = codomain.form === 'leaf' && codomain.tag === 'AnyType';
          return call(composeRecord(partIn(shape.domain), partIn(shape.codomain), listsToo), value, refuse);
        }
        case 'recursion': {
          // Not before it is needed: the definition may name what is not there yet.
          let run: Run | undefined;
          return call((given) => (run ??= runOf(shape.definition()))(given), value, refuse);
        }
        default:
          return call(composed(inner), value, refuse);
      }
    };
    return evaluate(finish(draft, write(type, 'value', `return ${refusal};`)));
  };

  const runOf = (type: Any): Run => {
    let run = made.get(type);
    if (!run) made.set(type, (run = generate(type)));
    return run;
  };
  return runOf;
}
