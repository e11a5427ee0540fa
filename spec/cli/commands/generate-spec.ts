import { expect } from 'chai';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands } from '../../../lib/cli/commands/index.js';
import { runCli } from '../../../lib/cli/runCli.js';
import { fakeTerminal } from '../../support/fakeTerminal.js';

const document = JSON.parse(readFileSync(new URL('../../asyncapi/documents/fastws.json', import.meta.url), 'utf8')) as {
  info: { title: string };
};

describe('rxgate generate', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'rxgate-generate-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const put = (title: string, more: object = {}): void => {
    // As editors do it: a new file takes the place of the old one. It comes from elsewhere, so that nothing else happens in the folder.
    mkdirSync(join(folder, 'elsewhere'), { recursive: true });
    const swap = join(folder, 'elsewhere/swap');
    writeFileSync(swap, JSON.stringify({ ...document, ...more, info: { ...document.info, title } }));
    renameSync(swap, join(folder, 'asyncapi.json'));
  };
  const contract = (): string => readFileSync(join(folder, 'client/contract.ts'), 'utf8');
  const generate = (terminal: ReturnType<typeof fakeTerminal>, ...args: readonly string[]): Promise<number> =>
    runCli(['generate', 'asyncapi.json', '--out', 'client', ...args], commands, terminal, '1.2.3');

  it('writes, and tells how much', async () => {
    put('One');
    const terminal = fakeTerminal(folder);
    expect(await generate(terminal)).to.equal(0);
    expect(await generate(terminal)).to.equal(0);
    expect(terminal.notes).to.deep.equal([
      'client: 13 files, 13 new, 0 changed, 0 removed',
      'client: 13 files, 0 new, 0 changed, 0 removed',
    ]);
  });

  it('says that --out is a folder, where a file stands there', async () => {
    put('One');
    writeFileSync(join(folder, 'taken'), 'mine');
    for (const [out, text] of [
      ['taken', 'taken is a file'],
      ['taken/inside', 'a part of taken/inside is a file'],
    ] as const)
      for (const more of [[], ['--check']]) {
        const terminal = fakeTerminal(folder);
        expect(await runCli(['generate', 'asyncapi.json', '--out', out, ...more], commands, terminal, '1.2.3')).to.equal(2);
        expect(terminal.notes[0]).to.equal(`rxgate: generate: --out is a folder to write to, and ${text}`);
      }
    expect(readFileSync(join(folder, 'taken'), 'utf8')).to.equal('mine');
  });

  it('puts back what a run that was killed had moved away, also if there is nothing new to write', async () => {
    mkdirSync(join(folder, 'client/.rxgate-99999999-x/old'), { recursive: true });
    writeFileSync(join(folder, 'client/.rxgate-99999999-x/old/contract.ts'), 'as it was');
    writeFileSync(join(folder, 'asyncapi.json'), '{');
    expect(await generate(fakeTerminal(folder))).to.equal(1);
    expect(contract()).to.equal('as it was');
    expect(readdirSync(join(folder, 'client'))).to.deep.equal(['contract.ts']);
  });

  it('--watch writes anew when the document changes, goes on after a broken one, and ends with Ctrl-C', async () => {
    put('One');
    const terminal = fakeTerminal(folder);
    const ended = generate(terminal, '--watch');
    await terminal.noted('watching asyncapi.json');
    expect(contract()).to.include('says: One.');
    put('Two', { asyncapi: '1.0.0' });
    expect(await terminal.noted('is not read')).to.equal(
      'rxgate: asyncapi.json#/asyncapi: version "1.0.0" is not read: 2.x and 3.x are',
    );
    expect(contract()).to.include('says: One.');
    put('Three');
    await terminal.noted('0 new, 2 changed');
    expect(contract()).to.include('says: Three.');
    terminal.interrupt();
    expect(await ended).to.equal(0);
    expect(terminal.listening).to.equal(0);
  });
});
