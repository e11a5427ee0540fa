import { expect } from 'chai';
import { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';
import { createTerminal, type TerminalSource } from '../../lib/cli/terminal.js';

interface Written {
  readonly stream: NodeJS.WriteStream;
  readonly text: string;
}

function written(isTTY: boolean, fail?: () => Error | undefined): Written {
  const chunks: string[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      const error = fail?.();
      if (!error) chunks.push(String(chunk));
      done(error);
    },
  });
  return {
    stream: Object.assign(stream, { isTTY, columns: 12 }) as unknown as NodeJS.WriteStream,
    get text() {
      return chunks.join('');
    },
  };
}

const source = (out: Written, err: Written, env: NodeJS.ProcessEnv = {}) =>
  Object.assign(new EventEmitter(), { stdout: out.stream, stderr: err.stream, env, cwd: () => '/here' }) satisfies TerminalSource;

describe('createTerminal', () => {
  it('prints results to standard output, and notes to standard error', async () => {
    const [out, err] = [written(false), written(false)];
    const terminal = createTerminal(source(out, err));
    expect(terminal.folder).to.equal('/here');
    expect(await terminal.print('a')).to.equal(true);
    terminal.note('b');
    terminal.progress('c');
    expect([out.text, err.text]).to.deep.equal(['a\n', 'b\n']);
  });

  it('colours on a terminal only, and not with NO_COLOR or TERM=dumb', () => {
    const coloured = (isTTY: boolean, env: NodeJS.ProcessEnv): boolean =>
      createTerminal(source(written(isTTY), written(isTTY), env)).colour('red', 'x') !== 'x';
    expect(coloured(true, {})).to.equal(true);
    expect(coloured(true, { NO_COLOR: '' })).to.equal(true);
    expect(coloured(true, { NO_COLOR: '1' })).to.equal(false);
    expect(coloured(true, { TERM: 'dumb' })).to.equal(false);
    expect(coloured(false, {})).to.equal(false);
  });

  it('shows progress in one line, as wide as the terminal, which the next note takes away', () => {
    const err = written(true);
    const terminal = createTerminal(source(written(true), err));
    terminal.progress('a line that is too long');
    terminal.progress('two');
    terminal.note('done');
    expect(err.text).to.equal('a line that\r\x1b[Ktwo\r\x1b[Kdone\n');
  });

  it('says that the reader is gone, and ends nothing with an error', async () => {
    const gone = (): Error => Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    const terminal = createTerminal(source(written(false, gone), written(false)));
    await terminal.print('a');
    // A stream says so in its next turn.
    await new Promise((resolve) => setImmediate(resolve));
    expect(await terminal.print('b')).to.equal(false);
  });

  it('hears the first signal, and leaves the second one to the program', () => {
    const given = source(written(false), written(false));
    const heard: string[] = [];
    const terminal = createTerminal(given);
    terminal.onSignal(() => heard.push('first'));
    given.emit('SIGTERM');
    expect(heard).to.deep.equal(['first']);
    expect(given.listenerCount('SIGINT') + given.listenerCount('SIGTERM')).to.equal(0);
    terminal.onSignal(() => heard.push('never'))();
    given.emit('SIGINT');
    expect(heard).to.deep.equal(['first']);
  });
});
