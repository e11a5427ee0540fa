import { expect } from 'chai';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareFolder, recoverFolder, writeFolder } from '../../lib/cli/writeFolder.js';

describe('writeFolder', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'rxgate-folder-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const put = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const held = (): Readonly<Record<string, string>> =>
    Object.fromEntries(
      readdirSync(folder)
        .sort()
        .map((name) => [name, statSync(join(folder, name)).isFile() ? readFileSync(join(folder, name), 'utf8') : '(folder)']),
    );
  const rejection = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'done',
      (error: unknown) => (error as NodeJS.ErrnoException).code,
    );

  it('writes all files, takes stale ones away, and leaves the others', async () => {
    for (const name of ['a.ts', 'old.ts', 'mine.ts']) put(name, `${name} before`);
    await writeFolder(
      folder,
      new Map([
        ['a.ts', 'a'],
        ['b.ts', 'b'],
      ]),
      ['old.ts'],
    );
    expect(held()).to.deep.equal({ 'a.ts': 'a', 'b.ts': 'b', 'mine.ts': 'mine.ts before' });
  });

  it('makes the folder', async () => {
    await writeFolder(join(folder, 'x/y'), new Map([['a.ts', 'a']]), []);
    expect(readFileSync(join(folder, 'x/y/a.ts'), 'utf8')).to.equal('a');
  });

  it('puts everything back when a file cannot take its place midway', async () => {
    for (const name of ['a.ts', 'c.ts', 'old.ts']) put(name, `${name} before`);
    // A folder of that name: the file before it is in its place already.
    mkdirSync(join(folder, 'b.ts'));
    const before = held();
    const files = new Map([
      ['a.ts', 'a'],
      ['new.ts', 'new'],
      ['b.ts', 'b'],
      ['c.ts', 'c'],
    ]);
    expect(await rejection(writeFolder(folder, files, ['old.ts']))).to.equal('EISDIR');
    expect(held()).to.deep.equal(before);
  });

  it('leaves no folder that was not there when it fails', async () => {
    const files = new Map([['a/b.ts', 'no such folder']]);
    expect(await rejection(writeFolder(join(folder, 'x/y'), files, []))).to.equal('ENOENT');
    expect(held()).to.deep.equal({});
  });

  it('recovers what a run that was killed has left: what it moved away comes back, and its folder goes', async () => {
    // No machine counts so far.
    const pid = 99_999_999;
    for (const name of [`.rxgate-${pid}-aaaaaa`, `.rxgate-${process.pid}-bbbbbb`, '.rxgate-mine', '.rxgate-0-x']) {
      mkdirSync(join(folder, name, 'old'), { recursive: true });
      put(join(name, 'old', 'a.ts'), `a of ${name}`);
    }
    put('a.ts', 'new');
    put('b.ts', 'b');
    await recoverFolder(folder);
    expect(held()).to.deep.equal({
      '.rxgate-0-x': '(folder)',
      [`.rxgate-${process.pid}-bbbbbb`]: '(folder)',
      '.rxgate-mine': '(folder)',
      'a.ts': `a of .rxgate-${pid}-aaaaaa`,
      'b.ts': 'b',
    });
    await recoverFolder(join(folder, 'none'));
  });

  it('keeps what it could not put back, and says where', async () => {
    put('a.ts', 'before');
    const files = new Map([
      ['a.ts', 'new'],
      ['b.ts', 'new'],
    ]);
    // Somebody puts a folder in the place of a file meanwhile: neither can the new one take it, nor the old one.
    let asked = 0;
    Object.defineProperty(files, 'keys', {
      value: function* () {
        if (++asked === 2) mkdirSync(join(folder, 'a.ts/x'), { recursive: true });
        yield 'a.ts';
      },
    });
    const error = await writeFolder(folder, files, []).then(
      () => undefined,
      (one: unknown) => one as AggregateError,
    );
    const [kept] = readdirSync(folder).filter((name) => name.startsWith('.rxgate-'));
    expect(error?.message).to.include(`they are in ${join(folder, kept ?? '')}`);
    expect(readFileSync(join(folder, kept ?? '', 'old/a.ts'), 'utf8')).to.equal('before');
  });

  it('tells what differs: missing, changed, stale, and what is somebody else’s', async () => {
    put('same.ts', '// ours\r\n');
    put('changed.ts', '// ours, before\n');
    put('stale.ts', '// ours\n');
    put('foreign.ts', '// mine\n');
    put('other.ts', '// mine\n');
    const files = new Map(['same.ts', 'changed.ts', 'missing.ts', 'foreign.ts'].map((name) => [name, '// ours\n']));
    expect(await compareFolder(folder, files, (text) => text.startsWith('// ours'))).to.deep.equal({
      ...{ missing: ['missing.ts'], changed: ['changed.ts'], stale: ['stale.ts'], foreign: ['foreign.ts'] },
    });
    expect(await compareFolder(join(folder, 'none'), new Map([['a.ts', '']]), () => true)).to.deep.include({ missing: ['a.ts'] });
  });
});
