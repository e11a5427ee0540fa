import { expect } from 'chai';
import { checkTopics } from '../../lib/asyncapi/checkTopics.js';
import { readAsyncApi } from '../../lib/asyncapi/index.js';
import { AsyncApiError } from '../../lib/errors/asyncApiError.js';

describe('checkTopics', () => {
  const at = (...templates: readonly string[]) =>
    templates.map((template, index) => ({ template, pointer: `#/channels/c${index}` }));

  it('refuses templates that no contract takes, with the place', () => {
    const wrong = {
      'a:{b-c}': 'the topic "a:{b-c}" has a brace of no placeholder',
      'a:{x': 'the topic "a:{x" has a brace of no placeholder',
      'a:{x}:{x}': 'the topic "a:{x}:{x}" has a placeholder twice',
      'a:{x}{y}': 'the topic "a:{x}{y}" has two placeholders with nothing between them',
    };
    for (const [template, reason] of Object.entries(wrong))
      expect(() => checkTopics(at('b', template)), template).to.throw(AsyncApiError, `#/channels/c1: ${reason}`);
  });

  it('refuses two that names cannot tell apart', () => {
    expect(() => checkTopics(at('a:{x}', 'b', 'a:{y}'))).to.throw(
      AsyncApiError,
      '#/channels/c2: the topic "a:{y}" cannot be told from "a:{x}", at #/channels/c0',
    );
    expect(checkTopics(at('a:{x}', 'a:{x}:{y}', 'b:{x}', 'b'))).to.equal(undefined);
  });

  it('is asked of each document that is read', () => {
    const channels = {
      c: { address: 'a:{x', 'x-rxgate-params': { type: 'object' }, messages: { m: { payload: { type: 'null' } } } },
    };
    const operations = { o: { action: 'send', channel: { $ref: '#/channels/c' } } };
    const document = { asyncapi: '3.0.0', info: { title: 'T', version: '1' }, channels, operations };
    expect(() => readAsyncApi(document)).to.throw(AsyncApiError, 'the topic "a:{x" has a brace of no placeholder');
  });
});
