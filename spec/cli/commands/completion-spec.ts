import { expect } from 'chai';
import { commands } from '../../../lib/cli/commands/index.js';
import { runCli } from '../../../lib/cli/runCli.js';
import { fakeTerminal } from '../../support/fakeTerminal.js';

const run = async (...args: readonly string[]) => {
  const terminal = fakeTerminal();
  const code = await runCli(['completion', ...args], commands, terminal, '1.2.3');
  return { code, text: terminal.lines.join('\n'), notes: terminal.notes };
};

describe('rxgate completion', () => {
  for (const shell of ['bash', 'zsh', 'fish'])
    it(`prints a script for ${shell} that has every command and every option`, async () => {
      const { code, text } = await run(shell);
      expect(code).to.equal(0);
      for (const { name, options } of commands) {
        expect(text).to.match(new RegExp(`\\b${name}\\b`));
        for (const option of Object.keys(options)) expect(text).to.include(shell === 'fish' ? `-l ${option}` : `--${option}`);
      }
      expect(text).to.not.match(/undefined|\[object \w+\]/);
    });

  it('needs one shell that it knows', async () => {
    for (const args of [[], ['tcsh'], ['bash', 'zsh']])
      expect(await run(...args)).to.deep.include({
        ...{
          code: 2,
          text: '',
          notes: ['rxgate: completion: for which shell? bash, zsh, fish', 'rxgate completion --help shows what is possible'],
        },
      });
  });
});
