import * as t from 'io-ts';
import { compileDecoder } from 'rxgate/io-ts';
import { generateDecoder } from 'rxgate/io-ts/generate';
import * as v from 'valibot';
import { z } from 'zod';

/** A notification as a gateway of prices sends it. */
export const frame = JSON.stringify({
  type: 'NOTIFY',
  topic: 'bars:AAPL:1D',
  data: {
    ...{ symbol: 'AAPL', open: 187.15, high: 188.44, low: 183.89, close: 185.64 },
    ...{ volume: 82_488_700, time: '2024-01-02T21:00:00.000Z', final: true },
  },
});

const numbers = ['open', 'high', 'low', 'close', 'volume'] as const;
const byNumber = <T>(type: T) => Object.fromEntries(numbers.map((name) => [name, type])) as Record<(typeof numbers)[number], T>;

const ofIoTs = t.type({
  type: t.literal('NOTIFY'),
  topic: t.string,
  data: t.type({ symbol: t.string, ...byNumber(t.number), time: t.string, final: t.boolean }),
});
const ofZod = z.object({
  type: z.literal('NOTIFY'),
  topic: z.string(),
  data: z.object({ symbol: z.string(), ...byNumber(z.number()), time: z.string(), final: z.boolean() }),
});
const ofValibot = v.object({
  type: v.literal('NOTIFY'),
  topic: v.string(),
  data: v.object({ symbol: v.string(), ...byNumber(v.number()), time: v.string(), final: v.boolean() }),
});

type Unknown<T> = { readonly [K in keyof T]?: unknown };

/** What one would write by hand. */
function byHand(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { type, topic, data } = value as Unknown<t.TypeOf<typeof ofIoTs>>;
  if (type !== 'NOTIFY' || typeof topic !== 'string' || typeof data !== 'object' || data === null) return false;
  const bar = data as Unknown<t.TypeOf<typeof ofIoTs>['data']>;
  return (
    typeof bar.symbol === 'string' &&
    typeof bar.open === 'number' &&
    typeof bar.high === 'number' &&
    typeof bar.low === 'number' &&
    typeof bar.close === 'number' &&
    typeof bar.volume === 'number' &&
    typeof bar.time === 'string' &&
    typeof bar.final === 'boolean'
  );
}

const compiled = compileDecoder(ofIoTs);
const generated = generateDecoder(ofIoTs);

/** Each checks a value that was parsed, and says whether it is right. */
export const contestants: Readonly<Record<string, (value: unknown) => boolean>> = {
  'hand guard': byHand,
  'io-ts decode': (value) => ofIoTs.decode(value)._tag === 'Right',
  compileDecoder: (value) => compiled.decode(value)._tag === 'Right',
  generateDecoder: (value) => generated.decode(value)._tag === 'Right',
  'zod 4': (value) => ofZod.safeParse(value).success,
  valibot: (value) => v.safeParse(ofValibot, value).success,
};
