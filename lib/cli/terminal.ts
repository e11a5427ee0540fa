import { styleText } from 'node:util';

type Colour = Parameters<typeof styleText>[0];

/** Where a command writes: results to standard output, everything else to standard error. */
export interface Terminal {
  /** The folder that paths start from. */
  readonly folder: string;
  /** Writes a line of results. Resolves once the reader can take more; `false`: there is no reader any more. */
  print(line: string): Promise<boolean>;
  /** Writes a line for people, to standard error. */
  note(line: string): void;
  /** Writes what is going on over the last line of its kind, on a terminal only. */
  progress(line: string): void;
  /** Colours text for standard error: on a terminal only, and not if `NO_COLOR` is set. */
  colour(colour: Colour, text: string): string;
  /** Called at SIGINT and SIGTERM, the first time; the second ends the program. Returns how to stop listening. */
  onSignal(handler: () => void): () => void;
}

/** The part of `process` that a terminal is made of. */
export interface TerminalSource {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
  cwd(): string;
  once(signal: NodeJS.Signals, listener: () => void): unknown;
  off(signal: NodeJS.Signals, listener: () => void): unknown;
}

const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * A terminal on the streams of a process. A reader that goes away, as `head` does, ends nothing with an error. It is noticed with the next line: Node
 * watches no pipe that is only written to, and to write nothing is no error.
 */
export function createTerminal(source: TerminalSource): Terminal {
  const { stdout, stderr, env } = source;
  const live = stderr.isTTY && env.TERM !== 'dumb';
  const coloured = live && !env.NO_COLOR;
  let shown = false;
  let gone = false;
  const gaveUp = new Set<() => void>();
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    gone = true;
    for (const wake of gaveUp) wake();
  });
  const clear = (): void => {
    if (shown) stderr.write('\r\x1b[K');
    shown = false;
  };

  return {
    folder: source.cwd(),
    print: (line) =>
      new Promise((resolve) => {
        if (gone) {
          resolve(false);
          return;
        }
        const settle = (): void => {
          gaveUp.delete(settle);
          resolve(!gone);
        };
        gaveUp.add(settle);
        stdout.write(`${line}\n`, settle);
      }),
    note: (line) => {
      clear();
      stderr.write(`${line}\n`);
    },
    progress: (line) => {
      if (!live) return;
      clear();
      stderr.write(line.slice(0, (stderr.columns || 80) - 1));
      shown = true;
    },
    // By itself it looks at standard output, which may be a pipe: these lines go to standard error.
    colour: (colour, text) => (coloured ? styleText(colour, text, { validateStream: false }) : text),
    onSignal: (handler) => {
      const stop = (): void => {
        for (const signal of signals) source.off(signal, first);
      };
      const first = (): void => {
        stop();
        handler();
      };
      for (const signal of signals) source.once(signal, first);
      return stop;
    },
  };
}
