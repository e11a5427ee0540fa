import { expect } from 'chai';
import { emitCodecs } from '../../../lib/asyncapi/emit/emitCodecs.js';
import { shapesOf } from '../../support/shapesOf.js';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const emit = (schemas: Readonly<Record<string, unknown>>): string => {
  const { all, behind } = shapesOf(ref('Root'), schemas);
  return emitCodecs(all, behind);
};

describe('emitCodecs', () => {
  it('writes each codec after those that it needs', () => {
    const text = emit({ Root: { type: 'array', items: ref('A') }, A: { type: 'array', items: ref('B') }, B: { type: 'string' } });
    const places = ['B', 'A', 'Root'].map((name) => text.indexOf(`export const ${name}`));
    expect(places)
      .to.deep.equal([...places].sort((a, b) => a - b))
      .and.not.include(-1);
  });

  it('writes recursive ones so that they refer to themselves', () => {
    const text = emit({ Root: { type: 'object', properties: { next: ref('Root') } } });
    expect(text).to.match(/export const Root: t\.Type<types\.Root> = t\.recursion\(/);
  });

  it('has only the functions that are called', () => {
    expect(emit({ Root: { type: 'string' } })).to.not.include('const where');
    const text = emit({ Root: { type: 'string', minLength: 1 } });
    expect(text).to.include('const where').and.include('const count').and.not.include('const unique');
  });
});
