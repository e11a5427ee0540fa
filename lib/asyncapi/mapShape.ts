import type { Shape } from './shape.js';

/** A shape with others in the place of those that it is made of, one level down. A name stays: what is behind it stands elsewhere. */
export function mapShape(shape: Shape, other: (inner: Shape) => Shape): Shape {
  switch (shape.kind) {
    case 'union':
    case 'intersection':
      return { ...shape, members: shape.members.map(other) };
    case 'array':
      return { ...shape, items: other(shape.items) };
    case 'tuple':
      return { ...shape, items: shape.items.map(other) };
    case 'object': {
      const rest = typeof shape.rest === 'object' ? other(shape.rest) : shape.rest;
      return { ...shape, rest, properties: shape.properties.map((one) => ({ ...one, shape: other(one.shape) })) };
    }
    default:
      return shape;
  }
}
