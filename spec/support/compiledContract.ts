import { transformSync } from 'esbuild';
import * as t from 'io-ts';
import { runInThisContext } from 'node:vm';
import * as rxgate from 'rxgate';
import { generateFiles, readAsyncApi } from 'rxgate/asyncapi';
import type { ClientContract, Contract } from 'rxgate';

type Module = Readonly<Record<string, unknown>>;

const evaluated = (text: string, modules: Readonly<Record<string, object>>): Module => {
  const { code } = transformSync(text, { loader: 'ts', format: 'cjs' });
  const module = { exports: {} as Module };
  const run = runInThisContext(`(module, require) => {\n${code}\n}`) as (...args: readonly unknown[]) => void;
  run(module, (id: string) => modules[id] ?? {});
  return module.exports;
};

/** The contract that is generated for a document. */
export function compiledContract(document: unknown): ClientContract<Contract> {
  const files = generateFiles(readAsyncApi(document));
  const codecs = evaluated(files.get('codecs.ts') ?? '', { 'io-ts': t });
  const { gatewayContract } = evaluated(files.get('contract.ts') ?? '', { 'io-ts': t, rxgate, './codecs.js': codecs });
  return gatewayContract as ClientContract<Contract>;
}
