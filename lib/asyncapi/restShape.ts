import type { ObjectShape, Shape } from './shape.js';

/** What further properties of an object have to be, as a shape. */
export const restShape = ({ rest }: Pick<ObjectShape, 'rest'>): Shape =>
  typeof rest === 'object' ? rest : { kind: rest ? 'unknown' : 'nothing' };
