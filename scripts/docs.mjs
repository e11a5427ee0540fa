// Every public export has a docstring, and one that gives an observable or an operator says what that emits, when it errors, when it
// completes, what unsubscribing does and what a reconnect does. This finds the words, not the sense: a reviewer reads the rest.
// "Never errors" or "has nothing to do with reconnects" are answers, too.
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const { exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const entries = Object.entries(exports)
  .map(([name, target]) => ({ name, file: target['rxgate-source'] && `${root}${target['rxgate-source']}` }))
  .filter(({ file }) => file);

const concepts = {
  'what it emits': /\b(emit(s|ted)?|passes on)\b/i,
  'when it errors': /\b(errors?|fails?|throws)\b/i,
  'when it completes': /\bcomplet(e|es|ion)\b/i,
  'what unsubscribing does': /\bunsubscrib/i,
  'what a reconnect does': /\b(reconnect|(next|new) session)/i,
};

const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
const program = ts.createProgram(entries.map(({ file }) => file).filter(existsSync), options);
const checker = program.getTypeChecker();

const isObservable = (type) => {
  const name = (type.aliasSymbol ?? type.symbol)?.name;
  if (/^(Observable|ConnectableObservable|Subject|BehaviorSubject|ReplaySubject)$/.test(name ?? '')) return true;
  return type.isIntersection() && type.types.some(isObservable);
};

/** A function from an observable to an observable. */
const isOperator = (type) =>
  type.getCallSignatures().some((signature) => {
    const [source] = signature.getParameters();
    return source !== undefined && isObservable(checker.getTypeOfSymbol(source)) && isObservable(signature.getReturnType());
  });

/** Whether a value is, or a call of it gives, an observable or an operator. */
const streams = (symbol) => {
  if (!(symbol.flags & ts.SymbolFlags.Value)) return false;
  const type = checker.getTypeOfSymbol(symbol);
  if (isObservable(type)) return true;
  return type.getCallSignatures().some((signature) => {
    const result = signature.getReturnType();
    return isObservable(result) || isOperator(result);
  });
};

// An example shows a use and promises nothing, so its words do not count. With overloads, the docstring of any one does.
const textOf = (symbol) =>
  [
    ts.displayPartsToString(symbol.getDocumentationComment(checker)),
    ...symbol
      .getJsDocTags(checker)
      .filter(({ name }) => name !== 'example')
      .map(({ text }) => ts.displayPartsToString(text)),
  ]
    .join('\n')
    .replace(/```[\s\S]*?```/g, '')
    .trim();

const offenders = [];
const seen = new Set();
for (const { name, file } of entries) {
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) {
    offenders.push(`${relative(root, file)}: the entry ${name} ${source ? 'exports nothing' : 'is missing'}`);
    continue;
  }
  for (const exported of checker.getExportsOfModule(module)) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const [declaration] = symbol.declarations ?? [];
    if (seen.has(symbol)) continue;
    seen.add(symbol);
    if (!declaration) {
      offenders.push(`${relative(root, file)}: ${exported.name} leads nowhere`);
      continue;
    }
    const at = declaration.getSourceFile();
    const line = at.getLineAndCharacterOfPosition(declaration.getStart()).line + 1;
    const text = textOf(symbol);
    const missing = text
      ? streams(symbol)
        ? Object.keys(concepts).filter((concept) => !concepts[concept].test(text))
        : []
      : ['anything'];
    if (missing.length)
      offenders.push(`${relative(root, at.fileName)}:${line}: ${exported.name} does not say ${missing.join(', ')}`);
  }
}
for (const offender of offenders) console.error(offender);
console.log(`${seen.size} public exports, ${offenders.length} without a full docstring`);
process.exitCode = offenders.length ? 1 : 0;
