import fc from 'fast-check';

/**
 * Any text, with lone surrogates and what is dangerous as a name: what `unit: 'binary'` gives. That takes a table of all code points, made anew
 * for each: half a second.
 */
export const anyText = (maxLength?: number): fc.Arbitrary<string> =>
  fc.string({
    ...(maxLength !== undefined && { maxLength }),
    unit: fc.integer({ min: 0, max: 0x10ffff }).map(
      (point) => String.fromCodePoint(point),
      (text) => {
        const [one, ...more] = text as string;
        if (one === undefined || more.length > 0) throw new TypeError('not one character');
        return one.codePointAt(0) ?? 0;
      },
    ),
  });
