import { expect } from 'chai';
import { useFakeTimers } from 'sinon';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../support/runProgram.js';
import { until } from '../support/until.js';

const mocha = fileURLToPath(import.meta.resolve('mocha/bin/mocha.js'));
const root = fileURLToPath(new URL('../..', import.meta.url));

describe('until', () => {
  const failure = async (condition: () => boolean, within?: number): Promise<Error> => {
    try {
      await until(condition, within);
    } catch (error) {
      return error as Error;
    }
    throw new Error('it resolved');
  };

  it('resolves when its condition has come to hold', async () => {
    let looks = 0;
    await until(() => ++looks === 3);
    expect(looks).to.equal(3);
  });

  it('rejects with its place when it does not in real time, under a fake clock as well', async () => {
    const clock = useFakeTimers();
    try {
      const { message, stack } = await failure(() => false, 20);
      expect(message).to.match(/did not come to hold in \d+ ms and \d+ looks: \(\) ?=> ?false/);
      expect(stack).to.match(/until-spec\.ts/);
    } finally {
      clock.restore();
    }
  });

  it('rejects with what its condition throws', async () => {
    const thrown = new Error('no such thing');
    expect(
      await failure(() => {
        throw thrown;
      }),
    ).to.equal(thrown);
  });

  it('ends with its test, so that the run ends', async () => {
    const { code, output } = await runProgram(process.execPath, [mocha, 'spec/support/children/waits.ts'], root);
    expect(output).to.match(/did not come to hold[^]*waits\.ts:6/);
    expect(output).to.match(/Timeout of 100ms exceeded/);
    expect(code).to.equal(2);
  });
});
