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

  it('names what is only counted by its entry, and shares it all the same', () => {
    const counted = (key: string) => ({
      type: 'object',
      properties: { next: { $ref: `#/definitions/${key}` } },
      definitions: { [key]: { type: 'array', items: { $ref: `#/definitions/${key}` } } },
    });
    for (const key of ['intersection228', '__schema0']) {
      const components = createComponents([], {});
      components.add(counted(key), 'orders.place');
      components.add(counted(key), 'orders.cancel');
      expect(Object.keys(components.all())).to.deep.equal(['OrdersPlace']);
    }
  });

  it('writes nothing that nobody refers to', () => {
    const components = createComponents([], {});
    const closed = { type: 'object', additionalProperties: false };
    components.add({ allOf: [closed, { type: 'object', properties: { a: tree() } }], definitions: tree().definitions }, 'x');
    expect(components.all()).to.deep.equal({});
  });

  it('refuses what takes no value', () => {
    expect(() => createComponents([], {}).add(false, 'x')).to.throw('takes no value at all');
  });
});
