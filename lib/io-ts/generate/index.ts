export { generateDecoder, type GenerateOptions } from './generateDecoder.js';
