import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zshCompletion } from '../../lib/cli/completion/zshCompletion.js';
import { checkCompletion, offersIn } from '../support/completionCases.js';
import { requireProgram } from '../support/debianProgram.js';
import { succeed } from '../support/runProgram.js';

/** What compinit would find in a second of looking through a thousand files: the functions that it comes with. */
const dump = 'autoload -Uz $^fpath/_*(N:t)';

/** Completion works in an interactive shell only. This one tells what is offered, each word as it is added. */
const inner = `
PROMPT=
autoload -Uz compinit
compinit -C -d ./dump
source ./script
bindkey '^I' complete-word
unsetopt auto_list auto_menu beep
before_words() { print -r -- '<begin>' }
after_words() { print -r -- '<done>' }
# Each has to be there anew for each completion.
compadd() {
  if [[ " $* " != *' -'[OAD]' '* ]]; then
    local -a hits
    builtin compadd -A hits "$@"
    (( $#hits )) && print -rl -- $hits
  fi
  builtin compadd "$@"
}
line() { compprefuncs=(before_words) comppostfuncs=(after_words); BUFFER=\${LINES_TO_TYPE[1]}; shift LINES_TO_TYPE; CURSOR=$#BUFFER }
zle -N line
bindkey '^T' line
print '<rea''dy>'
`;

/** Types the lines into a shell at a terminal of its own. */
const outer = `
zmodload zsh/zpty
zpty inner 'zsh -f -i'
zpty -w inner "LINES_TO_TYPE=(\${(j: :)\${(qq)@}}); source ./inner"
zpty -r inner text '*<ready>*'
for line in "$@"; do
  zpty -w -n inner $'\\x14\\t'
  zpty -r inner text '*<begin>*<done>*'
  text=\${text#*<begin>}
  print -r -- "\${text%<done>*}"
  print -r -- '=='
done
zpty -d inner
`;

describe('zshCompletion', () => {
  before(requireProgram('zsh', 'zsh'));

  it('offers commands, options, their values and files', async () => {
    const { wanted, found } = await checkCompletion(zshCompletion, async (folder, typed) => {
      writeFileSync(join(folder, 'dump'), dump);
      writeFileSync(join(folder, 'inner'), inner);
      return offersIn(await succeed('zsh', ['-f', '-c', outer, 'zsh', ...typed], folder, 8_000));
    });
    expect(found).to.deep.equal(wanted);
  });
});
