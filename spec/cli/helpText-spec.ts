import { expect } from 'chai';
import { commands } from '../../lib/cli/commands/index.js';
import { commandHelp, helpText } from '../../lib/cli/helpText.js';

describe('helpText', () => {
  it('lists the commands in columns, and the exit codes', () => {
    const text = helpText(commands);
    const begins = commands.map(({ name, summary }) =>
      text
        .split('\n')
        .find((line) => line.startsWith(`  ${name} `))
        ?.indexOf(summary),
    );
    expect(new Set(begins)).to.have.property('size', 1);
    expect(text).to.include('Exit codes: 0 it is done, 1 it failed, 2 the command line is wrong.');
  });

  it('explains each command: usage, options with their values, examples', () => {
    for (const command of commands) {
      const text = commandHelp(command);
      expect(text).to.include(`  rxgate ${command.name} ${command.usage}\n`);
      for (const [option, { help, value }] of Object.entries(command.options))
        expect(text)
          .to.match(new RegExp(`--${option}${value === undefined ? '' : ` ${value}`} `))
          .and.include(help);
      for (const [line, what] of command.examples) expect(text).to.include(`  # ${what}\n  ${line}\n`);
      expect(text).to.match(/-h, --help +prints this/);
    }
  });
});
