import type { DocumentChange } from '../../asyncapi/diff/documentChange.js';
import { diffAsyncApi } from '../../asyncapi/diffAsyncApi.js';
import { exportAsyncApi } from '../../asyncapi/exportAsyncApi.js';
import { readAsyncApi, type ReadOptions } from '../../asyncapi/readAsyncApi.js';
import { UsageError } from '../../errors/usageError.js';
import type { CliArguments, CliCommand } from '../command.js';
import { isModule, loadContract } from '../loadContract.js';
import { documentOptions, inFile, parseFile, readOptions } from '../readDocument.js';
import type { Terminal } from '../terminal.js';

/** A document that can be read, or that of the contract in a module. */
async function documentAt(path: string, args: CliArguments, options: ReadOptions, { folder }: Terminal): Promise<unknown> {
  const read = async (): Promise<unknown> => {
    if (!isModule(path)) return parseFile(folder, path);
    const { contract, protocol } = await loadContract(folder, path, args.text('name'));
    return exportAsyncApi(contract, { protocol, formats: options.formats });
  };
  const document = await read();
  try {
    readAsyncApi(document, options);
  } catch (error) {
    throw inFile(path, error);
  }
  return document;
}

const lineOf = ({ breaking, subject, document, pointer, reason }: DocumentChange): string =>
  `${breaking ? 'breaking' : 'fine    '}  ${subject}: ${reason}  (${document} ${pointer})`;

/** `rxgate diff`. */
export const diff: CliCommand = {
  name: 'diff',
  summary: 'says what a new AsyncAPI document breaks for the clients of an old one',
  usage: 'OLD NEW [--json]',
  about: `Compares two AsyncAPI documents (JSON or YAML), or the contracts in two modules, and prints a line for each difference, those that break
clients first: what a client may have sent and is not taken any more, what it may receive and did not know. What is sent may take more than
before, and what is received may say more.

Exit codes: 0 nothing breaks, 1 something does (or a document cannot be read), 2 the command line is wrong.`,
  options: {
    json: { type: 'boolean', help: 'prints { "breaking": …, "changes": […] }' },
    breaking: { type: 'boolean', help: 'prints only what breaks clients' },
    strict: { type: 'boolean', help: 'objects may have any property that no schema forbids: also a new optional one can break' },
    name: { type: 'string', value: 'NAME', help: 'of modules: which export is the contract' },
    ...documentOptions,
  },
  examples: [
    ['rxgate diff released.yaml asyncapi.yaml', 'what the next release breaks'],
    ['rxgate diff released.json src/contract.ts', 'in CI: fail if a contract breaks what was released'],
    ["rxgate diff old.json new.json --json | jq -r '.changes[].reason'", 'for programs'],
  ],
  completes: 'files',
  async run(args, terminal) {
    const [old, changed, ...more] = args.positionals;
    if (old === undefined || changed === undefined) throw new UsageError('diff: which two documents? OLD NEW');
    if (more.length > 0) throw new UsageError(`diff: two documents, not also ${more.join(', ')}`);
    const options = readOptions(args);
    const before = await documentAt(old, args, options, terminal);
    const after = await documentAt(changed, args, options, terminal);
    const all = diffAsyncApi(before, after, { ...options, strict: args.flag('strict') });
    const breaking = all.filter((change) => change.breaking);
    const shown = args.flag('breaking') ? breaking : [...breaking, ...all.filter((change) => !change.breaking)];
    if (args.flag('json')) await terminal.print(JSON.stringify({ breaking: breaking.length > 0, changes: shown }, undefined, 2));
    else for (const change of shown) await terminal.print(lineOf(change));
    terminal.note(
      breaking.length > 0
        ? `${terminal.colour('red', changed)}: ${breaking.length} of ${all.length} differences break clients`
        : `${terminal.colour('green', changed)}: nothing breaks, ${all.length} differences`,
    );
    return breaking.length > 0 ? 1 : 0;
  },
};
