import type * as Yaml from 'yaml';
import { AsyncApiError } from '../errors/asyncApiError.js';

/** How a document is written. */
export type DocumentFormat = 'json' | 'yaml';

/** Deeper than any document; a recursive reader would run out of stack far below what a few megabytes of brackets nest. */
const mostLevels = 500;

/** In one line: the parser of YAML shows the place in further ones. */
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).replace(/:?\n.*/s, '');

/** Refuses what no JSON holds: a value that contains itself, which an alias of YAML can make, and nesting without end. */
function checkTree(root: unknown): void {
  const above = new Set<object>();
  const visit = (value: unknown, pointer: string): void => {
    if (typeof value !== 'object' || value === null) return;
    if (above.has(value)) throw new AsyncApiError(pointer, 'contains itself, by an alias');
    if (above.size === mostLevels) throw new AsyncApiError(pointer, `is nested more than ${mostLevels} levels deep`);
    above.add(value);
    for (const key of Object.keys(value)) {
      const inner = (value as Record<string, unknown>)[key];
      if (typeof inner === 'object' && inner !== null)
        visit(inner, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
    }
    above.delete(value);
  };
  visit(root, '#');
}

async function parseYaml(text: string): Promise<unknown> {
  let parse: typeof Yaml.parse;
  try {
    ({ parse } = await import('yaml'));
  } catch (cause) {
    throw new AsyncApiError('#', 'YAML is read by the package "yaml", which is not installed: npm install --save-dev yaml', {
      cause,
    });
  }
  try {
    // Its warnings would go to standard error. Merge keys (<<) are of YAML 1.1: people write them all the same.
    return parse(text, { logLevel: 'error', merge: true });
  } catch (cause) {
    if ((cause as Partial<Yaml.YAMLError>).code !== 'MULTIPLE_DOCS') throw cause;
    throw new AsyncApiError('#', 'holds several documents of YAML, and one is read: put each into a file of its own', { cause });
  }
}

/**
 * The value that a text of JSON or YAML stands for. YAML needs the package `yaml`, which is loaded only then.
 *
 * @throws AsyncApiError (as a rejection) that says what is wrong with the text.
 */
export async function parseDocument(text: string, format: DocumentFormat): Promise<unknown> {
  const plain = text.replace(/^\uFEFF/, '');
  let value: unknown;
  try {
    value = format === 'json' ? JSON.parse(plain) : await parseYaml(plain);
  } catch (cause) {
    if (cause instanceof AsyncApiError) throw cause;
    throw new AsyncApiError('#', `is no ${format === 'json' ? 'JSON' : 'YAML'}: ${messageOf(cause)}`, { cause });
  }
  checkTree(value);
  return value;
}
