import type { Any } from 'io-ts';
import { createComposer } from '../createComposer.js';
import { composeRecord } from '../composeRecord.js';
import { createShapes } from '../createShapes.js';
import { type Part, partOf } from '../part.js';
import { refused, type Run } from '../refused.js';
import type { Evaluate, Generated } from './evaluate.js';
import { createDraft, type Draft, type Written } from './draft.js';
import { testOf } from './tests.js';
import { writeExact } from './writeExact.js';
import { writeRecord } from './writeRecord.js';
import { type Write, writeArray, writeFields, writeIntersection, writeTuple, writeUnion } from './writeType.js';

/** Longer functions are not made quicker by the engine: what comes then has a function of its own. */
const mostLines = 400;

const finish = ({ lines, used }: Draft, result: string): Generated => ({
  text: `(value) => {\n${lines.join('\n')}\nreturn ${result};\n}`,
  used,
});

/**
 * Gives for types of io-ts functions that decode, or give {@link refused}, as the types do. `evaluate` makes a function of generated code.
 * Names of fields and strings of literals are in the code as JSON; every other value, and every function, is handed over beside it.
 * With `decode`, the function gives what a `decode` of io-ts gives, and leaves to that one what it does not take.
 */
export function createGenerator(evaluate: Evaluate, shapeOf = createShapes()): (type: Any, decode?: Run) => Run {
  const composed = createComposer(shapeOf);
  const made = new Map<Any, Run>();
  const partIn = (type: Any): Part => partOf(shapeOf(type), runOf(type), shapeOf);

  const generate = (type: Any, decode?: Run): Run => {
    const draft = createDraft();
    const refusal = draft.use(refused);
    const seen = new Set<Any>();

    const call = (run: Run, value: string, refuse: string): Written => {
      const name = draft.fresh();
      draft.write(`const ${name} = ${draft.use(run)}(${value});`);
      draft.write(`if (${name} === ${refusal}) ${refuse}`);
      return { name, same: false, optional: true };
    };

    const write: Write = (inner, value, refuse, known) => {
      const shape = shapeOf(inner);
      const test = testOf(shape, value, draft, shapeOf);
      if (test) {
        if (test.text !== 'true') draft.write(`if (!(${test.text})) ${refuse}`);
        return { name: value, same: test.same, optional: test.optional };
      }
      if (seen.has(inner) || draft.lines.length > mostLines) return call(runOf(inner), value, refuse);
      const writing = { draft, shapeOf, write, value, refuse, known };
      switch (shape.form) {
        case 'type':
        case 'partial':
          seen.add(inner);
          return writeFields({ ...writing, shape });
        case 'exact':
          seen.add(inner);
          return writeExact({ ...writing, shape }, evaluate);
        case 'array':
          return writeArray({ ...writing, shape });
        case 'tuple':
          return writeTuple({ ...writing, shape });
        case 'union':
          return writeUnion({ ...writing, shape });
        case 'intersection':
          return writeIntersection({ ...writing, shape });
        case 'readonly':
          return write(shape.inner, value, refuse, known);
        case 'refinement': {
          const written = write(shape.inner, value, refuse, known);
          draft.write(`if (!${draft.use(shape.predicate)}(${written.name})) ${refuse}`);
          return written;
        }
        case 'record': {
          const codomain = shapeOf(shape.codomain);
          const listsToo = codomain.form === 'leaf' && codomain.tag === 'AnyType';
          const written = listsToo ? undefined : writeRecord({ ...writing, shape });
          if (written) return written;
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
    const { name } = write(type, 'value', `return ${decode ? `${draft.use(decode)}(value)` : refusal};`);
    return evaluate(finish(draft, decode ? `{ _tag: 'Right', right: ${name} }` : name));
  };

  const runOf = (type: Any, decode?: Run): Run => {
    if (decode) return generate(type, decode);
    let run = made.get(type);
    if (!run) made.set(type, (run = generate(type)));
    return run;
  };
  return runOf;
}
