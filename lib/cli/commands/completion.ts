import { UsageError } from '../../errors/usageError.js';
import type { CliCommand } from '../command.js';
import { bashCompletion } from '../completion/bashCompletion.js';
import { type CommandWords, completionWords } from '../completion/completionWords.js';
import { fishCompletion } from '../completion/fishCompletion.js';
import { zshCompletion } from '../completion/zshCompletion.js';

const shells = ['bash', 'zsh', 'fish'] as const;

const scripts: Readonly<Record<(typeof shells)[number], (commands: readonly CommandWords[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** `rxgate completion`, for the commands given and itself. */
export function completion(others: readonly CliCommand[]): CliCommand {
  const command: CliCommand = {
    name: 'completion',
    summary: 'prints a script that completes commands and options in a shell',
    usage: shells.join('|'),
    about:
      'Prints a script for the shell that you name. Put the line of the example into the file that your shell reads at its start.',
    options: {},
    examples: [
      ['source <(rxgate completion bash)', 'in ~/.bashrc'],
      ['source <(rxgate completion zsh)', 'in ~/.zshrc, after compinit'],
      ['rxgate completion fish | source', 'in ~/.config/fish/config.fish'],
    ],
    completes: shells,
    async run({ positionals: [shell, ...more] }, terminal) {
      const script = shells.find((one) => one === shell);
      if (!script || more.length > 0) throw new UsageError(`completion: for which shell? ${shells.join(', ')}`);
      await terminal.print(scripts[script](completionWords([...others, command])).trimEnd());
      return 0;
    },
  };
  return command;
}
