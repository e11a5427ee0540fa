import { keyText, quoted } from '../identifiers.js';
import type { ObjectShape, Shape } from '../shape.js';

/** How a type refers to the one of a name. */
export type Refer = (name: string) => string;

/** Text that cannot end a comment. */
export const commentText = (text: string): string =>
  text
    .replaceAll('*/', '*\\/')
    .replace(/\s*[\r\n]+\s*/g, ' ')
    .trim();

export const docstring = (text: string | undefined, indent = ''): string =>
  text?.trim() ? `${indent}/** ${commentText(text)} */\n` : '';

const literal = (value: string | number | boolean | null): string => (typeof value === 'string' ? quoted(value) : String(value));

/** The members of an interface, each in a line of its own. */
export function emitMembers({ properties, rest }: ObjectShape, refer: Refer, indent: string): string {
  const lines = properties.map(
    ({ name, required, shape, description }) =>
      `${docstring(description, indent)}${indent}readonly ${keyText(name)}${required ? '' : '?'}: ${emitType(shape, refer, indent)};\n`,
  );
  if (typeof rest === 'object')
    lines.push(`${indent}readonly [key: string]: ${properties.length === 0 ? emitType(rest, refer, indent) : 'unknown'};\n`);
  return lines.join('');
}

const isWide = ({ kind }: Shape): boolean => kind === 'union' || kind === 'intersection';

/** The TypeScript type of a shape. */
export function emitType(shape: Shape, refer: Refer, indent = ''): string {
  const inner = (one: Shape): string => (isWide(one) ? `(${emitType(one, refer, indent)})` : emitType(one, refer, indent));
  switch (shape.kind) {
    case 'nothing':
      return 'never';
    case 'absent':
      return 'undefined';
    case 'literal':
      return literal(shape.value);
    case 'array':
      return `readonly ${inner(shape.items)}[]`;
    case 'tuple':
      return `[${shape.items.map((item) => emitType(item, refer, indent)).join(', ')}]`;
    case 'union':
      return [...new Set(shape.members.map(inner))].join(' | ');
    case 'intersection':
      return shape.members.map(inner).join(' & ');
    case 'named':
      return refer(shape.name);
    case 'object':
      if (shape.properties.length === 0 && typeof shape.rest !== 'object') return '{ readonly [key: string]: unknown }';
      return `{\n${emitMembers(shape, refer, `${indent}  `)}${indent}}`;
    default:
      return shape.kind;
  }
}

/** The declaration of a type with a name. */
export function emitDeclaration(name: string, shape: Shape, description: string | undefined, refer: Refer): string {
  const comment = docstring(description);
  if (shape.kind === 'object' && (shape.properties.length > 0 || typeof shape.rest === 'object'))
    return `${comment}export interface ${name} {\n${emitMembers(shape, refer, '  ')}}\n`;
  return `${comment}export type ${name} = ${emitType(shape, refer)};\n`;
}
