export { AsyncApiError } from '../errors/asyncApiError.js';
export type { DocumentChange } from './diff/documentChange.js';
export { diffAsyncApi, type DiffOptions } from './diffAsyncApi.js';
export { type AsyncApiDocument, exportAsyncApi, type ExportOptions } from './exportAsyncApi.js';
export { generateFiles, type GenerateOptions } from './generateFiles.js';
export type { CommandModel, DocumentProtocol, GatewayModel, TopicModel } from './gatewayModel.js';
export { type DocumentFormat, parseDocument } from './parseDocument.js';
export { readAsyncApi, type ReadOptions } from './readAsyncApi.js';
export type { Perspective } from './readChannels.js';
export type { SchemaOptions } from './readSchema.js';
export type {
  ArrayShape,
  NamedShape,
  NumberShape,
  ObjectShape,
  PropertyShape,
  Shape,
  StringShape,
  UnionShape,
} from './shape.js';
export { withJsonSchema } from './withJsonSchema.js';
export { writeDocument } from './writeDocument.js';
