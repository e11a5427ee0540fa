import { placeholdersOf } from '../placeholdersOf.js';
import type { Shape } from '../shape.js';
import { writeShape } from './writeShape.js';

const isText = (shape: Shape): boolean => shape.kind === 'literal' && typeof shape.value === 'string';

/** The texts that a parameter may be; none: any text. `undefined`: parameters cannot say it. */
function textsOf(shape: Shape): readonly string[] | undefined {
  if (shape.kind === 'string') return Object.keys(shape).every((key) => key === 'kind' || key === 'example') ? [] : undefined;
  const all = shape.kind === 'union' ? shape.members : [shape];
  return all.every(isText) ? all.map((one) => (one.kind === 'literal' ? String(one.value) : '')) : undefined;
}

/**
 * The channel of a topic: its address and the parameters of that. Parameters of version 3 are texts. What else whoever subscribes gives stands in
 * `x-rxgate-params`.
 */
export function writeChannel(template: string, params: Shape | undefined): Readonly<Record<string, unknown>> {
  const keys = placeholdersOf(template);
  const properties = params?.kind === 'object' ? params.properties : [];
  const parameters = Object.fromEntries(
    keys.map((key) => {
      const property = properties.find(({ name }) => name === key);
      const texts = (property && textsOf(property.shape)) ?? [];
      const { description } = property ?? {};
      return [key, { ...(description !== undefined && { description }), ...(texts.length > 0 && { enum: texts }) }];
    }),
  );
  const said =
    params === undefined ||
    (params.kind === 'object' &&
      params.rest === true &&
      params.minProperties === undefined &&
      params.maxProperties === undefined &&
      keys.length > 0 &&
      properties.length === keys.length &&
      properties.every(({ name, required, shape }, at) => name === keys[at] && required && textsOf(shape) !== undefined));
  return {
    address: template,
    // An address that looks like the path of a connection is read as one.
    ...(template.startsWith('/') && !template.includes('{') && { 'x-rxgate-topic': template }),
    ...(keys.length > 0 && { parameters }),
    ...(!said && { 'x-rxgate-params': writeShape(params) }),
  };
}
