import { type CommandWords, type OptionWords, type Place, programOptions } from './completionWords.js';

const quoted = (text: string): string => text.replaceAll("'", "'\\''");
/** In what `_arguments` and `_describe` take, a colon ends a part, and a bracket a text. */
const part = (text: string): string => quoted(text.replace(/[\\:[\]]/g, '\\$&'));

const offering = (place: Place): string => {
  if (place === 'files') return '_files';
  return place === 'nothing' ? ' ' : `(${place.join(' ')})`;
};

const ofOption = ({ name, short, help, multiple, value, takes }: OptionWords): string => {
  const told = `[${part(help)}]${takes === undefined ? '' : `:${part(value ?? '')}:${offering(takes)}`}`;
  const long = takes === undefined ? `--${name}` : `--${name}=`;
  if (multiple) return short === undefined ? `'*${long}${told}'` : `'*'{-${short},${long}}'${told}'`;
  return short === undefined ? `'${long}${told}'` : `'(-${short} --${name})'{-${short},${long}}'${told}'`;
};

const ofCommand = ({ name, options, takes }: CommandWords): string =>
  `    ${[`${name}) _arguments`, ...options.map(ofOption), `'*:argument:${offering(takes)}' ;;`].join(' \\\n      ')}\n`;

/** The script for zsh, with compinit; it may also stand in a folder of `fpath`, as `_rxgate`. */
export const zshCompletion = (commands: readonly CommandWords[]): string => `#compdef rxgate
# rxgate, for zsh: source <(rxgate completion zsh)
_rxgate() {
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    '${name}:${part(summary)}'\n`).join('')}  )
  if (( CURRENT == 2 )); then
    if [[ "$words[2]" == -* ]]; then _arguments ${programOptions.map(ofOption).join(' ')}
    else _describe command commands; fi
    return
  fi
  shift words
  (( CURRENT-- ))
  case "$words[1]" in
${commands.map(ofCommand).join('')}  esac
}
if [ "$funcstack[1]" = "_rxgate" ]; then _rxgate "$@"; else compdef _rxgate rxgate; fi
`;
