import { expect } from 'chai';
import { fishCompletion } from '../../lib/cli/completion/fishCompletion.js';
import { checkCompletion, offersIn } from '../support/completionCases.js';
import { requireProgram } from '../support/debianProgram.js';
import { succeed } from '../support/runProgram.js';

const program = 'source ./script; for line in $argv; complete -C $line; echo ==; end';

describe('fishCompletion', () => {
  before(requireProgram('fish', 'fish'));

  it('offers commands, options, their values and files', async () => {
    const { wanted, found } = await checkCompletion(fishCompletion, async (folder, typed) =>
      offersIn(await succeed('fish', ['--no-config', '-c', program, ...typed], folder, 8_000)),
    );
    expect(found).to.deep.equal(wanted);
  });
});
