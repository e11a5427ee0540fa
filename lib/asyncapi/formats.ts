/** A format of strings: the pattern that a text has to match, and a text that does. */
export interface StringFormat {
  readonly pattern: string;
  /** Flags of the pattern; `u` without them. */
  readonly flags?: string;
  readonly example: string;
}

const day = String.raw`(?:\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))|(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)`;
// A leap second ends a day in UTC; written with an offset it could be any hour.
const time = String.raw`(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)|23:59:60(?:\.\d+)?(?:Z|[+-]00:00))`;
const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const byte = String.raw`(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`;

/** The formats of strings that codecs check. */
export const checkedFormats: Readonly<Record<string, StringFormat>> = {
  'date-time': { pattern: `^${day}T${time}$`, flags: 'iu', example: '2026-01-31T12:00:00Z' },
  date: { pattern: `^${day}$`, example: '2026-01-31' },
  time: { pattern: `^${time}$`, flags: 'iu', example: '12:00:00Z' },
  uuid: {
    pattern: '^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$',
    flags: 'iu',
    example: '6ba7b810-9dad-41d1-80b4-00c04fd430c8',
  },
  email: {
    pattern: String.raw`^[a-z0-9!#$%&'*+/=?^_\x60{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_\x60{|}~-]+)*@(?:${label}\.)+${label}$`,
    flags: 'iu',
    example: 'somebody@example.com',
  },
  hostname: { pattern: String.raw`^(?=.{1,253}$)${label}(?:\.${label})*$`, flags: 'iu', example: 'gateway.example.com' },
  ipv4: { pattern: String.raw`^(?:${byte}\.){3}${byte}$`, example: '192.0.2.1' },
  uri: {
    pattern: String.raw`^[a-z][a-z0-9+\-.]*:(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[0-9a-f]{2})+$`,
    flags: 'iu',
    example: 'https://example.com/',
  },
  byte: {
    pattern: '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$',
    example: 'AAEC',
  },
};

/** Formats of strings that say nothing about the text. */
export const plainFormats: ReadonlySet<string> = new Set(['password', 'binary', 'string']);

/** Formats of numbers, and the range that each stands for. */
export const numberFormats: Readonly<
  Record<string, { readonly integer?: true; readonly minimum?: number; readonly maximum?: number }>
> = {
  int32: { integer: true, minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  int64: { integer: true, minimum: -(2 ** 63), maximum: 2 ** 63 - 1_024 },
  float: {},
  double: {},
};
