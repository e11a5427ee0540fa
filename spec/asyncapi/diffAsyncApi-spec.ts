import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { type DiffOptions, type DocumentChange, diffAsyncApi, parseDocument } from 'rxgate/asyncapi';
import { documentOf, object } from '../support/diffDocuments.js';

type Parts = Parameters<typeof documentOf>[0];

const told = ({ breaking, direction, document, pointer, reason }: DocumentChange): string =>
  `${breaking ? 'breaking' : 'fine'} ${direction} ${document} ${pointer}: ${reason}`;
const between = (old: Parts, changed: Parts, options?: DiffOptions): readonly string[] =>
  diffAsyncApi(documentOf(old), documentOf(changed), options).map(told);

const text = { type: 'string' };
const request = '#/channels/connection/messages/place/payload';
const reply = '#/channels/connection/messages/answer/payload';

describe('diffAsyncApi', () => {
  it('of what a client sends: less may not be taken, more may', () => {
    const rows: readonly (readonly [old: object, changed: object, expected: readonly string[]])[] = [
      [object({ a: text }), object({ a: text, b: text }), [`fine sent new ${request}: request: more is taken than before`]],
      [
        object({ a: text }),
        object({ a: text, b: text }, ['b']),
        [`breaking sent old ${request}: request: "b" is new, and required`],
      ],
      [
        object({ a: text }),
        object({ a: text }, ['a']),
        [`breaking sent old ${request}/properties/a: request: "a" is required now`],
      ],
      [
        object({ a: text, b: text }),
        object({ a: text }, [], { additionalProperties: false }),
        [`breaking sent old ${request}/properties/b: request: "b" may not be sent any more`],
      ],
      [
        object({ a: { enum: ['x', 'y'] } }),
        object({ a: { enum: ['x'] } }),
        [`breaking sent old ${request}/properties/a/enum: request: "y" is not taken any more ("x" is)`],
      ],
      [object({ a: { enum: ['x'] } }), object({ a: text }), [`fine sent new ${request}: request: more is taken than before`]],
      [
        object({ a: { type: 'number' } }),
        object({ a: text }),
        [`breaking sent old ${request}/properties/a: request: number is not taken any more (string is)`],
      ],
      [
        object({ a: { type: 'integer', minimum: 0 } }),
        object({ a: { type: 'integer', exclusiveMinimum: 0 } }),
        [`breaking sent old ${request}/properties/a/minimum: request: only above 0 (from 0 before)`],
      ],
      [
        object({ a: { ...text, maxLength: 9 } }),
        object({ a: { ...text, maxLength: 5 } }),
        [`breaking sent old ${request}/properties/a/maxLength: request: the length must be at most 5 (9 before)`],
      ],
      [
        { type: 'array', items: text },
        { type: 'array', items: text, minItems: 1 },
        [`breaking sent old ${request}: request: the number of items must be at least 1 (0 before)`],
      ],
    ];
    for (const [old, changed, expected] of rows) expect(between({ request: old }, { request: changed })).to.deep.equal(expected);
  });

  it('of what a client sends: one thing is told beside another, and what may not fit does not', () => {
    const [a, b] = [object({ a: text }), object({ b: text })];
    const rows: readonly (readonly [old: object, changed: object, expected: readonly string[]])[] = [
      [
        object({ a: text }),
        object({ a: { type: 'null' } }, ['a']),
        [
          `breaking sent old ${request}/properties/a: request: "a" is required now`,
          `breaking sent old ${request}/properties/a: request: string is not taken any more (null is)`,
        ],
      ],
      [
        object({ a: text }, [], { additionalProperties: text }),
        object({ a: text }, [], { additionalProperties: false }),
        [`breaking sent old ${request}/additionalProperties: request: no further properties are taken any more`],
      ],
      [{ type: 'boolean' }, { enum: [true] }, [`breaking sent old ${request}: request: boolean is not taken any more (true is)`]],
      [a, { oneOf: [a, b] }, [`breaking sent old ${request}: request: may fit two alternatives, and only one is allowed`]],
      [
        { anyOf: [a, b] },
        { oneOf: [a, b] },
        [0, 1].map(
          (at) => `breaking sent old ${request}/anyOf/${at}: request: may fit two alternatives, and only one is allowed`,
        ),
      ],
      [
        text,
        {
          anyOf: [
            { ...text, minLength: 1 },
            { ...text, pattern: '^x' },
          ],
        },
        [`breaking sent old ${request}: request: string need not be one of the alternatives`],
      ],
    ];
    for (const [old, changed, expected] of rows) expect(between({ request: old }, { request: changed })).to.deep.equal(expected);
    expect(between({ request: a }, { request: object({ a: text, b: text }) }, { strict: true })).to.deep.equal([
      `breaking sent old ${request}: request: any value is not taken any more (string is)`,
    ]);
  });

  it('reads both documents as it is told', () => {
    const [old, changed] = [documentOf({ request: text }), documentOf({ request: { ...text, format: 'isin' } })];
    expect(() => diffAsyncApi(old, changed)).to.throw('"isin" is no format');
    expect(diffAsyncApi(old, changed, { formats: ['isin'] })).to.deep.equal([]);
  });

  it('of what a client receives: more may not come, less may', () => {
    const rows: readonly (readonly [old: object, changed: object, expected: readonly string[]])[] = [
      [
        object({ a: text }),
        object({ a: text, b: text }),
        [`fine received new ${reply}: reply: less may come than before, or it says more`],
      ],
      [
        object({ a: text }, [], { additionalProperties: false }),
        object({ a: text, b: text }, [], { additionalProperties: false }),
        [`breaking received new ${reply}/properties/b: reply: "b" comes now, which was ruled out`],
      ],
      [object({ a: text }, ['a']), object({}), [`breaking received new ${reply}: reply: "a" is not there any more`]],
      [object({ a: text }), object({ b: text }), [`breaking received new ${reply}: reply: "a" is not there any more`]],
      [
        object({ a: text }, ['a']),
        object({ a: text }),
        [`breaking received new ${reply}/properties/a: reply: "a" may be missing now`],
      ],
      [
        object({ a: { enum: ['x'] } }),
        object({ a: { enum: ['x', 'y'] } }),
        [`breaking received new ${reply}/properties/a/enum: reply: may be "y" now ("x" before)`],
      ],
      [
        object({ a: text }),
        object({ a: { type: ['string', 'null'] } }),
        [`breaking received new ${reply}/properties/a: reply: may be null now (string before)`],
      ],
    ];
    for (const [old, changed, expected] of rows) expect(between({ reply: old }, { reply: changed })).to.deep.equal(expected);
  });

  it('of topics: names, placeholders, parameters and data', () => {
    expect(between({ data: text }, { data: text, template: 'bars:{symbol}:{resolution}' })).to.deep.equal([
      'breaking both old #/channels/bars: the topic is gone: "bars:{symbol}:{resolution}" has the new {resolution}',
      'fine received new #/channels/bars: the topic is new',
    ]);
    expect(between({ data: text }, { data: text, template: 'bars:{ticker}' })[0]).to.include(
      '"bars:{ticker}" now, with other names',
    );
    expect(
      between(
        { data: text },
        { data: text, params: object({ symbol: text, levels: { type: 'integer' } }, ['symbol', 'levels']) },
      ),
    ).to.deep.equal(['breaking sent old #/channels/bars: params: "levels" is new, and required']);
    expect(between({ data: text }, { data: { type: 'number' } })).to.deep.equal([
      'breaking received new #/channels/bars/messages/bar/payload: data: may be number now (string before)',
    ]);
  });

  it('of commands: gone, new, unanswered', () => {
    const old = documentOf({ request: text });
    const { place, ...operations } = old.operations;
    const gone = { ...old, operations };
    expect(diffAsyncApi(old, gone).map(told)).to.deep.equal([
      'breaking sent old #/channels/connection/messages/place: the command is gone',
    ]);
    expect(diffAsyncApi(gone, old).map(told)).to.deep.equal([
      'fine sent new #/channels/connection/messages/place: the command is new',
    ]);
    const { reply: answer, ...silent } = place;
    expect(answer).to.be.an('object');
    expect(diffAsyncApi(old, { ...old, operations: { ...operations, place: silent } }).map(told)).to.deep.equal([
      'breaking received new #/channels/connection/messages/place: nothing answers it any more',
    ]);
    expect(diffAsyncApi(old, { ...old, 'x-rxgate-protocol': 'typedTopics' }).map(told)).to.deep.equal([
      'breaking both new #/x-rxgate-protocol: speaks typedTopics, and commandNotify before',
    ]);
  });

  it('leads to the schema that is referred to, and tells each place once', () => {
    const node = (more: object) => ({
      Node: object({ value: { type: 'integer', ...more }, next: { $ref: '#/components/schemas/Node' } }, ['value']),
    });
    const pair = object({ a: { $ref: '#/components/schemas/Node' }, b: { $ref: '#/components/schemas/Node' } });
    expect(between({ request: pair, schemas: node({}) }, { request: pair, schemas: node({ maximum: 9 }) })).to.deep.equal([
      'breaking sent old #/components/schemas/Node/properties/value: request: only up to 9 (up to any before)',
    ]);
    expect(between({ request: pair, schemas: node({}) }, { request: pair, schemas: node({}) })).to.deep.equal([]);
  });

  it('is done at once with what refers to the next one twice, 18 times', () => {
    const ref = (n: number) => ({ $ref: `#/components/schemas/S${n}` });
    const kinds: readonly ((next: object) => object)[] = [
      (next) => object({ a: next, b: next }),
      (next) => ({ allOf: [next, next] }),
      (next) => ({ oneOf: [next, { type: 'array', items: next }] }),
      (next) => ({ anyOf: [next, next] }),
    ];
    for (const kind of kinds) {
      const schemas = (leaf: object) =>
        Object.fromEntries(Array.from({ length: 18 }, (_, n) => [`S${n}`, n < 17 ? kind(ref(n + 1)) : leaf]));
      const changes = between(
        { request: ref(0), schemas: schemas(text) },
        { request: ref(0), schemas: schemas({ type: 'null' }) },
      );
      expect(changes.length).to.be.within(1, 40);
    }
  });

  it('sees through allOf, and sees nothing where nothing changed', () => {
    const base = { Base: object({ a: text }, ['a']) };
    const whole = { allOf: [{ $ref: '#/components/schemas/Base' }, object({ b: text })] };
    expect(between({ request: whole, schemas: base }, { request: object({ a: text, b: text }, ['a']) })).to.deep.equal([]);
    const nested = {
      allOf: [{ allOf: [{ $ref: '#/components/schemas/Base' }, text] }, object({}, [], { additionalProperties: false })],
    };
    const wide = { Base: object({ a: text, more: text }) };
    expect(between({ reply: nested, schemas: wide }, { reply: nested, schemas: wide })).to.deep.equal([]);
    const overlapping = { oneOf: [{ $ref: '#/components/schemas/Base' }, object({ c: text })] };
    expect(between({ request: overlapping, schemas: base }, { request: overlapping, schemas: base })).to.deep.equal([]);
    const turned = { oneOf: overlapping.oneOf.toReversed() };
    expect(between({ request: overlapping, schemas: base }, { request: turned, schemas: base })).to.deep.equal([]);
    const [one, other] = overlapping.oneOf;
    // Where it may fit both, none is taken; twice the same, and nothing is.
    expect(
      between({ request: { oneOf: [one, other] }, schemas: base }, { request: { oneOf: [one, one] }, schemas: base }),
    ).to.not.deep.equal([]);
  });

  it('sees that alternatives fit which hold together', () => {
    const both = {
      allOf: [
        { ...text, pattern: '^a' },
        { ...text, pattern: 'b$' },
      ],
    };
    const among = { anyOf: [both, { type: 'number' }] };
    expect(between({ request: both }, { request: among })).to.deep.equal([
      `fine sent new ${request}: request: more is taken than before`,
    ]);
    expect(
      between({ request: { oneOf: [text, both] } }, { request: { anyOf: [{ oneOf: [text, both] }, { type: 'null' }] } }),
    ).to.deep.equal([`fine sent new ${request}: request: more is taken than before`]);
  });

  for (const name of ['fastws.json', 'requestReply.yaml', 'gemini.yaml', 'slackRtm.yaml'])
    it(`finds no difference between ${name} and itself`, async () => {
      const document = await parseDocument(
        readFileSync(new URL(`documents/${name}`, import.meta.url), 'utf8'),
        name.endsWith('.json') ? 'json' : 'yaml',
      );
      expect(diffAsyncApi(document, document)).to.deep.equal([]);
      expect(diffAsyncApi(document, document, { strict: true })).to.deep.equal([]);
    });
});
