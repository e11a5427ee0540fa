import { type CommandWords, type OptionWords, type Place, programOptions } from './completionWords.js';

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const offering = (place: Place): string => {
  if (place === 'files') return ' -r -F';
  return place === 'nothing' ? ' -x' : ` -x -a ${quoted(place.join(' '))}`;
};

const ofOption = (when: string, { name, short, help, takes }: OptionWords): string =>
  `complete -c rxgate ${when}${short === undefined ? '' : ` -s ${short}`} -l ${name}${takes === undefined ? '' : offering(takes)} -d ${quoted(help)}`;

function ofCommand({ name, summary, options, takes }: CommandWords): readonly string[] {
  const when = `-n '__rxgate_after ${name}'`;
  const own = takes === 'files' ? ' -F' : takes === 'nothing' ? undefined : ` -a ${quoted(takes.join(' '))}`;
  return [
    `complete -c rxgate -n __rxgate_first -a ${name} -d ${quoted(summary)}`,
    ...options.map((option) => ofOption(when, option)),
    ...(own === undefined ? [] : [`complete -c rxgate ${when}${own}`]),
  ];
}

/** The script for fish, from 3.0 on. */
export const fishCompletion = (commands: readonly CommandWords[]): string => `# rxgate, for fish: rxgate completion fish | source
function __rxgate_first
  set -l words (commandline -opc)
  test (count $words) -eq 1
end
function __rxgate_after
  set -l words (commandline -opc)
  test (count $words) -gt 1; and test $words[2] = $argv[1]
end
complete -c rxgate -f
${[...programOptions.map((option) => ofOption('-n __rxgate_first', option)), ...commands.flatMap(ofCommand)].join('\n')}
`;
