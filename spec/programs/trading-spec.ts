import { expect } from 'chai';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../support/runProgram.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const node = ['--import=tsx', '--conditions=rxgate-source'];

describe('demo/trading', function () {
  this.timeout(60_000);

  it('has a client that is up to date with its document', async () => {
    const args = [
      ...node,
      'lib/cli/main.ts',
      'generate',
      'demo/trading/asyncapi.json',
      '--out',
      'demo/trading/client',
      '--check',
    ];
    const { code, output } = await runProgram(process.execPath, args, root);
    expect(output).to.equal('');
    expect(code).to.equal(0);
  });

  it('prints bars of several symbols over one connection, before and after it was lost', async () => {
    const { code, output, errors } = await runProgram(process.execPath, [...node, 'demo/trading/main.ts'], root);
    expect(errors).to.equal('');
    expect(code).to.equal(0);
    const lines = output.trim().split('\n');
    expect(lines).to.include('summary  3 listeners, 1 connection');
    expect(lines.filter((line) => line.startsWith('gateway  connection'))).to.deep.equal([
      'gateway  connection 1 is there',
      'gateway  connection 2 is there',
    ]);
    // Three listeners, two topics on the wire, once per connection.
    const subscribed = lines.filter((line) => line.endsWith('is subscribed'));
    expect(subscribed).to.deep.equal([...subscribed.slice(0, 2), ...subscribed.slice(0, 2)]);
    expect(subscribed.slice(0, 2)).to.have.members(['topic    bars:AAPL:1 is subscribed', 'topic    bars:GOOGL:5 is subscribed']);
    const lost = lines.indexOf('gateway  drops the connection');
    const left = lines.indexOf('chart    left does not listen to AAPL/1 any more');
    for (const part of [lines.slice(0, lost), lines.slice(lost, left)])
      for (const chart of ['left AAPL/1 ', 'left GOOGL/5', 'right AAPL/1'])
        expect(part.join('\n')).to.include(`bar      ${chart}`);
    expect(lines.slice(left + 1).join('\n')).to.not.include('bar      left AAPL/1');
    expect(lines.slice(left + 1).join('\n')).to.include('bar      right AAPL/1');
    expect(lines.at(-1)).to.equal('summary  all is closed');
  });
});
