import { execFile, type ExecFileException } from 'node:child_process';

/** How a program ended, and what it printed. */
export interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs a program; its exit code is part of the outcome, not an exception. */
export const runProgram = (file: string, args: readonly string[], cwd: string): Promise<Outcome> =>
  new Promise((done) => {
    execFile(file, args, { cwd, maxBuffer: 1 << 26 }, (error: ExecFileException | null, output, errors) => {
      done({ code: error ? Number(error.code ?? 1) : 0, output, errors });
    });
  });

/** Like `runProgram`, for programs that have to succeed. */
export const succeed = async (file: string, args: readonly string[], cwd: string): Promise<string> => {
  const { code, output, errors } = await runProgram(file, args, cwd);
  if (code !== 0) throw new Error(`${[file, ...args].join(' ')} ended with ${code}\n${output}${errors}`);
  return output;
};
