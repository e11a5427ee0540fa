import type { Fields } from '../refused.js';
import { pick, sameKeys } from '../results.js';
import type { Evaluate } from './evaluate.js';

/** What `exact` leaves of objects with certain keys. */
export interface Picks {
  readonly keys: readonly string[];
  /** Takes out what there is to take out, if there is anything. */
  readonly pick: ((value: Fields) => Fields) | undefined;
  /** Makes `keys` and `pick` those of other objects. */
  readonly learn: (keys: readonly string[]) => void;
}

/** So many functions are made, each for one order of keys; what comes in others goes without. */
const most = 16;

/** Objects made at one go take less time. Names of the type get into the code, others do not: they are taken out. */
export function createPicks(props: object, evaluate: Evaluate): Picks {
  const all: Pick<Picks, 'keys' | 'pick'>[] = [];
  const pickFor = (kept: readonly string[]): Picks['pick'] => {
    // A field of that name would be the prototype.
    if (all.length >= most || kept.includes('__proto__')) return (value) => pick(value, kept);
    const fields = kept.map((key) => `${JSON.stringify(key)}: value[${JSON.stringify(key)}]`);
    return evaluate({ text: `(value) => ({ ${fields.join(', ')} })`, used: [] }) as Picks['pick'];
  };
  const picks = {
    keys: [] as readonly string[],
    pick: undefined as Picks['pick'],
    learn(keys: readonly string[]) {
      let known = all.find((each) => sameKeys(each.keys, keys));
      if (!known) {
        const kept = keys.filter((key) => Object.hasOwn(props, key));
        known = { keys, pick: kept.length < keys.length ? pickFor(kept) : undefined };
        if (all.length < most) all.push(known);
      }
      picks.keys = keys;
      picks.pick = known.pick;
    },
  };
  return picks;
}
