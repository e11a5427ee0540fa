import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { exportAsyncApi } from '../../asyncapi/exportAsyncApi.js';
import type { DocumentProtocol } from '../../asyncapi/gatewayModel.js';
import type { DocumentFormat } from '../../asyncapi/parseDocument.js';
import { writeDocument } from '../../asyncapi/writeDocument.js';
import { UsageError } from '../../errors/usageError.js';
import type { CliArguments, CliCommand } from '../command.js';
import { loadContract } from '../loadContract.js';
import type { Terminal } from '../terminal.js';

const formatOf = (out: string | undefined): DocumentFormat => {
  if (out === undefined) return 'json';
  const ending = /\.(json|ya?ml)$/i.exec(out)?.[1]?.toLowerCase();
  if (ending === undefined) throw new UsageError('export: --out is a file whose name ends with .json, .yaml or .yml');
  return ending === 'json' ? 'json' : 'yaml';
};

async function place(out: string, text: string, check: boolean, terminal: Terminal): Promise<number> {
  const path = resolve(terminal.folder, out);
  const before = await readFile(path, 'utf8').catch(() => undefined);
  if (check) {
    const current = before === text;
    terminal.note(current ? terminal.colour('green', `${out} is up to date`) : `${out} is out of date: rxgate export`);
    return current ? 0 : 1;
  }
  if (before !== text) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  terminal.note(`${terminal.colour('green', out)}: ${before === undefined ? 'new' : before === text ? 'as it was' : 'changed'}`);
  return 0;
}

async function textOf(path: string, format: DocumentFormat, args: CliArguments, terminal: Terminal): Promise<string> {
  const { contract, protocol } = await loadContract(terminal.folder, path, args.text('name'));
  const document = await exportAsyncApi(contract, {
    title: args.text('title'),
    version: args.text('api-version'),
    description: args.text('description'),
    url: args.text('url'),
    protocol: (args.text('protocol') as DocumentProtocol | undefined) ?? protocol,
    formats: args.texts('format'),
  });
  return writeDocument(document, format);
}

/** `rxgate export`. */
export const exportContract: CliCommand = {
  name: 'export',
  summary: 'writes the AsyncAPI document of a contract',
  usage: 'CONTRACT [--name NAME] [--out FILE]',
  about: `Loads the module CONTRACT (.js, .mjs, .cjs, or .ts with the package tsx) and writes an AsyncAPI 3.0 document of the contract that it
exports: to standard output as JSON, or to FILE, as YAML if its name says so. "rxgate generate" makes an equivalent contract of it.

A module runs when it is loaded. Codecs of zod, ArkType and io-ts have a JSON Schema; others are told theirs by withJsonSchema of rxgate/asyncapi.`,
  options: {
    name: { type: 'string', value: 'NAME', help: 'which export; default: the default export, or the only contract' },
    out: { type: 'string', short: 'o', value: 'FILE', help: 'the file to write: .json, .yaml or .yml' },
    check: { type: 'boolean', help: 'writes nothing; fails if FILE is out of date' },
    title: { type: 'string', value: 'TEXT', help: 'the title; default Gateway' },
    'api-version': { type: 'string', value: 'V', help: 'the version of what is described; default 1.0.0' },
    description: { type: 'string', value: 'TEXT', help: 'the description' },
    url: { type: 'string', value: 'URL', help: "the gateway's address; default: the document names no server" },
    protocol: {
      type: 'string',
      short: 'p',
      value: 'P',
      choices: ['commandNotify', 'typedTopics'],
      help: 'what the gateway speaks: commandNotify or typedTopics; default: what the module exports as gatewayProtocol, else commandNotify',
    },
    format: {
      type: 'string',
      multiple: true,
      value: 'NAME',
      help: 'takes a format of strings or numbers for a remark, unchecked',
    },
  },
  examples: [
    ['rxgate export src/contract.ts --title Trading --out asyncapi.yaml', 'write the document'],
    ['rxgate export src/contract.ts --title Trading --out asyncapi.yaml --check', 'in CI: fail if somebody forgot to'],
    ['rxgate export src/contract.ts | jq .channels', 'look at it'],
  ],
  completes: 'files',
  async run(args, terminal) {
    const [path, ...more] = args.positionals;
    const out = args.text('out');
    if (path === undefined) throw new UsageError('export: which contract?');
    if (more.length > 0) throw new UsageError(`export: one contract at a time, not also ${more.join(', ')}`);
    if (args.flag('check') && out === undefined) throw new UsageError('export: --check needs --out FILE');
    const text = await textOf(path, formatOf(out), args, terminal);
    if (out !== undefined) return place(out, text, args.flag('check'), terminal);
    await terminal.print(text.trimEnd());
    return 0;
  },
};
