import { expect } from 'chai';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../support/runCommand.js';

const path = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));

describe('rxgate diff', function () {
  this.timeout(60_000);

  let folder: string;
  const rxgate = (...args: readonly string[]) => runCommand(folder, ...args);
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rxgate-diff-'));
    copyFileSync(path('demo/trading/asyncapi.json'), join(folder, 'old.json'));
    const document = JSON.parse(readFileSync(join(folder, 'old.json'), 'utf8')) as {
      components: { schemas: Record<string, { properties: Record<string, object>; required: string[] }> };
    };
    const { Order, Bar } = document.components.schemas;
    Order?.required.push('account');
    Object.assign(Order?.properties ?? {}, { account: { type: 'string' } });
    Object.assign(Bar?.properties ?? {}, { trades: { type: 'integer' } });
    writeFileSync(join(folder, 'new.json'), JSON.stringify(document));
    writeFileSync(join(folder, 'broken.yaml'), 'asyncapi: 3.0.0\nchannels: 1\n');
    mkdirSync(join(folder, 'node_modules'));
    for (const name of ['zod', 'rxjs']) symlinkSync(path(`node_modules/${name}`), join(folder, 'node_modules', name));
    symlinkSync(path('.'), join(folder, 'node_modules/rxgate'));
    for (const [name, type] of [
      ['a', 'string'],
      ['b', 'number'],
    ])
      writeFileSync(
        join(folder, `${name}.mjs`),
        `import { contract } from 'rxgate';\nimport { z } from 'zod';\nexport default contract({ commands: { ask: { request: z.${type}() } } });\n`,
      );
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('prints what breaks first, and ends with 1', async () => {
    const { code, output, errors } = await rxgate('diff', 'old.json', 'new.json');
    expect(code).to.equal(1);
    expect(output.split('\n')).to.deep.equal([
      'breaking  orders.place: request: "account" is new, and required  (old #/components/schemas/Order)',
      'fine      bars:{symbol}:{resolution}: data: less may come than before, or it says more  (new #/components/messages/bars.update/payload)',
      '',
    ]);
    expect(errors).to.equal('new.json: 1 of 2 differences break clients\n');
    expect((await rxgate('diff', 'old.json', 'new.json', '--breaking')).output.split('\n').length).to.equal(2);
  });

  it('ends with 0 where nothing breaks', async () => {
    expect(await rxgate('diff', 'old.json', 'old.json')).to.deep.equal({
      code: 0,
      output: '',
      errors: 'old.json: nothing breaks, 0 differences\n',
    });
  });

  it('prints JSON for programs', async () => {
    const { code, output } = await rxgate('diff', 'old.json', 'new.json', '--json', '--breaking');
    expect(code).to.equal(1);
    expect(JSON.parse(output)).to.deep.equal({
      breaking: true,
      changes: [
        {
          breaking: true,
          subject: 'orders.place',
          direction: 'sent',
          document: 'old',
          pointer: '#/components/schemas/Order',
          reason: 'request: "account" is new, and required',
        },
      ],
    });
  });

  it('is strict with open objects when asked', async () => {
    writeFileSync(
      join(folder, 'more.json'),
      readFileSync(join(folder, 'old.json'), 'utf8').replace(
        '"resolution": {',
        '"depth": { "type": "integer" }, "resolution": {',
      ),
    );
    expect((await rxgate('diff', 'old.json', 'more.json')).code).to.equal(0);
    expect((await rxgate('diff', 'old.json', 'more.json', '--strict')).code).to.equal(1);
  });

  it('prints what breaks before what does not, wherever they stand', async () => {
    const document = JSON.parse(readFileSync(join(folder, 'old.json'), 'utf8')) as {
      components: { schemas: Record<string, { properties: Record<string, object>; required: string[] }> };
    };
    Object.assign(document.components.schemas.Order?.properties ?? {}, { note: { type: 'string' } });
    Object.assign(document.components.schemas.Bar?.properties ?? {}, { close: { type: 'string' } });
    writeFileSync(join(folder, 'mixed.json'), JSON.stringify(document));
    const { output } = await rxgate('diff', 'old.json', 'mixed.json');
    expect(output.split('\n').map((line) => line.slice(0, 8))).to.deep.equal(['breaking', 'fine    ', '']);
  });

  it('compares contracts', async () => {
    const { code, output } = await rxgate('diff', 'a.mjs', 'b.mjs');
    expect(code).to.equal(1);
    expect(output).to.equal(
      'breaking  ask: request: string is not taken any more (number is)  (old #/components/messages/ask/payload)\n',
    );
  });

  it('says what is wrong: 2 for the command line, 1 for documents', async () => {
    for (const [args, code, text] of [
      [['diff', 'old.json'], 2, 'which two documents?'],
      [['diff', 'old.json', 'new.json', 'x.json'], 2, 'not also x.json'],
      [['diff', 'old.json', 'x.txt'], 2, 'x.txt'],
      [['diff', 'old.json', 'none.json'], 1, 'none.json: there is no such file'],
      [['diff', 'broken.yaml', 'old.json'], 1, 'broken.yaml#/'],
    ] as const) {
      const outcome = await rxgate(...args);
      expect([outcome.code, outcome.output], args.join(' ')).to.deep.equal([code, '']);
      expect(outcome.errors, args.join(' ')).to.include(text);
    }
  });
});
