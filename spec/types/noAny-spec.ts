import { expect } from 'chai';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { typeProgram } from '../support/typeProgram.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const entries = readdirSync(`${root}lib`, { recursive: true, encoding: 'utf8' })
  .filter((name) => /(?:^|\/)index\.ts$/.test(name) && !name.startsWith('cli'))
  .map((name) => `${root}lib/${name}`);

/** Where the types of what these modules export are `any`; of others' types, only what they are given is looked at. */
function looseTypes(program: ts.Program, modules: readonly string[]): readonly string[] {
  const checker = program.getTypeChecker();
  const seen = new Set<ts.Type>();
  const loose: string[] = [];
  const isHere = (declaration: ts.Node): boolean => !declaration.getSourceFile().fileName.includes('/node_modules/');
  const isOurs = ({ declarations }: ts.Symbol): boolean => declarations?.some(isHere) ?? false;
  /** Of an iterable, what it ends with and is told is any by itself. */
  const argumentsOf = (type: ts.TypeReference): readonly ts.Type[] =>
    checker.getTypeArguments(type).slice(0, /^(?:Async)?Itera(?:ble|tor)/.test(type.getSymbol()?.name ?? '') ? 1 : undefined);

  const visitSignature = (signature: ts.Signature, path: string): void => {
    if (signature.declaration && !isHere(signature.declaration)) return;
    for (const parameter of signature.parameters) visit(checker.getTypeOfSymbol(parameter), `${path}(${parameter.name})`);
    visit(signature.getReturnType(), `${path}()`);
  };
  const visit = (type: ts.Type, path: string): void => {
    if (type.flags & ts.TypeFlags.Any) {
      loose.push(path);
      return;
    }
    if (seen.has(type)) return;
    seen.add(type);
    for (const one of type.aliasTypeArguments ?? []) visit(one, `${path}<>`);
    if (type.isUnionOrIntersection()) for (const one of type.types) visit(one, path);
    if (!(type.flags & ts.TypeFlags.Object)) return;
    if ((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Reference)
      for (const one of argumentsOf(type as ts.TypeReference)) visit(one, `${path}<>`);
    for (const property of type.getProperties().filter(isOurs))
      visit(checker.getTypeOfSymbol(property), `${path}.${property.name}`);
    for (const signature of [...type.getCallSignatures(), ...type.getConstructSignatures()]) visitSignature(signature, path);
    for (const { type: one } of checker.getIndexInfosOfType(type)) visit(one, `${path}[]`);
  };
  for (const module of modules) {
    const source = program.getSourceFile(module);
    const symbol = source && checker.getSymbolAtLocation(source);
    for (const exported of symbol ? checker.getExportsOfModule(symbol) : []) {
      const target = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      if (target.flags & ts.SymbolFlags.Value) visit(checker.getTypeOfSymbol(target), target.name);
      if (target.flags & ts.SymbolFlags.Type) visit(checker.getDeclaredTypeOfSymbol(target), target.name);
    }
  }
  return loose;
}

/** Each `any` that somebody wrote. What a conditional type has for a case that nothing has met yet is seen here alone. */
const written = (program: ts.Program): readonly string[] =>
  program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.startsWith(`${root}lib`))
    .flatMap((source) => {
      const found: string[] = [];
      const visit = (node: ts.Node): void => {
        if (node.kind === ts.SyntaxKind.AnyKeyword)
          found.push(`${source.fileName.slice(root.length)}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
        ts.forEachChild(node, visit);
      };
      visit(source);
      return found;
    });

describe('any', function () {
  this.timeout(120_000);
  const loosened = `${root}spec/types/loosened.ts`;
  const program = (): ts.Program =>
    typeProgram(
      {
        [loosened]: `
import type { Observable } from 'rxjs';
export const parsed = (text: string) => JSON.parse(text);
export interface Wide { readonly topic: Observable<any> }
`,
      },
      entries,
    );

  it('is in no type that is public, written or inferred', () => {
    expect(entries).to.have.length.above(8);
    expect(looseTypes(program(), entries)).to.deep.equal([]);
  });

  it('is written nowhere', () => {
    expect(written(program())).to.deep.equal([]);
  });

  it('would be found', () => {
    expect(looseTypes(program(), [loosened])).to.deep.equal(['parsed()', 'Wide.topic<>']);
  });
});
