import { expect } from 'chai';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../../lib/errors/usageError.js';
import { isModule, loadContract } from '../../lib/cli/loadContract.js';

const path = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));

describe('loadContract', function () {
  this.timeout(60_000);

  let folder: string;
  const file = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const errorOf = (...args: readonly [path: string, name?: string]): Promise<unknown> =>
    loadContract(folder, ...args).then(
      () => undefined,
      (error: unknown) => error,
    );

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rxgate-load-'));
    mkdirSync(join(folder, 'node_modules'));
    for (const name of ['rxjs', 'tsx']) symlinkSync(path(`node_modules/${name}`), join(folder, 'node_modules', name));
    symlinkSync(path('.'), join(folder, 'node_modules/rxgate'));
    file(
      'two.ts',
      `import { contract } from 'rxgate';\nexport const a = contract({ commands: { a: {} } });\nexport default contract({ commands: { b: {} } });\nexport type T = 1;\n`,
    );
    file('foreign.cjs', `exports.made = { commands: { c: {} }, topics: {}, [Symbol.for('rxgate.contract')]: {} };\n`);
    file(
      'telling.mjs',
      `import { contract } from 'rxgate';\nexport const a = contract({ commands: { a: {} } });\nexport const gatewayProtocol = 'typedTopics';\n`,
    );
    file('none.mjs', 'export const commands = {};\n');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('takes the default export, one by its name, or the only one, of TypeScript and CommonJS too', async () => {
    expect(await loadContract(folder, 'two.ts')).to.have.nested.property('contract.commands.b');
    expect(await loadContract(folder, 'two.ts', 'a')).to.have.nested.property('contract.commands.a');
    expect(await loadContract(folder, 'foreign.cjs')).to.have.nested.property('contract.commands.c');
  });

  it('tells what the module says that the gateway speaks', async () => {
    expect(await loadContract(folder, 'telling.mjs')).to.include({ protocol: 'typedTopics' });
    expect(await loadContract(folder, 'two.ts')).to.include({ protocol: undefined });
  });

  it('tells a wrong name from a wrong module', async () => {
    expect(await errorOf('two.ts', 'T'))
      .to.be.an.instanceOf(UsageError)
      .with.property('message', 'two.ts: "T" is no contract made by contract({ … }): it exports a, default');
    expect(await errorOf('none.mjs'))
      .to.be.an.instanceOf(Error)
      .with.property('message', 'none.mjs: there is no contract made by contract({ … })');
    expect(await errorOf('a.json')).to.be.an.instanceOf(UsageError);
    expect(['a.ts', 'a.mts', 'a.cjs', 'a.js'].every(isModule)).to.equal(true);
    expect(['a.json', 'a.yaml', 'ts'].some(isModule)).to.equal(false);
  });
});
