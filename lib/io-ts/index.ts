// Codecs
export { DateFromISOString, DateFromNumber, DateFromUnixTime } from './dates.js';
export { exactRecord } from './exactRecord.js';
export { type Id, id, UUID, type UUIDBrand } from './id.js';
export { intInRange } from './intInRange.js';
export { ISODate, type ISODateBrand, ISOInstant, type ISOInstantBrand } from './isoInstant.js';
export { type NonEmptyArray, nonEmptyArray, NonEmptyString, type NonEmptyStringBrand } from './nonEmpty.js';

// For other libraries
export type { JsonSchema, JsonSchemas } from './jsonSchemas.js';
export type { JsonSchemaOf, JsonSchemaTarget, StandardCodec, StandardResult } from './standardCodec.js';
export { toStandard } from './toStandard.js';
export { withJsonSchema } from './withJsonSchema.js';

// Speed
export { compileDecoder } from './compileDecoder.js';
