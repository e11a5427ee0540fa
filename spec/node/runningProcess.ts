import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { filter, firstValueFrom, ReplaySubject } from 'rxjs';
import { atTestEnd } from '../support/atTestEnd.js';

/** A program that runs, line by line. */
export interface RunningProcess {
  /** The first line of its standard output, past or future, that matches; an error with all output if it ends without one. */
  line(pattern: RegExp): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** What Ctrl-C does: the whole group of processes gets SIGINT. */
  interrupt(): void;
  /** Exit code or signal, when its output is read to the end. */
  readonly ended: Promise<number | string>;
  /** All lines of its standard output so far. */
  readonly lines: readonly string[];
  /** All of its standard output so far, as it came. */
  readonly output: () => string;
  /** All of its standard error so far. */
  readonly errors: () => string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Starts a program in the project's folder; it is killed with the test. */
export function startProcess(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): RunningProcess {
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const signalGroup = (signal: NodeJS.Signals): void => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, signal);
  };
  atTestEnd(() => signalGroup('SIGKILL'));
  const lines: string[] = [];
  const heard = new ReplaySubject<string>();
  let output = '';
  let errors = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    heard.next(line);
  });
  const ended = once(child, 'close').then(([code, signal]: (number | string | null)[]) => {
    heard.complete();
    return code ?? signal ?? 'unknown';
  });
  return {
    lines,
    ended,
    output: () => output,
    errors: () => errors,
    interrupt: () => signalGroup('SIGINT'),
    kill: (signal) => child.kill(signal),
    line: async (pattern) => {
      const found = await firstValueFrom(heard.pipe(filter((line) => pattern.test(line))), { defaultValue: undefined });
      if (found === undefined) throw new Error(`No line ${String(pattern)} in:\n${lines.join('\n')}\n${errors}`);
      return found;
    },
  };
}

/** Starts a TypeScript program of this project, from its sources. */
export const startScript = (path: string, args: readonly string[] = [], env?: NodeJS.ProcessEnv): RunningProcess =>
  startProcess(process.execPath, ['--import=tsx', '--conditions=rxgate-source', path, ...args], env);
