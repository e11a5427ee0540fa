/** A value as a line of JSON. Bytes are text in base64, and nothing is `null`, so that a line has all of its fields. */
export const jsonLine = (value: unknown): string =>
  JSON.stringify(value ?? null, function (this: Readonly<Record<string, unknown>>, key, written: unknown) {
    // A Buffer has turned into something else by now.
    const given = this[key];
    return given instanceof Uint8Array ? Buffer.from(given).toString('base64') : (written ?? null);
  });
