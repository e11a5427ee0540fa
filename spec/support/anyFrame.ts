import fc from 'fast-check';
import { anyText } from './anyText.js';
import { jsonFragments } from './jsonFragments.js';
import { documentedFrames } from './documentedFrames.js';

/** What a client puts into its data, and a server says to nobody else. */
export const secret = 'S3CRET';

/** A frame that somebody may send. */
export type AnyFrame = string | Uint8Array;

const ids = fc.oneof(
  // Few, so that they come twice; and cancel and unsubscribe know some of them.
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 9 }) },
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 9 }).map(String) },
  { weight: 8, arbitrary: fc.uuid() },
  { weight: 2, arbitrary: anyText(8) },
  { weight: 2, arbitrary: fc.constantFrom('__proto__', 'constructor', 'toString', '', ' ', '\u0000', '"', '\\', '1e3') },
  { weight: 2, arbitrary: fc.constantFrom(-1, 1.5, 5e-324, 1e300, 2 ** 53 - 1, -(2 ** 53 - 1), 2 ** 53, -(2 ** 53)) },
);
const commands = fc.constantFrom(
  ...['echo', 'echo', 'later', 'count', 'hold', 'checked', 'fails', 'refuses', 'orders.place', 'bars.history', 'POST_X'],
  ...['', 'nothing', '__proto__', 'constructor', 'hasOwnProperty', 'toString', 'then'],
);
const topics = fc.oneof(
  fc.constantFrom('bars', 'bars:SPX:1D', 'bars:a%3Ab:1W', 'bars:::::', 'bars:%E0%A4%A:x', 'news', 'short', 'throws', 'refuses'),
  fc.constantFrom('', '__proto__', 'constructor', 'bars:', 'bars:__proto__:1D', 'other', 'secrets'),
  fc.string({ maxLength: 12 }).map((text) => `bars:${text}:1D`),
);
const data: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, secret, [secret], { password: secret, n: 7 }, true, 0, '', 1e308),
  fc.jsonValue(),
  fc.jsonValue().map((value) => ({ [secret]: value })),
);
const wrong = fc.oneof(
  fc.constantFrom(null, true, false, 7, -1, 0.5, '', 'text', [], {}, [[]], { id: 1 }, [null]),
  fc.jsonValue({ maxDepth: 2 }),
);
const types = fc.constantFrom(
  ...['CANCEL', 'SUBSCRIBE', 'SUBSCRIBE', 'UNSUBSCRIBE', 'ping', 'PING', 'pong', 'PONG', 'RESPONSE', 'ERROR', 'ACK', 'NACK'],
  ...['NOTIFY', 'ENDED', 'WELCOME', '__proto__', 'constructor', '', 'subscribe', 'toString'],
);
const positions = fc.record({ epoch: fc.string({ maxLength: 4 }), offset: fc.nat() });
const orWrong = (right: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 6, arbitrary: right }, { weight: 1, arbitrary: wrong });
const json = (body: fc.Arbitrary<unknown>): fc.Arbitrary<string> => body.map((value) => JSON.stringify(value));

const requests = json(fc.record({ id: ids, command: commands, data, stream: fc.boolean() }, { requiredKeys: ['id', 'command'] }));
const subscribes = json(
  fc.record({ type: fc.constant('SUBSCRIBE'), id: ids, topic: topics, params: data }, { requiredKeys: ['type', 'id', 'topic'] }),
);
const ends = json(fc.record({ type: fc.constantFrom('CANCEL', 'UNSUBSCRIBE'), id: ids, topic: topics }));
const shapes = json(
  fc.record(
    {
      ...{ type: orWrong(types), id: orWrong(ids), command: orWrong(commands), topic: orWrong(topics) },
      ...{ data, params: data, stream: orWrong(fc.boolean()), key: orWrong(fc.string({ maxLength: 5 })) },
      ...{ since: orWrong(positions), position: orWrong(positions), more: orWrong(fc.boolean()), recovered: wrong },
      ...{
        code: orWrong(fc.string()),
        error: orWrong(fc.string()),
        retryAfter: wrong,
        timestamp: orWrong(fc.nat()),
        kind: wrong,
      },
    },
    { requiredKeys: [] },
  ),
);

/** JSON that no program writes: keys that objects have, keys given twice, numbers that cannot be held. */
const oddities = fc
  .tuple(
    fc.constantFrom(
      '"__proto__":',
      '"constructor":',
      '"prototype":',
      '"id":',
      '"type":',
      '"toString":',
      '"command":',
      '"topic":',
    ),
    fc.constantFrom(
      ...['{"id":"p","command":"echo"}', '{"kind":"reply"}', '{"type":"ping"}', '"echo"', '"SUBSCRIBE"', '1e999', '-1e999', '-0'],
      ...[
        '9007199254740993',
        '123456789012345678901234567890',
        '1E400',
        '"\\ud800"',
        '"\\u0000"',
        'null',
        '[]',
        '{"__proto__":null}',
      ],
    ),
    fc.constantFrom('"id":"odd","command":"echo"', '"type":"SUBSCRIBE","id":"odd","topic":"bars"', '"type":"ping"', '"x":1'),
    fc.boolean(),
  )
  .map(([key, value, rest, first]) => (first ? `{${key}${value},${rest}}` : `{${rest},${key}${value}}`));

/** Params, data, or a whole frame. Where the stack ends is between the depths. */
const depths = fc
  .tuple(
    fc.oneof(
      { weight: 20, arbitrary: fc.nat(300) },
      { weight: 4, arbitrary: fc.nat(12_000) },
      { weight: 1, arbitrary: fc.constant(60_000) },
    ),
    fc.constantFrom(['[', '', ']'] as const, ['{"a":', '1', '}'] as const),
    fc.constantFrom('{"type":"SUBSCRIBE","id":', '{"id":', ''),
    fc.uuid(),
  )
  .map(([depth, [open, core, close], kind, id]) => {
    const deep = open.repeat(depth) + core + close.repeat(depth);
    if (kind === '') return deep;
    return kind === '{"id":'
      ? `${kind}"${id}","command":"echo","data":${deep}}`
      : `${kind}"${id}","topic":"bars","params":${deep}}`;
  });

const fragments = fc.constantFrom(...jsonFragments);
const values = fc.constantFrom(
  'null',
  '7',
  '"7"',
  '{}',
  '[]',
  'true',
  '-1.5',
  '9007199254740993',
  '"__proto__"',
  '{"__proto__":{}}',
);

/** One change, at a place between 0 and 1. */
export const change: fc.Arbitrary<(text: string) => string> = fc
  .tuple(fc.nat(6), fc.double({ min: 0, max: 1, noNaN: true }), fragments, values, fc.integer({ min: 1, max: 5 }))
  .map(([way, where, fragment, value, width]) => (text) => {
    const at = Math.floor(where * text.length);
    if (way === 0) return text.slice(0, at);
    if (way === 1) return text.slice(at);
    if (way === 2) return text.slice(0, at) + text.slice(at + width);
    if (way === 3) return text.slice(0, at) + fragment + text.slice(at);
    if (way === 4) return text.slice(0, at) + fragment + text.slice(at + 1);
    // JSON still, with another value where a string or a number was.
    const found = [...text.matchAll(/:("[^"]*"|\d+|true|false)/g)];
    const match = found[Math.floor(where * found.length)];
    if (!match) return `[${text}]`;
    const from = match.index + 1;
    return text.slice(0, from) + value + text.slice(from + (match[1]?.length ?? 0));
  });

const documented = fc.constantFrom(...documentedFrames.map(({ frame }) => frame));
const mutated = fc
  .tuple(documented, fc.array(change, { minLength: 1, maxLength: 3 }))
  .map(([frame, changes]) => changes.reduce((text, apply) => apply(text), frame));

const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: mutated },
  { weight: 4, arbitrary: requests },
  { weight: 3, arbitrary: shapes },
  { weight: 2, arbitrary: subscribes },
  { weight: 2, arbitrary: ends },
  { weight: 2, arbitrary: oddities },
  { weight: 1, arbitrary: depths },
  { weight: 1, arbitrary: documented },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: anyText(40) },
);

/** Any frame that a WebSocket carries: text that is UTF-8, and bytes. */
export const anyFrame: fc.Arbitrary<AnyFrame> = fc.oneof(
  // A lone half of a surrogate pair does not survive UTF-8: what arrives is this.
  { weight: 12, arbitrary: text.map((frame) => Buffer.from(frame).toString()) },
  { weight: 2, arbitrary: text.map((frame) => new Uint8Array(Buffer.from(frame))) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }) },
);
