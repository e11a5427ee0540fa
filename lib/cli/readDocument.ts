import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { GatewayModel } from '../asyncapi/gatewayModel.js';
import { parseDocument } from '../asyncapi/parseDocument.js';
import { readAsyncApi } from '../asyncapi/readAsyncApi.js';
import { AsyncApiError } from '../errors/asyncApiError.js';
import { UsageError } from '../errors/usageError.js';
import type { CliArguments, CliOption } from './command.js';

/** The options of all commands that read a document. */
export const documentOptions: Readonly<Record<string, CliOption>> = {
  perspective: {
    type: 'string',
    value: 'WHO',
    choices: ['gateway', 'client'],
    help: 'whose actions the document tells: gateway (default) or client',
  },
  format: { type: 'string', multiple: true, value: 'NAME', help: 'takes a format of strings or numbers for a remark, unchecked' },
};

const fileError = (path: string, error: unknown): Error => {
  const { code } = error as NodeJS.ErrnoException;
  return new Error(code === 'ENOENT' ? `${path}: there is no such file` : `${path}: cannot be read (${code ?? String(error)})`, {
    cause: error,
  });
};

/** Reads the document at a path, as the options say. */
export async function readDocument(folder: string, path: string, args: CliArguments): Promise<GatewayModel> {
  const ending = /\.(json|ya?ml)$/i.exec(path)?.[1]?.toLowerCase();
  if (!ending) throw new UsageError(`${path}: the name of a document ends with .json, .yaml or .yml`);
  let text: string;
  try {
    text = await readFile(resolve(folder, path), 'utf8');
  } catch (error) {
    throw fileError(path, error);
  }
  const perspective = args.text('perspective') === 'client' ? 'client' : 'gateway';
  try {
    return readAsyncApi(await parseDocument(text, ending === 'json' ? 'json' : 'yaml'), {
      perspective,
      formats: args.texts('format'),
    });
  } catch (error) {
    throw error instanceof AsyncApiError ? new Error(`${path}${error.message}`, { cause: error }) : error;
  }
}
