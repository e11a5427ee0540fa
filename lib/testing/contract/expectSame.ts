const longest = 300;

const cut = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}… (${text.length} characters)` : text);

/** A frame as the text of an error shows it: text as it is, but for what would break the line. */
export const showFrame = (frame: string | Uint8Array): string =>
  typeof frame === 'string' ? cut(frame).replace(/\p{Cc}/gu, (control) => JSON.stringify(control).slice(1, -1)) : show(frame);

/** A value as the text of an error shows it. */
export function show(value: unknown): string {
  const seen = new Set<unknown>();
  const text =
    value instanceof Uint8Array
      ? `bytes ${[...value.subarray(0, 64)].join(' ')}`
      : (JSON.stringify(value, function (this: Readonly<Record<string, unknown>>, key) {
          // As it is: an error has become the fields of its `toJSON` by now.
          const part = this[key];
          if (typeof part === 'object' && part !== null) {
            if (seen.has(part)) return '…';
            seen.add(part);
          }
          if (part instanceof Uint8Array) return `bytes ${part.join(' ')}`;
          return part instanceof Error ? `${part.name}: ${part.message}` : part;
        }) as string | undefined);
  return text === undefined ? String(value) : cut(text);
}

/** Whether two values hold the same: as JSON has it, with bytes, and without fields that are undefined. */
export function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b) || a instanceof Uint8Array !== b instanceof Uint8Array) return false;
  const [left, right] = [a, b] as unknown as readonly [Record<string, unknown>, Record<string, unknown>];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) => isSame(left[key], right[key]));
}

/** Throws an error that says what was expected, and what came. */
export function expectSame(what: string, came: unknown, expected: unknown): void {
  if (!isSame(came, expected)) throw new Error(`${what}: expected ${show(expected)}, but ${show(came)} came`);
}
