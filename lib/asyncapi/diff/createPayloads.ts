import { distinctBy } from '../distinctBy.js';
import type { GatewayModel } from '../gatewayModel.js';
import type { Shape } from '../shape.js';
import { createComparison, type Misfit, type ShapeSide } from './comparison.js';
import type { DocumentChange, Models } from './documentChange.js';
import { shapeMisfits } from './shapeMisfits.js';

/** A payload in both documents, with the place of each. */
export interface Payload {
  readonly subject: string;
  /** What it is to people: `request`. */
  readonly what: string;
  readonly old: Shape;
  readonly new: Shape;
  readonly oldPointer: string;
  readonly newPointer: string;
}

/** Compares payloads. */
export interface Payloads {
  /** What a client sends: all that it sent has to be taken. */
  sent(payload: Payload): readonly DocumentChange[];
  /** What a client receives: nothing may come that did not come before. */
  received(payload: Payload): readonly DocumentChange[];
}

function sideOf({ schemas }: GatewayModel): ShapeSide {
  const byName = new Map(schemas.map((schema) => [schema.name, schema]));
  return {
    named: (name) => byName.get(name),
    behind: (shape) => {
      let at = shape;
      for (let steps = 0; at.kind === 'named' && steps <= byName.size; steps++)
        at = byName.get(at.name)?.shape ?? { kind: 'unknown' };
      return at;
    },
  };
}

/** Compares the payloads of two documents; `strict` as `diffAsyncApi` has it. */
export function createPayloads(models: Models, strict: boolean): Payloads {
  const sides = { old: sideOf(models.old), new: sideOf(models.new) };
  const misfits = (
    from: 'old' | 'new',
    { old, new: changed, oldPointer, newPointer }: Payload,
    options: { readonly strict: boolean; readonly misses?: boolean },
  ): readonly Misfit[] =>
    from === 'old'
      ? shapeMisfits(old, changed, oldPointer, createComparison(sides.old, sides.new, options))
      : shapeMisfits(changed, old, newPointer, createComparison(sides.new, sides.old, options));

  const told = (direction: 'sent' | 'received', payload: Payload): readonly DocumentChange[] => {
    const from = direction === 'sent' ? 'old' : 'new';
    const { subject, what } = payload;
    const breaking = misfits(from, payload, { strict, misses: direction === 'received' });
    if (breaking.length > 0)
      return distinctBy(
        breaking.map((misfit) => ({
          breaking: true,
          subject,
          direction,
          document: from,
          pointer: misfit.pointer,
          reason: `${what}: ${misfit[direction]}`,
        })),
      );
    const same = (['old', 'new'] as const).every((side) => misfits(side, payload, { strict: true }).length === 0);
    const reason = `${what}: ${direction === 'sent' ? 'more is taken than before' : 'less may come than before, or it says more'}`;
    return same ? [] : [{ breaking: false, subject, direction, document: 'new', pointer: payload.newPointer, reason }];
  };
  return { sent: (payload) => told('sent', payload), received: (payload) => told('received', payload) };
}
