import { isId, isText } from './fields.js';
import type { JsonObject } from './jsonReader.js';
import type { FailureMessage } from './message.js';

/** What a failure or a refusal says, beside what it is about. */
export type JsonRpcFailure = Pick<FailureMessage, 'code' | 'message' | 'data'>;

// What this library says in words, in the order of the codes that JSON-RPC has for it: -32601, -32602, -32603.
const words = ['UNKNOWN_COMMAND', 'INVALID_DATA', 'INTERNAL_ERROR'];

/** The error object of a failure. A code is a whole number there: one in words goes before the text. */
export function writeJsonRpcError({ code, message, data }: JsonRpcFailure): JsonRpcFailure {
  if (!isText(code)) return { code, message: message ?? '', data };
  const at = words.indexOf(code);
  return { code: at < 0 ? -32000 : -32601 - at, message: message === undefined ? code : `${code}: ${message}`, data };
}

/** What an error object says. What has no code is no such object: then it is the data. */
export function readJsonRpcError(error: unknown): JsonRpcFailure {
  const { code, message, data } = Object(error) as JsonObject;
  return isId(code) ? { code, message: isText(message) ? message : undefined, data } : { code: -32603, data: error };
}
