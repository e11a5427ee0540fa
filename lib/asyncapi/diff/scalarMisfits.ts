import { pointerTo } from '../documentNode.js';
import { isMultiple } from '../isMultiple.js';
import type { NumberShape, StringShape } from '../shape.js';
import type { Misfit } from './comparison.js';

const misfit = (pointer: string, word: string, sent: string, received: string): Misfit => ({
  pointer: pointerTo(pointer, word),
  sent,
  received,
});

/** A limit that the second has and the first exceeds. */
export function limitMisfit(
  pointer: string,
  word: string,
  what: string,
  from: number | undefined,
  to: number | undefined,
  side: 'least' | 'most',
): readonly Misfit[] {
  const none = side === 'least' ? -Infinity : Infinity;
  const [a, b] = [from ?? none, to ?? none];
  if (side === 'least' ? a >= b : a <= b) return [];
  const was = (value: number): string => (Number.isFinite(value) ? String(value) : 'none');
  return [
    misfit(
      pointer,
      word,
      `${what} must be ${side === 'least' ? 'at least' : 'at most'} ${b} (${was(a)} before)`,
      `${what} may be ${side === 'least' ? 'below' : 'above'} ${b} now (the limit is ${was(a)})`,
    ),
  ];
}

/** Why texts of the first shape need not be texts of the second. */
export function stringMisfits(from: StringShape, to: StringShape, pointer: string): readonly Misfit[] {
  const same = (word: 'pattern' | 'format'): readonly Misfit[] =>
    to[word] === undefined || from[word] === to[word]
      ? []
      : [
          misfit(
            pointer,
            word,
            `the ${word} "${to[word]}" is asked for (${from[word] ?? 'none'} before)`,
            `need not be of the ${word} "${to[word]}" any more`,
          ),
        ];
  return [
    ...limitMisfit(pointer, 'minLength', 'the length', from.minLength ?? 0, to.minLength ?? 0, 'least'),
    ...limitMisfit(pointer, 'maxLength', 'the length', from.maxLength, to.maxLength, 'most'),
    ...same('pattern'),
    ...same('format'),
  ];
}

/** Whether one of two lower limits is below the other; an exclusive one is above its number. */
function isBelow(a: NumberShape, b: NumberShape, sign: 1 | -1): boolean {
  const limits = ({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: NumberShape): readonly [number, boolean] => {
    const [open, closed] = sign === 1 ? [exclusiveMinimum, minimum] : [exclusiveMaximum, maximum];
    const [o, c] = [(open ?? -Infinity * sign) * sign, (closed ?? -Infinity * sign) * sign];
    return o >= c && open !== undefined ? [o, true] : [c, false];
  };
  const [[x, xOpen], [y, yOpen]] = [limits(a), limits(b)];
  return x < y || (x === y && yOpen && !xOpen);
}

const lower = ({ minimum, exclusiveMinimum }: NumberShape): string =>
  exclusiveMinimum !== undefined && exclusiveMinimum >= (minimum ?? -Infinity)
    ? `above ${exclusiveMinimum}`
    : `from ${minimum ?? 'any'}`;
const upper = ({ maximum, exclusiveMaximum }: NumberShape): string =>
  exclusiveMaximum !== undefined && exclusiveMaximum <= (maximum ?? Infinity)
    ? `below ${exclusiveMaximum}`
    : `up to ${maximum ?? 'any'}`;

/** Of whole numbers, what is above 0 is from 1. */
function closedLimits({ minimum = -Infinity, maximum = Infinity, exclusiveMinimum, exclusiveMaximum }: NumberShape): NumberShape {
  return {
    kind: 'number',
    minimum: Math.max(Math.ceil(minimum), Math.floor(exclusiveMinimum ?? -Infinity) + 1),
    maximum: Math.min(Math.floor(maximum), Math.ceil(exclusiveMaximum ?? Infinity) - 1),
  };
}

/** Whether all numbers of a shape are multiples of a step. */
const hasStep = ({ integer, multipleOf }: NumberShape, step: number): boolean =>
  (integer === true && isMultiple(1, step)) || (multipleOf !== undefined && isMultiple(multipleOf, step));

/** Why numbers of the first shape need not be numbers of the second. */
export function numberMisfits(from: NumberShape, to: NumberShape, pointer: string): readonly Misfit[] {
  const found: Misfit[] = [];
  const whole = from.integer === true || hasStep(from, 1);
  if (to.integer && !whole) found.push(misfit(pointer, 'type', 'must be an integer', 'need not be an integer any more'));
  const limits = [
    ['minimum', 1, lower],
    ['maximum', -1, upper],
  ] as const;
  for (const [word, sign, text] of limits)
    if (whole ? isBelow(closedLimits(from), closedLimits(to), sign) : isBelow(from, to, sign))
      found.push(
        misfit(pointer, word, `only ${text(to)} (${text(from)} before)`, `may be ${text(from)} now (${text(to)} before)`),
      );
  const { multipleOf: wanted } = to;
  if (wanted !== undefined && !hasStep(from, wanted))
    found.push(misfit(pointer, 'multipleOf', `must be a multiple of ${wanted}`, `need not be a multiple of ${wanted} any more`));
  return found;
}
