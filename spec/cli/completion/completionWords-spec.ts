import { expect } from 'chai';
import type { CliCommand } from '../../../lib/cli/command.js';
import { completionWords } from '../../../lib/cli/completion/completionWords.js';

const command: CliCommand = {
  name: 'write',
  summary: 'writes',
  usage: '',
  about: '',
  options: {
    out: { type: 'string', short: 'o', value: 'DIR', help: 'where' },
    header: { type: 'string', multiple: true, value: 'NAME:VALUE', help: 'more' },
    protocol: { type: 'string', value: 'P', choices: ['a', 'b'], help: 'which' },
    check: { type: 'boolean', help: 'only looks' },
  },
  examples: [],
  completes: 'files',
  run: () => Promise.resolve(0),
};

describe('completionWords', () => {
  it('says of each option what it takes: paths, one of its choices, or what no shell can know', () => {
    const [{ options } = { options: [] }] = completionWords([command]);
    expect(options.map(({ name, short, takes, multiple }) => [name, short, takes, multiple])).to.deep.equal([
      ['out', 'o', 'files', false],
      ['header', undefined, 'nothing', true],
      ['protocol', undefined, ['a', 'b'], false],
      ['check', undefined, undefined, false],
      ['help', 'h', undefined, false],
    ]);
  });

  it('has help beside the commands, which takes their names', () => {
    const words = completionWords([command, { ...command, name: 'read' }]);
    expect(words.map(({ name, takes }) => [name, takes])).to.deep.equal([
      ['write', 'files'],
      ['read', 'files'],
      ['help', ['write', 'read']],
    ]);
  });
});
