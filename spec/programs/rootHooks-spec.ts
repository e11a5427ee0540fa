import { expect } from 'chai';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../support/runProgram.js';

const mocha = fileURLToPath(import.meta.resolve('mocha/bin/mocha.js'));
const root = fileURLToPath(new URL('../..', import.meta.url));

describe('the hooks of all specs', () => {
  const run = (stray: string) =>
    runProgram('env', [`STRAY=${stray}`, process.execPath, mocha, '--exit', 'spec/support/children/strays.ts'], root);
  const rows: readonly (readonly [stray: string, line: RegExp])[] = [
    ['rejection', /in "ends well" \(spec\/support\/children\/strays\.ts\): rejected: Error: nobody handled me[^]*strays\.ts:\d+/],
    ['timer', /strays\.ts: timers are left behind: 1/],
    ['clock', /strays\.ts: a fake clock is left behind/],
  ];
  for (const [stray, line] of rows)
    it(`fail a run that passes and leaves a ${stray}`, async () => {
      const { code, output } = await run(stray);
      expect(output)
        .to.match(/1 passing/)
        .and.match(line);
      expect(code).to.equal(1);
    });

  it('let a run pass that leaves nothing', async () => {
    const { code, output } = await run('nothing');
    expect(output)
      .to.match(/1 passing/)
      .and.not.match(/failing/);
    expect(code).to.equal(0);
  });
});
