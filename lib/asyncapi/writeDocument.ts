import { AsyncApiError } from '../errors/asyncApiError.js';
import type { DocumentFormat } from './parseDocument.js';

async function yamlOf(document: unknown): Promise<string> {
  let stringify: (value: unknown, options: { readonly aliasDuplicateObjects: boolean; readonly lineWidth: number }) => string;
  try {
    ({ stringify } = await import('yaml'));
  } catch (cause) {
    throw new AsyncApiError('#', 'YAML is written by the package "yaml", which is not installed: npm install --save-dev yaml', {
      cause,
    });
  }
  // Aliases are for people who write by hand, and long lines stay lines.
  return stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 });
}

/**
 * The text of a document, with a line break at its end: the reverse of `parseDocument`. YAML needs the package `yaml`, which is loaded only then.
 *
 * @throws AsyncApiError (as a rejection) if that is not installed.
 */
export const writeDocument = async (document: unknown, format: DocumentFormat): Promise<string> =>
  format === 'json' ? `${JSON.stringify(document, undefined, 2)}\n` : yamlOf(document);
