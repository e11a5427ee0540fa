import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CliArguments } from '../../lib/cli/command.js';
import { readDocument } from '../../lib/cli/readDocument.js';

const documents = fileURLToPath(new URL('../asyncapi/documents', import.meta.url));
const args = (given: Readonly<Record<string, string>> = {}, formats: readonly string[] = []): CliArguments => ({
  positionals: [],
  text: (name) => given[name],
  texts: () => formats,
  flag: () => false,
});
const rejection = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: unknown) => (error as Error).message,
  );

describe('readDocument', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'rxgate-read-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('reads JSON and YAML, from either side', async () => {
    expect((await readDocument(documents, 'fastws.json', args())).protocol).to.equal('typedTopics');
    expect((await readDocument(documents, 'kraken.yaml', args())).commands.map(({ name }) => name)).to.deep.equal([
      ...['ping', 'subscribe'],
    ]);
    const turned = await readDocument(documents, 'gemini.yaml', args({ perspective: 'client' }));
    expect(turned.commands.map(({ name }) => name)).to.deep.equal(['marketData']);
  });

  it('takes formats for remarks that are named', async () => {
    const format = { asyncapi: '2.4.0', channels: { '/': { subscribe: { message: { name: 'a', payload: {} } } } } };
    format.channels['/'].subscribe.message.payload = { type: 'string', format: 'iri' };
    writeFileSync(join(folder, 'a.json'), JSON.stringify(format));
    const pointer = '#/channels/~1/subscribe/message/payload/format';
    expect(await rejection(readDocument(folder, 'a.json', args()))).to.match(
      new RegExp(`^a\\.json${pointer}: "iri" is no format`),
    );
    expect((await readDocument(folder, 'a.json', args({}, ['iri']))).topics).to.have.length(1);
  });

  it('says what is wrong with the file', async () => {
    writeFileSync(join(folder, 'a.json'), '{');
    writeFileSync(join(folder, 'a.yaml'), 'a: 1\na: 2\n');
    expect(await rejection(readDocument(folder, 'none.json', args()))).to.equal('none.json: there is no such file');
    expect(await rejection(readDocument('/', folder.slice(1), args()))).to.match(/ends with \.json, \.yaml or \.yml$/);
    expect(await rejection(readDocument(folder, 'a.json', args()))).to.match(/^a\.json#: is no JSON: /);
    // In one line: the parser would show the place in several.
    expect(await rejection(readDocument(folder, 'a.yaml', args()))).to.equal(
      'a.yaml#: is no YAML: Map keys must be unique at line 2, column 1',
    );
  });
});
