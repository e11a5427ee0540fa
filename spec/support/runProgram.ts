import { execFile, type ExecFileException } from 'node:child_process';

/** How a program ended, and what it printed. */
export interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs a program; its exit code is part of the outcome, not an exception. It is ended after `within` milliseconds, if that is not 0. */
export const runProgram = (file: string, args: readonly string[], cwd: string, within = 0): Promise<Outcome> =>
  new Promise((done) => {
    execFile(file, args, { cwd, maxBuffer: 1 << 26, timeout: within }, (error: ExecFileException | null, output, errors) => {
      done({ code: error ? Number(error.code ?? 1) : 0, output, errors });
    });
  });

/** Like `runProgram`, for programs that have to succeed. */
export const succeed = async (file: string, args: readonly string[], cwd: string, within = 0): Promise<string> => {
  const { code, output, errors } = await runProgram(file, args, cwd, within);
  if (code !== 0) throw new Error(`${[file, ...args].join(' ')} ended with ${code}\n${output}${errors}`);
  return output;
};
