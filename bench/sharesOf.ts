import type { Profile } from './profiled.js';

/** Of a profile: the self time in ms by file and by function, the largest first; without the time in which the process was idle. */
export interface Shares {
  readonly total: number;
  readonly files: readonly (readonly [string, number])[];
  readonly functions: readonly (readonly [string, number])[];
}

/** The path from the last `node_modules` on, or from the project. */
const short = (url: string): string => {
  if (url === '') return '(native)';
  const [, inPackage] = /.*node_modules\/(.*)/.exec(url) ?? [];
  const [, own] = /.*\/((?:dist|lib|bench)\/.*)/.exec(url) ?? [];
  return (inPackage ?? own ?? url).replace(/\?.*$/, '');
};

const ranked = (sums: ReadonlyMap<string, number>): [string, number][] => [...sums].sort(([, a], [, b]) => b - a);

export function sharesOf({ nodes, samples = [], timeDeltas = [] }: Profile): Shares {
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const files = new Map<string, number>();
  const functions = new Map<string, number>();
  let total = 0;
  for (const [index, id] of samples.entries()) {
    const { functionName = '', url = '', lineNumber = 0 } = byId.get(id) ?? {};
    if (functionName === '(idle)' || functionName === '(root)') continue;
    // A sample stands for the time until the next.
    const ms = (timeDeltas[index + 1] ?? 0) / 1_000;
    const file = functionName === '(garbage collector)' ? functionName : short(url);
    const name = url === '' ? functionName || '(native)' : `${functionName || '(anonymous)'} ${file}:${lineNumber + 1}`;
    files.set(file, (files.get(file) ?? 0) + ms);
    functions.set(name, (functions.get(name) ?? 0) + ms);
    total += ms;
  }
  return { total, files: ranked(files), functions: ranked(functions) };
}
