import { expect } from 'chai';
import { createPayloads } from '../../../lib/asyncapi/diff/createPayloads.js';
import type { GatewayModel } from '../../../lib/asyncapi/gatewayModel.js';
import type { NamedShape, Shape } from '../../../lib/asyncapi/shape.js';

const model = (...schemas: readonly NamedShape[]): GatewayModel => ({
  title: 'T',
  version: '1',
  protocol: 'commandNotify',
  commands: [],
  topics: [],
  schemas,
});
const payload = (old: Shape, changed: Shape) => ({
  subject: 's',
  what: 'request',
  old,
  new: changed,
  oldPointer: '#/old',
  newPointer: '#/new',
});
const [text, either]: readonly [Shape, Shape] = [
  { kind: 'string' },
  { kind: 'union', members: [{ kind: 'string' }, { kind: 'null' }], exclusive: false },
];

describe('createPayloads', () => {
  const payloads = createPayloads({ old: model(), new: model() }, false);

  it('lets what is sent become more, and what is received become less', () => {
    expect(payloads.sent(payload(text, text))).to.deep.equal([]);
    expect(payloads.sent(payload(text, either))).to.deep.equal([
      {
        breaking: false,
        subject: 's',
        direction: 'sent',
        document: 'new',
        pointer: '#/new',
        reason: 'request: more is taken than before',
      },
    ]);
    expect(payloads.sent(payload(either, text)).map(({ breaking, document }) => [breaking, document])).to.deep.equal([
      [true, 'old'],
    ]);
    expect(payloads.received(payload(text, either)).map(({ breaking, document }) => [breaking, document])).to.deep.equal([
      [true, 'new'],
    ]);
    expect(payloads.received(payload(either, text)).map(({ breaking }) => breaking)).to.deep.equal([false]);
  });

  it('finds what is behind names in their own document', () => {
    const named = (shape: Shape, pointer: string): NamedShape => ({ name: 'T', shape, pointer, recursive: false });
    const both = createPayloads({ old: model(named(either, '#/a/T')), new: model(named(text, '#/b/T')) }, false);
    const name: Shape = { kind: 'named', name: 'T' };
    const [change, ...more] = both.sent(payload({ kind: 'tuple', items: [name, name] }, { kind: 'tuple', items: [name, name] }));
    expect(change).to.include({ breaking: true, pointer: '#/a/T/anyOf/1' });
    expect(more).to.deep.equal([]);
  });
});
