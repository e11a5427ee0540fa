import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { atTestEnd } from './atTestEnd.js';

/** How a child process ended. */
export interface ChildResult {
  readonly code: number | null;
  /** The signal that ended it; `null` if it ended by itself. */
  readonly signal: string | null;
  /** The lines of its standard output, parsed. */
  readonly output: readonly unknown[];
  readonly errors: string;
}

/** A script of `spec/support/children/` in a process of its own. */
export interface Child {
  send(message: string): void;
  /** The next thing that it says with `process.send`. */
  heard(): Promise<unknown>;
  /** Resolves when it has ended, by itself: nothing here ends it, but the end of the test. */
  readonly result: Promise<ChildResult>;
}

/** Starts a script with arguments. It prints lines of JSON. */
export function startChild(script: string, ...args: readonly string[]): Child {
  const path = fileURLToPath(new URL(`children/${script}`, import.meta.url));
  const child = fork(path, [...args], { execArgv: ['--import', 'tsx', '-C', 'rxgate-source'], silent: true });
  let output = '';
  let errors = '';
  child.stdout?.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (errors += data.toString()));
  atTestEnd(() => child.kill('SIGKILL'));
  const result = once(child, 'close').then(([code, signal]: (number | string | null)[]) => ({
    code: code as number | null,
    signal: signal as string | null,
    output: output
      .split('\n')
      .filter(Boolean)
      .map((line): unknown => JSON.parse(line)),
    errors,
  }));
  return {
    send: (message) => child.send(message),
    heard: async () => ((await once(child, 'message')) as [unknown])[0],
    result,
  };
}

/** Runs a script to its end. */
export const runChild = (script: string, ...args: readonly string[]): Promise<ChildResult> => startChild(script, ...args).result;
