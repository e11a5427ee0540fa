import { type } from 'arktype';
import { expect } from 'chai';
import * as t from 'io-ts';
import * as v from 'valibot';
import { z } from 'zod';
import { contract } from '../../lib/contract/contract.js';

const isText = (value: unknown): value is string => typeof value === 'string';

describe('contract', () => {
  it('keeps the codecs of io-ts, zod, valibot, ArkType and guards by their names', () => {
    const commands = {
      'of io-ts': { request: t.string, reply: t.number },
      'of zod': { request: z.string(), reply: z.number() },
      'of valibot': { request: v.string(), reply: v.number() },
      'of ArkType': { request: type('string'), reply: type('number') },
      'of a guard': { request: isText },
      nothing: {},
    };
    const topics = { 'bars:{symbol}': { params: z.object({ symbol: z.string() }), data: t.number }, news: {} };
    const made = contract({ commands, topics });
    expect(made.commands).to.equal(commands);
    expect(made.topics).to.equal(topics);
  });

  it('takes a definition of which a part is undefined, and another contract', () => {
    const made = contract({ commands: { a: { reply: t.string, description: 'x' } }, topics: undefined } as never);
    expect(Object.keys(made)).to.deep.equal(['commands', 'topics']);
    expect(contract(made)).to.deep.include({ commands: { a: { reply: t.string, description: 'x' } }, topics: {} });
  });

  const wrong: readonly (readonly [title: string, definition: unknown, error: string])[] = [
    ['what is no definition', 7, 'contract: definition must be an object, not 7'],
    ['commands that are a list', { commands: [] }, 'contract: commands must be an object'],
    ['a command that is none', { commands: { a: 7 } }, 'contract: commands["a"] must be an object, not 7'],
    ['a command without a name', { commands: { '': {} } }, 'contract: commands[""] must be a non-empty string'],
    [
      'a misspelt field',
      { commands: { a: { replay: isText } } },
      'contract: key of commands["a"] must be one of "request", "reply", "description", not "replay"',
    ],
    [
      'a misspelt field of a topic',
      { topics: { a: { parms: isText } } },
      'contract: key of topics["a"] must be one of "params", "data"',
    ],
    ['a misspelt kind', { commands: {}, topicz: {} }, 'contract: key must be one of "commands", "topics", not "topicz"'],
    ['what is no codec', { commands: { a: { reply: 7 } } }, 'contract: commands["a"].reply must be a type of io-ts'],
    ['what is no codec, of a topic', { topics: { 'a:{b}': { data: 'x' } } }, 'contract: topics["a:{b}"].data must be'],
    ['a placeholder twice', { topics: { 'a:{b}:{b}': {} } }, 'contract: topics["a:{b}:{b}"] has a placeholder twice'],
    ['adjacent placeholders', { topics: { '{a}{b}': {} } }, 'contract: topics["{a}{b}"] has two placeholders'],
    ['a placeholder that is no name', { topics: { 'a:{b-c}': {} } }, 'contract: topics["a:{b-c}"] has a brace of no placeholder'],
    ['a brace that is not closed', { topics: { 'a:{b': {} } }, 'contract: topics["a:{b"] has a brace of no placeholder'],
    ['twin topics', { topics: { 'a:{b}': {}, 'a:{c}': {} } }, 'contract: topics["a:{c}"] cannot be told from topics["a:{b}"]'],
  ];
  for (const [title, definition, error] of wrong)
    it(`names the entry, for ${title}`, () => {
      expect(() => contract(definition as never)).to.throw(TypeError, error);
    });
});
