import { expect } from 'chai';
import { createPayloads } from '../../../lib/asyncapi/diff/createPayloads.js';
import { topicChanges } from '../../../lib/asyncapi/diff/topicChanges.js';
import type { GatewayModel, TopicModel } from '../../../lib/asyncapi/gatewayModel.js';
import type { Shape } from '../../../lib/asyncapi/shape.js';

const topic = (template: string, more: Partial<TopicModel> = {}): TopicModel => ({
  template,
  params: undefined,
  data: { kind: 'string' },
  unasked: false,
  named: false,
  pointer: `#/${template}`,
  ...more,
});
const model = (...topics: readonly TopicModel[]): GatewayModel => ({
  title: 'T',
  version: '1',
  protocol: 'commandNotify',
  commands: [],
  topics,
  schemas: [],
});
const reasons = (old: readonly TopicModel[], changed: readonly TopicModel[]): readonly string[] => {
  const models = { old: model(...old), new: model(...changed) };
  return topicChanges(models, createPayloads(models, false)).map(
    ({ breaking, reason }) => `${breaking ? 'breaking' : 'fine'}: ${reason}`,
  );
};
const params = (required: boolean): Shape => ({
  kind: 'object',
  properties: [{ name: 'levels', required, shape: { kind: 'number' } }],
  rest: true,
});

describe('topicChanges', () => {
  it('says under which name a topic may be found', () => {
    expect(reasons([topic('bars:{s}')], [topic('bars:{s}:{r}')])).to.deep.equal([
      'breaking: the topic is gone: "bars:{s}:{r}" has the new {r}',
      'fine: the topic is new',
    ]);
    expect(reasons([topic('bars:{s}')], [topic('bars:{t}')])[0]).to.equal(
      'breaking: the topic is gone: it is "bars:{t}" now, with other names of parameters',
    );
    expect(reasons([topic('bars:{s}')], [topic('quotes:{s}:{r}')])[0]).to.equal('breaking: the topic is gone');
  });

  it('compares parameters, data and whether it comes unasked', () => {
    expect(reasons([topic('t')], [topic('t')])).to.deep.equal([]);
    expect(reasons([topic('t')], [topic('t', { params: params(true) })])).to.deep.equal([
      'breaking: params: "levels" is new, and required',
    ]);
    expect(reasons([topic('t')], [topic('t', { params: params(false) })])).to.deep.equal([
      'fine: params: more is taken than before',
    ]);
    expect(reasons([topic('t', { params: params(true) })], [topic('t')])).to.deep.equal([
      'fine: params: more is taken than before',
    ]);
    expect(reasons([topic('t')], [topic('t', { data: { kind: 'null' } })])).to.deep.equal([
      'breaking: data: may be null now (string before)',
    ]);
    expect(reasons([topic('t')], [topic('t', { unasked: true })])).to.deep.equal([
      'breaking: comes unasked now: nobody can subscribe',
    ]);
    expect(reasons([topic('t', { unasked: true })], [topic('t')])).to.deep.equal(['breaking: comes only to who subscribes now']);
  });
});
