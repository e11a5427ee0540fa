/** Code in the making. */
export interface Draft {
  /** A name for a value that the code uses: it stands beside the text, never in it. */
  readonly use: (value: unknown) => string;
  /** A new name for a variable. */
  readonly fresh: () => string;
  readonly write: (line: string) => void;
  readonly lines: readonly string[];
  readonly used: readonly unknown[];
}

/** An empty draft. Its values are called r0, r1, …, its variables v0, v1, …. */
export function createDraft(): Draft {
  const lines: string[] = [];
  const used: unknown[] = [];
  let names = 0;
  return {
    lines,
    used,
    use(value) {
      const known = used.indexOf(value);
      return `r${known < 0 ? used.push(value) - 1 : known}`;
    },
    fresh: () => `v${names++}`,
    write: (line) => void lines.push(line),
  };
}

/** What was written for a type: where its result is, and how that can differ from the value. */
export interface Written {
  /** The variable that holds the result. */
  readonly name: string;
  /** The result is always the value itself, and not NaN, which is unlike itself. */
  readonly same: boolean;
  /** `undefined` may be taken. */
  readonly optional: boolean;
  /** The value is an object and no list. */
  readonly record?: boolean;
}

/** Text of a value as code, or `undefined` where only a reference will do. */
export function literalText(value: unknown): string | undefined {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value === null || typeof value === 'boolean') return String(value);
  return typeof value === 'number' && Number.isFinite(value) && !Object.is(value, -0) ? `${value}` : undefined;
}
