import { access } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DocumentProtocol } from '../asyncapi/gatewayModel.js';
import { type ClientContract, type Contract, contractSymbol } from '../contract/contract.js';
import { UsageError } from '../errors/usageError.js';

type Module = Readonly<Record<string, unknown>>;

/** The names of files that hold a contract. */
export const isModule = (path: string): boolean => /\.[cm]?[jt]s$/i.test(path);

const isContract = (value: unknown): value is ClientContract<Contract> =>
  typeof value === 'object' && value !== null && contractSymbol in value;

/** The address of tsx as seen from a file: the program itself may be installed elsewhere. `require.resolve` finds its CommonJS half alone. */
function tsxFor(path: string): string {
  const require = createRequire(path);
  const { exports } = require('tsx/package.json') as {
    readonly exports: { readonly './esm/api': { readonly import: { readonly default: string } } };
  };
  return resolve(dirname(require.resolve('tsx/package.json')), exports['./esm/api'].import.default);
}

/** Loads TypeScript by the tsx that the user has; without it as Node does itself, from 22.18. */
async function importTypeScript(path: string, folder: string): Promise<Module> {
  const url = pathToFileURL(path).href;
  let loader: string;
  try {
    loader = tsxFor(path);
  } catch (cause) {
    if ('typescript' in process.features && process.features.typescript) return (await import(url)) as Module;
    throw new Error(
      `${path}: TypeScript is loaded by the package "tsx", which is not installed: npm install --save-dev tsx. Or give what it is compiled to`,
      { cause },
    );
  }
  const { tsImport } = (await import(pathToFileURL(loader).href)) as {
    readonly tsImport: (url: string, parent: string) => Promise<Module>;
  };
  return tsImport(url, pathToFileURL(resolve(folder, 'rxgate')).href);
}

/** What a module exports. CommonJS, and what is compiled to it, has its own exports under `default`. */
function exportsOf(module: Module): Module {
  const { default: whole } = module;
  return typeof whole === 'object' && whole !== null && !isContract(whole) ? { ...module, ...whole } : module;
}

/** A contract, and what the module says of its gateway. */
export interface LoadedContract {
  readonly contract: ClientContract<Contract>;
  /** The export `gatewayProtocol`, which a generated module has. */
  readonly protocol: DocumentProtocol | undefined;
}

/**
 * The contract that a module exports: as `name`; else its default; else the only one that there is. TypeScript needs tsx.
 *
 * @throws Error (as a rejection) that says what is missing, a UsageError if it is the name.
 */
export async function loadContract(folder: string, path: string, name?: string): Promise<LoadedContract> {
  if (!isModule(path)) throw new UsageError(`${path}: a contract is in a file whose name ends with .ts, .js, .mjs or .cjs`);
  const whole = resolve(folder, path);
  await access(whole).catch((cause: unknown) => {
    throw new Error(`${path}: there is no such file`, { cause });
  });
  let module: Module;
  try {
    module = exportsOf(
      /ts$/i.test(path) ? await importTypeScript(whole, folder) : ((await import(pathToFileURL(whole).href)) as Module),
    );
  } catch (cause) {
    throw new Error(`${path} cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  const names = Object.keys(module).filter((one) => isContract(module[one]));
  const loaded = (chosen: string): LoadedContract => ({
    contract: module[chosen] as ClientContract<Contract>,
    protocol: module['gatewayProtocol'] as DocumentProtocol | undefined,
  });
  const listed = names.length > 0 ? `it exports ${names.join(', ')}` : 'it exports none';
  if (name !== undefined) {
    if (names.includes(name)) return loaded(name);
    throw new UsageError(`${path}: "${name}" is no contract made by contract({ … }): ${listed}`);
  }
  const [only, ...more] = names.includes('default') ? ['default'] : names;
  if (only === undefined) throw new Error(`${path}: there is no contract made by contract({ … })`);
  if (more.length > 0) throw new UsageError(`${path}: which contract? ${listed}; --name says which`);
  return loaded(only);
}
