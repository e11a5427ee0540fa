import { isDeepStrictEqual } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { MalformedMessageError } from '../../lib/errors/gatewayErrors.js';
import { commandNotify, type Message, type MessageKind, type Position } from '../../lib/protocols/index.js';
import { anyText } from '../support/anyText.js';
import { allExamples } from '../protocols/frames.js';

const isText = (value: unknown): boolean => typeof value === 'string';
const isId = (value: unknown): boolean => isText(value) || Number.isFinite(value);
const isFlag = (value: unknown): boolean => typeof value === 'boolean';
const isPosition = (value: unknown): boolean =>
  isText((value as Position).epoch) &&
  Number.isSafeInteger((value as Position).offset) &&
  Object.keys(value as object).length === 2;
const isAnything = (value: unknown): boolean => value !== undefined;
const required = (test: (value: unknown) => boolean) => test;
const optional = (test: (value: unknown) => boolean) => (value: unknown) => value === undefined || test(value);

/** What the union says of each kind, said once more: what is checked here is not what the decoder checked. */
const shapes: Record<Exclude<MessageKind, 'closed'>, Record<string, (value: unknown) => boolean>> = {
  request: { id: isId, command: isText, data: optional(isAnything), stream: optional(isFlag), key: optional(isText) },
  send: { command: isText, data: optional(isAnything) },
  cancel: { id: isId },
  reply: { id: isId, data: optional(isAnything), last: isFlag },
  failure: {
    id: isId,
    code: isId,
    message: optional(isText),
    data: optional(isAnything),
    retryAfter: optional((value) => (value as number) >= 0 && Number.isFinite(value)),
  },
  subscribe: { id: isId, key: isText, topic: isText, params: optional(isAnything), since: optional(isPosition) },
  confirmation: { id: isId, topic: isText, position: optional(isPosition), recovered: optional(isFlag) },
  refusal: { id: isId, code: isId, message: optional(isText), data: optional(isAnything), retryable: optional(isFlag) },
  unsubscribe: { id: isId, topic: isText },
  notification: { topic: isText, data: optional(isAnything), position: optional(isPosition) },
  ended: { topic: isText },
  ping: { timestamp: optional(Number.isFinite) },
  pong: { timestamp: optional(Number.isFinite) },
  other: { body: required((value) => typeof value === 'object' && value !== null && !Array.isArray(value)) },
  malformed: { error: (value) => value instanceof MalformedMessageError && value.direction === 'in' },
};

const faultsOf = (message: Message): string[] => {
  const shape = Object.hasOwn(shapes, message.kind) ? shapes[message.kind as keyof typeof shapes] : undefined;
  if (!shape) return [`unknown kind ${message.kind}`];
  const fields = message as unknown as Record<string, unknown>;
  return [
    ...Object.keys(fields).filter((name) => name !== 'kind' && !Object.hasOwn(shape, name)),
    ...Object.entries(shape)
      .filter(([name, test]) => !test(fields[name]))
      .map(([name]) => name),
  ];
};

const frameNames = 'request RESPONSE ERROR NOTIFY SUBSCRIBE ACK NACK CANCEL UNSUBSCRIBE ENDED ping PING pong PONG'.split(' ');
const fieldNames = 'id command stream key more code error retryAfter retryable topic position since recovered timestamp'.split(
  ' ',
);
const ruleTexts = [
  'a string',
  'a string, or a number up to 2^53 - 1',
  'true or false',
  'a number that is not negative',
  '{ epoch: a string, offset: a whole number from 0 }',
];

/** Every sentence that an error may be. What is not in this list may have come from the frame. */
const sentences = new Set([
  'A frame is not a JSON object',
  'Maximum call stack size exceeded',
  'type must be a string',
  ...frameNames.flatMap((frame) => fieldNames.flatMap((field) => ruleTexts.map((rule) => `${frame} ${field} must be ${rule}`))),
]);

interface Mutation {
  readonly how: 'flip' | 'truncate' | 'insert' | 'delete' | 'duplicate' | 'retype' | 'rename' | 'nest' | 'splice';
  readonly at: number;
  readonly text: string;
  readonly value: string;
}

const wildValues = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '1e999',
  '-1e999',
  '9007199254740993',
  '123456789012345678901234567890',
  '1.7976931348623157e308',
  '5e-324',
  '""',
  '"\\ud83d"',
  '"\\u0000"',
  '"😀é\u2028"',
  '"__proto__"',
  '"constructor"',
  '[]',
  '[[[[]]]]',
  '{}',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"toString":1,"valueOf":2,"hasOwnProperty":3,"toJSON":4}',
  '{"epoch":null,"offset":{}}',
  '"RESPONSE"',
  '"NOTIFY"',
  '"SUBSCRIBE"',
  '"ERROR"',
  `${'['.repeat(3000)}${']'.repeat(3000)}`,
];

const mutations: fc.Arbitrary<Mutation> = fc.record({
  how: fc.constantFrom('flip', 'truncate', 'insert', 'delete', 'duplicate', 'retype', 'rename', 'nest', 'splice'),
  at: fc.nat(),
  text: fc.oneof(anyText(4), fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '\\', '\0', '\ufeff')),
  value: fc.oneof(fc.constantFrom(...wildValues), fc.json()),
});

const names = [
  'type',
  'id',
  'command',
  'topic',
  'data',
  'position',
  'more',
  'code',
  '__proto__',
  'constructor',
  'toString',
  'kind',
];

/** The members of the frame's outermost object, as texts; what is no object any more has none. */
const membersOf = (frame: string): [name: string, json: string][] => {
  try {
    return Object.entries(JSON.parse(frame) as object).map(([name, value]) => [name, JSON.stringify(value)]);
  } catch {
    return [];
  }
};

function mutate(frame: string, { how, at, text, value }: Mutation): string {
  const place = at % (frame.length + 1);
  if (how === 'flip')
    return (
      frame.slice(0, place) +
      String.fromCharCode(frame.charCodeAt(place % frame.length) ^ (1 << (at % 7))) +
      frame.slice(place + 1)
    );
  if (how === 'truncate') return frame.slice(0, place);
  if (how === 'insert') return frame.slice(0, place) + text + frame.slice(place);
  if (how === 'splice') return frame.slice(0, place) + frame.slice((at * 7) % (frame.length + 1));
  if (how === 'nest') return at % 2 ? `{"data":${frame},"type":${value}}` : `[${frame}]`;
  const members = membersOf(frame);
  const chosen = members[at % (members.length || 1)];
  if (!chosen) return frame + text;
  const index = members.indexOf(chosen);
  const name = how === 'rename' ? (names[at % names.length] ?? '') : chosen[0];
  const replacement = how === 'delete' ? [] : [[name, how === 'rename' ? chosen[1] : value] as [string, string]];
  if (how === 'duplicate') replacement.unshift(chosen);
  members.splice(index, 1, ...replacement);
  return `{${members.map(([each, json]) => `${JSON.stringify(each)}:${json}`).join(',')}}`;
}

describe('commandNotify, given mutations of valid frames', () => {
  const seed = 20260207;
  const prototypes = [Object.prototype, Array.prototype, String.prototype, Function.prototype];
  const good = '{"type":"RESPONSE","id":"7","data":"good"}';
  const goodMessage = { kind: 'reply', id: 7, data: 'good', last: true };

  const check = (frame: string | Uint8Array, seen: Map<string, number>): void => {
    const codec = commandNotify().client();
    for (const message of [codec.decode(frame)].flat()) examine(message, seen);
    const next = codec.decode(good);
    if (!isDeepStrictEqual(next, goodMessage)) expect(next, 'the next good frame').to.deep.equal(goodMessage);
  };
  const examine = (message: Message, seen: Map<string, number>): void => {
    // An assertion costs more than what it says, and there are thousands of frames: it is for what is wrong.
    const faults = faultsOf(message);
    if (faults.length > 0) expect(faults, `fields of ${message.kind}`).to.deep.equal([]);
    if (message.kind === 'malformed') {
      if (!sentences.has(message.error.message)) expect(message.error.message).to.be.oneOf([...sentences]);
      const fields = Object.keys(message.error).sort();
      if (fields.join() !== 'direction,kind,name,retryable') expect(fields).to.deep.equal(['the fields of a malformed message']);
    }
    seen.set(message.kind, (seen.get(message.kind) ?? 0) + 1);
  };

  let before: readonly PropertyKey[][] = [];

  beforeEach(() => {
    before = prototypes.map((each) => Reflect.ownKeys(each));
  });

  afterEach(() => {
    expect(prototypes.map((each) => Reflect.ownKeys(each))).to.deep.equal(before);
    expect(({} as { polluted?: boolean }).polluted).to.equal(undefined);
  });

  it('returns a message of the union for each of 5,000, never throws, and quotes none', () => {
    const seen = new Map<string, number>();

    fc.assert(
      fc.property(fc.constantFrom(...allExamples), fc.array(mutations, { minLength: 1, maxLength: 3 }), ({ frame }, list) => {
        check(list.reduce(mutate, frame), seen);
      }),
      { numRuns: 5_000, seed },
    );
    // The mutations are worth their name only if they reach every kind, and malformed ones are many but not all.
    expect([...seen.keys()]).to.have.members(Object.keys(shapes));
    expect(seen.get('malformed')).to.be.within(1_500, 4_500);
  });

  it('does so for 2,000 binary frames with flipped and missing bytes', () => {
    const seen = new Map<string, number>();
    const bytes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 });

    fc.assert(
      fc.property(fc.constantFrom(...allExamples), bytes, fc.nat(), ({ frame }, changes, cut) => {
        const encoded = new TextEncoder().encode(frame);
        for (const [place, byte] of changes) encoded[place % encoded.length] = byte;
        check(cut % 2 ? encoded : encoded.subarray(0, cut % encoded.length), seen);
      }),
      { numRuns: 2_000, seed },
    );
    expect(seen.get('malformed')).to.be.greaterThan(500);
    expect(seen.size).to.be.greaterThan(5);
  });
});
