import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));

let last: ts.Program | undefined;
const sources = new Map<string, ts.SourceFile | undefined>();

/**
 * A program of the compiler, with the project's options, of these files; `texts` are files that are not on the disk. What was read for
 * one program is not read again for the next.
 */
export function typeProgram(texts: Readonly<Record<string, string>>, files: readonly string[] = []): ts.Program {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, (name) => ts.sys.readFile(name)) as { readonly config: object };
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
  const all = { ...options, noUnusedLocals: false, noUnusedParameters: false, noErrorTruncation: true };
  const host = ts.createCompilerHost(all, true);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (name) => name in texts || fileExists(name);
  host.readFile = (name) => texts[name] ?? readFile(name);
  host.getSourceFile = (name, ...rest) => {
    const text = texts[name];
    if (text !== undefined) return ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true);
    if (!sources.has(name)) sources.set(name, getSourceFile(name, ...rest));
    return sources.get(name);
  };
  last = ts.createProgram([...Object.keys(texts), ...files], all, host, last);
  return last;
}
