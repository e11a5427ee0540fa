import type * as t from 'io-ts';
import { createComposer } from '../../lib/io-ts/createComposer.js';
import { createShapes } from '../../lib/io-ts/createShapes.js';
import { type Field, type Part, partOf } from '../../lib/io-ts/part.js';

const runOf = createComposer();
const shapeOf = createShapes();

/** What a type of io-ts does to a value. */
export const partIn = (type: t.Any): Part => partOf(shapeOf(type), runOf(type), shapeOf);

/** The fields of an object. */
export const fieldsOf = (props: t.Props, optional = false): Field[] =>
  Object.entries(props).map(([key, type]) => ({ key, optional, ...partIn(type) }));
