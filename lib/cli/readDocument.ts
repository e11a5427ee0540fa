import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { GatewayModel } from '../asyncapi/gatewayModel.js';
import { parseDocument } from '../asyncapi/parseDocument.js';
import { type ReadOptions, readAsyncApi } from '../asyncapi/readAsyncApi.js';
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

/** The options of readers, as the command line has them. */
export const readOptions = (args: CliArguments): ReadOptions => ({
  perspective: args.text('perspective') === 'client' ? 'client' : 'gateway',
  formats: args.texts('format'),
});

/** An error about a document, with the name of its file. */
export const inFile = (path: string, error: unknown): unknown =>
  error instanceof AsyncApiError ? new Error(`${path}${error.message}`, { cause: error }) : error;

/** The value of the document at a path. */
export async function parseFile(folder: string, path: string): Promise<unknown> {
  const ending = /\.(json|ya?ml)$/i.exec(path)?.[1]?.toLowerCase();
  if (!ending) throw new UsageError(`${path}: the name of a document ends with .json, .yaml or .yml`);
  let text: string;
  try {
    text = await readFile(resolve(folder, path), 'utf8');
  } catch (error) {
    throw fileError(path, error);
  }
  return parseDocument(text, ending === 'json' ? 'json' : 'yaml').catch((error: unknown) => {
    throw inFile(path, error);
  });
}

/** Reads the document at a path, as the options say. */
export async function readDocument(folder: string, path: string, args: CliArguments): Promise<GatewayModel> {
  const document = await parseFile(folder, path);
  try {
    return readAsyncApi(document, readOptions(args));
  } catch (error) {
    throw inFile(path, error);
  }
}
