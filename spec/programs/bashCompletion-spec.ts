import { expect } from 'chai';
import { bashCompletion } from '../../lib/cli/completion/bashCompletion.js';
import { checkCompletion, offersIn } from '../support/completionCases.js';
import { requireProgram } from '../support/debianProgram.js';
import { succeed } from '../support/runProgram.js';

/** Does what the shell does on Tab: it takes the line apart, where = is a word of its own, and calls the function. */
const program = `
source ./script
for line in "$@"; do
  [[ "$line" =~ ^(.*--[a-z]+)=(.*)$ ]] && line="\${BASH_REMATCH[1]} = \${BASH_REMATCH[2]}"
  eval "COMP_WORDS=($line)"
  [[ "$line" == *' ' ]] && COMP_WORDS+=('')
  COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 ))
  _rxgate
  printf '%s\\n' "\${COMPREPLY[@]}" ==
done`;

describe('bashCompletion', () => {
  before(requireProgram('bash', 'bash'));

  it('offers commands, options, their values and files', async () => {
    const { wanted, found } = await checkCompletion(bashCompletion, async (folder, typed) =>
      offersIn(await succeed('bash', ['--norc', '-c', program, 'bash', ...typed], folder, 8_000)),
    );
    expect(found).to.deep.equal(wanted);
  });
});
