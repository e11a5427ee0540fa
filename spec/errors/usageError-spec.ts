import { expect } from 'chai';
import { runCli } from '../../lib/cli/runCli.js';
import { UsageError } from '../../lib/errors/usageError.js';
import { fakeTerminal } from '../support/fakeTerminal.js';

describe('UsageError', () => {
  it('ends the program with 2, any other error with 1', async () => {
    const ends = async (error: Error): Promise<readonly unknown[]> => {
      const terminal = fakeTerminal();
      const command = {
        name: 'a',
        summary: '',
        usage: '',
        about: '',
        options: {},
        examples: [],
        completes: 'nothing',
        run: () => Promise.reject(error),
      } as const;
      return [await runCli(['a'], [command], terminal, '1'), ...terminal.notes];
    };
    expect(await ends(new UsageError('what?'))).to.deep.equal([2, 'rxgate: what?', 'rxgate a --help shows what is possible']);
    expect(await ends(new Error('lost'))).to.deep.equal([1, 'rxgate: lost']);
  });
});
