import { UsageError } from '../../errors/usageError.js';
import type { CliCommand } from '../command.js';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

const optionsOf = ({ options }: CliCommand): readonly string[] => [...Object.keys(options).map((name) => `--${name}`), '--help'];
const named = (commands: readonly CliCommand[]): string => [...commands.map(({ name }) => name), 'help'].join(' ');

const bash = (commands: readonly CliCommand[]): string => `# rxgate, for bash: source <(rxgate completion bash)
_rxgate() {
  local current=\${COMP_WORDS[COMP_CWORD]}
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${named(commands)} --help --version" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${commands
  .map(
    (command) => `    ${command.name})
      if [[ "$current" == -* ]]; then COMPREPLY=($(compgen -W "${optionsOf(command).join(' ')}" -- "$current"))
      else ${command.completes === 'files' ? 'COMPREPLY=($(compgen -f -- "$current"))' : command.name === 'completion' ? `COMPREPLY=($(compgen -W "${shells.join(' ')}" -- "$current"))` : 'COMPREPLY=()'}
      fi ;;
`,
  )
  .join('')}  esac
}
complete -o filenames -F _rxgate rxgate
`;

const quotedZsh = (text: string): string =>
  text.replaceAll("'", "'\\''").replaceAll('[', '\\[').replaceAll(']', '\\]').replaceAll(':', '\\:');

const zsh = (commands: readonly CliCommand[]): string => `#compdef rxgate
# rxgate, for zsh: source <(rxgate completion zsh)
_rxgate() {
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    '${name}:${quotedZsh(summary)}'\n`).join('')}  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    return
  fi
  case "$words[2]" in
${commands
  .map(({ name, options, completes }) => {
    const specs = Object.entries(options).map(
      ([option, { help, value, choices }]) =>
        `'--${option}[${quotedZsh(help)}]${value === undefined ? '' : `:${value}:${choices ? `(${choices.join(' ')})` : '_files'}`}'`,
    );
    const rest = name === 'completion' ? `'1:shell:(${shells.join(' ')})'` : completes === 'files' ? `'*:file:_files'` : `'*: :'`;
    return `    ${name}) shift words; (( CURRENT-- )); _arguments ${[...specs, rest].join(' ')} ;;\n`;
  })
  .join('')}  esac
}
if [ "$funcstack[1]" = "_rxgate" ]; then _rxgate "$@"; else compdef _rxgate rxgate; fi
`;

const quotedFish = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");

const fish = (commands: readonly CliCommand[]): string => `# rxgate, for fish: rxgate completion fish | source
complete -c rxgate -f
${commands
  .map(({ name, summary, options, completes }) => {
    const when = `-n '__fish_seen_subcommand_from ${name}'`;
    const lines = Object.entries(options).map(([option, { short, help, value, choices }]) => {
      const takes = value === undefined ? '' : choices ? ` -x -a '${choices.join(' ')}'` : ' -r -F';
      return `complete -c rxgate ${when}${short === undefined ? '' : ` -s ${short}`} -l ${option}${takes} -d '${quotedFish(help)}'`;
    });
    const own =
      completes === 'files'
        ? [`complete -c rxgate ${when} -F`]
        : name === 'completion'
          ? [`complete -c rxgate ${when} -a '${shells.join(' ')}'`]
          : [];
    return [`complete -c rxgate -n __fish_use_subcommand -a ${name} -d '${quotedFish(summary)}'`, ...lines, ...own].join('\n');
  })
  .join('\n')}
`;

const scripts: Readonly<Record<Shell, (commands: readonly CliCommand[]) => string>> = { bash, zsh, fish };

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
    completes: 'nothing',
    async run({ positionals: [shell, ...more] }, terminal) {
      const script = shells.find((one) => one === shell);
      if (!script || more.length > 0) throw new UsageError(`completion: for which shell? ${shells.join(', ')}`);
      await terminal.print(scripts[script]([...others, command]).trimEnd());
      return 0;
    },
  };
  return command;
}
