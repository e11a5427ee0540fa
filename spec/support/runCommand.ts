import { commands } from '../../lib/cli/commands/index.js';
import { runCli } from '../../lib/cli/runCli.js';
import type { Outcome } from './runProgram.js';

/** Runs the program `rxgate` without a process of its own. */
export async function runCommand(folder: string, ...args: readonly string[]): Promise<Outcome> {
  let [output, errors] = ['', ''];
  const terminal = {
    folder,
    print: (line: string) => {
      output += `${line}\n`;
      return Promise.resolve(true);
    },
    note: (line: string) => void (errors += `${line}\n`),
    progress: () => undefined,
    colour: (_colour: unknown, text: string) => text,
    onSignal: () => () => undefined,
  };
  const code = await runCli(args, commands, terminal, '0.0.0');
  return { code, output, errors };
}
