import { type CommandWords, type OptionWords, type Place, programOptions } from './completionWords.js';

const typed = ({ name, short }: OptionWords): readonly string[] => [`--${name}`, ...(short === undefined ? [] : [`-${short}`])];
const long = (options: readonly OptionWords[]): string => options.map(({ name }) => `--${name}`).join(' ');

const offering = (place: Place): string => {
  if (place === 'files') return '_rxgate_files "$current"';
  return place === 'nothing' ? ':' : `_rxgate_words "${place.join(' ')}" "$current"`;
};

const ofValue = ({ name }: CommandWords, option: OptionWords): string =>
  option.takes === undefined
    ? ''
    : `    ${typed(option)
        .map((word) => `'${name} ${word}'`)
        .join('|')}) ${offering(option.takes)}; return ;;\n`;

const ofCommand = ({ name, options, takes }: CommandWords): string => `    ${name})
      if [[ "$current" == -* ]]; then _rxgate_words "${long(options)}" "$current"
      else ${offering(takes)}; fi ;;
`;

/** The script for bash, from 3.2 on. */
export const bashCompletion = (commands: readonly CommandWords[]): string => `# rxgate, for bash: source <(rxgate completion bash)
_rxgate_words() { COMPREPLY=($(compgen -W "$1" -- "$2")); }
_rxgate_files() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -f -- "$1"))
}
_rxgate() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    if [[ "$current" == -* ]]; then _rxgate_words "${long(programOptions)}" "$current"
    else _rxgate_words "${commands.map(({ name }) => name).join(' ')}" "$current"; fi
    return
  fi
  # --option=value is three words.
  if [ "$current" = = ]; then current=
  elif [ "$previous" = = ]; then previous=\${COMP_WORDS[COMP_CWORD-2]}; fi
  case "\${COMP_WORDS[1]} $previous" in
${commands.flatMap((command) => command.options.map((option) => ofValue(command, option))).join('')}  esac
  case "\${COMP_WORDS[1]}" in
${commands.map(ofCommand).join('')}  esac
}
complete -F _rxgate rxgate
`;
