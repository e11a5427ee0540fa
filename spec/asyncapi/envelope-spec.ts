import { expect } from 'chai';
import { bodyOf, haveEnvelopes, namedUpdate } from '../../lib/asyncapi/envelope.js';
import { readMessage } from '../../lib/asyncapi/readMessages.js';

const root = {
  value: { components: { schemas: { Envelope: { properties: { type: {}, payload: { type: 'number' } } } } } },
  pointer: '#',
};
const message = (payload: unknown) => readMessage(root, { value: { name: 'a', payload }, pointer: '#/a' }, false);
const envelope = (...keys: readonly string[]) => message({ properties: Object.fromEntries(keys.map((key) => [key, {}])) });

describe('envelope', () => {
  it('is one where all payloads have a type, nothing else beside a payload, and one has that', () => {
    expect(haveEnvelopes(root, [envelope('type', 'payload'), envelope('type')])).to.equal(true);
    expect(haveEnvelopes(root, [message({ $ref: '#/components/schemas/Envelope' })])).to.equal(true);
    expect(haveEnvelopes(root, [envelope('type')])).to.equal(false);
    expect(haveEnvelopes(root, [envelope('type', 'payload'), envelope('type', 'payload', 'id')])).to.equal(false);
    expect(haveEnvelopes(root, [envelope('type', 'payload'), message(undefined)])).to.equal(false);
    expect(haveEnvelopes(root, [])).to.equal(false);
  });

  it('has a body, by reference as well', () => {
    expect(bodyOf(root, message({ $ref: '#/components/schemas/Envelope' }))).to.deep.equal({
      ...{ value: { type: 'number' }, pointer: '#/components/schemas/Envelope/properties/payload' },
    });
    expect(bodyOf(root, envelope('type')).value).to.equal(undefined);
    expect(bodyOf(root, message(undefined)).value).to.equal(undefined);
  });

  it('knows an update that says its topic', () => {
    const update = (...keys: readonly string[]) =>
      namedUpdate(root, { value: { properties: Object.fromEntries(keys.map((key) => [key, { key }])) }, pointer: '#/b' });
    expect(update('topic', 'payload')).to.deep.equal({ value: { key: 'payload' }, pointer: '#/b/properties/payload' });
    expect([
      update('topic'),
      update('topic', 'payload', 'at'),
      namedUpdate(root, { value: undefined, pointer: '#' }),
    ]).to.deep.equal([undefined, undefined, undefined]);
  });
});
