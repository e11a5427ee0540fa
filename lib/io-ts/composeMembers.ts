import { leaves, type Part } from './part.js';
import { isRecord, isRefused, refused, type Run } from './refused.js';
import { mergeResults } from './results.js';

/** The result of the first member that takes the value. */
export function composeUnion(parts: readonly Part[]): Run {
  const count = parts.length;
  return (value) => {
    for (let index = 0; index < count; index++) {
      const { run, takes, literal } = parts[index] as Part;
      if (leaves(takes, literal, value)) return value;
      const result = run(value);
      if (!isRefused(result)) return result;
    }
    return refused;
  };
}

/** The result of the one member that the tag of the value is for. */
export function composeTagged(runs: readonly Run[], tag: string, tags: readonly (readonly unknown[])[]): Run {
  const runOf = new Map(tags.flatMap((values, member) => values.map((value) => [value, runs[member] as Run] as const)));
  return (value) => {
    const run = isRecord(value) ? runOf.get(value[tag]) : undefined;
    return run ? run(value) : refused;
  };
}

/** What the members make of the value, merged. */
export function composeIntersection(runs: readonly Run[]): Run {
  const count = runs.length;
  return (value) => {
    let results: unknown[] | undefined;
    for (let index = 0; index < count; index++) {
      const result = (runs[index] as Run)(value);
      if (isRefused(result)) return refused;
      if (result !== value) results ??= new Array<unknown>(index).fill(value);
      results?.push(result);
    }
    return results ? mergeResults(value, results) : value;
  };
}
