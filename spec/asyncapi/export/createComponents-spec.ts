import { expect } from 'chai';
import { createComponents } from '../../../lib/asyncapi/export/createComponents.js';
import { writeShape } from '../../../lib/asyncapi/export/writeShape.js';

const tree = (value: object = { type: 'string' }) => ({
  $ref: '#/definitions/Tree',
  definitions: { Tree: { type: 'object', properties: { value, next: { $ref: '#/definitions/Tree' } } } },
});
const list = { type: 'array', items: { $ref: '#' } };

describe('createComponents', () => {
  it('keeps a name only for what leads back to itself', () => {
    const components = createComponents([], {});
    const plain = components.add({ type: 'array', items: { $ref: '#/$defs/T' }, $defs: { T: { type: 'string' } } }, 'x');
    expect(writeShape(plain)).to.deep.equal({ type: 'array', items: { type: 'string' } });
    expect(components.all()).to.deep.equal({});
    expect(components.add({ allOf: [tree()], definitions: tree().definitions }, 'x')).to.deep.equal({
      kind: 'named',
      name: 'Tree',
    });
    expect(components.add(list, 'all.items')).to.deep.equal({ kind: 'named', name: 'AllItems' });
    expect(components.all()).to.deep.equal({
      Tree: {
        type: 'object',
        properties: { value: { type: 'string' }, next: { $ref: '#/components/schemas/Tree' } },
      },
      AllItems: { type: 'array', items: { $ref: '#/components/schemas/AllItems' } },
    });
  });

  it('shares what is the same, and numbers what only has the same name, or a name that is taken', () => {
    const components = createComponents(['Tree2'], {});
    const whole = (value?: object) => ({ allOf: [{ $ref: '#/definitions/Tree' }], definitions: tree(value).definitions });
    expect(components.add(whole(), 'a')).to.deep.equal({ kind: 'named', name: 'Tree' });
    expect(components.add(whole(), 'b')).to.deep.equal({ kind: 'named', name: 'Tree' });
    expect(components.add(whole({ type: 'number' }), 'c')).to.deep.equal({ kind: 'named', name: 'Tree3' });
    expect(Object.keys(components.all())).to.deep.equal(['Tree', 'Tree3']);
  });

  it('refuses what takes no value', () => {
    expect(() => createComponents([], {}).add(false, 'x')).to.throw('takes no value at all');
  });
});
