import type { Shape } from '../shape.js';

/** A word for the values of a shape. */
export function wordFor(shape: Shape): string {
  switch (shape.kind) {
    case 'literal':
      return JSON.stringify(shape.value);
    case 'number':
      return shape.integer ? 'integer' : 'number';
    case 'union':
      return [...new Set(shape.members.map(wordFor))].join(' | ');
    case 'intersection':
      return [...new Set(shape.members.map(wordFor))].join(' & ');
    case 'unknown':
      return 'any value';
    case 'tuple':
      return `list of ${shape.items.length}`;
    case 'array':
      return 'list';
    case 'absent':
      return 'nothing';
    case 'nothing':
      return 'no value';
    case 'named':
      return shape.name;
    default:
      return shape.kind;
  }
}
