import type { NamedShape } from '../shape.js';
import { emitDeclaration } from './emitType.js';

/** The types of all schemas with a name. */
export const emitTypes = (schemas: readonly NamedShape[]): string =>
  schemas.map(({ name, shape, description }) => emitDeclaration(name, shape, description, (other) => other)).join('\n');
