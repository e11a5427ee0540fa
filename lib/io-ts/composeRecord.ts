import { leaves, type Part } from './part.js';
import { type Fields, isRecord, isRefused, refused, type Run } from './refused.js';

const hasOwn = Object.hasOwn;

/** Reads every key and field of an object, as `record` does: a key that its domain refuses is left out. */
export function composeRecord(domain: Part, codomain: Part, listsToo: boolean): Run {
  return (value) => {
    if (!isRecord(value)) return listsToo && Array.isArray(value) ? value : refused;
    const plain = Object.getPrototypeOf(value) === Object.prototype;
    let changed: Fields | undefined;
    // Not by `Object.keys`: to look a field up takes much longer than to come to it in turn.
    for (const given in value) {
      if (!plain && !hasOwn(value, given)) continue;
      const field = value[given];
      const key = leaves(domain.takes, domain.literal, given) ? given : domain.run(given);
      const result = key === refused || leaves(codomain.takes, codomain.literal, field) ? field : codomain.run(field);
      if (isRefused(result)) return refused;
      if (!changed && (key !== given || result !== field)) {
        changed = {};
        for (const before of Object.keys(value)) {
          if (before === given) break;
          // Of two zeros, which are like each other, io-ts gives that of the type, but only in a new object.
          changed[before] = value[before] || codomain.run(value[before]);
        }
      }
      if (changed && key !== refused) changed[key as string] = result;
    }
    return changed ?? value;
  };
}
