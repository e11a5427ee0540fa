import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { delimiter, join } from 'node:path';

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Where a program is installed, if it is. Daemons stand in a folder that is not in everybody's PATH. */
export const findProgram = (name: string): string | undefined =>
  [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'].map((folder) => join(folder, name)).find(isExecutable);

/**
 * A hook for `before`: skips the suite where a program is missing, with a line that says how to get it. With `CI=true` a missing one is a
 * failure.
 *
 *     before(requireProgram('aria2c', 'aria2'));
 */
export const requireProgram = (name: string, debianPackage: string) =>
  function (this: Mocha.Context): void {
    if (findProgram(name) !== undefined) return;
    const how = `${name} is missing: \`apt-get install ${debianPackage}\` brings it`;
    if (process.env.CI === 'true') throw new Error(how);
    console.log(`      ${how}`);
    this.skip();
  };

/** A port of 127.0.0.1 that nobody listens on, for programs that cannot be asked which one they chose. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A program that runs. */
export interface Program {
  /** What it has printed, errors included. */
  readonly output: string;
  /** Ends it with everything that it started, by SIGTERM, and by SIGKILL after five seconds. */
  stop(): Promise<void>;
}

export interface ProgramOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Whether it has started, judged by what it has printed. Looked at after each output. */
  readonly ready: (output: string) => boolean;
  /** Milliseconds to get ready in. Default 30 000. */
  readonly within?: number;
}

const signal = ({ pid }: ChildProcess, name: NodeJS.Signals): void => {
  try {
    if (pid !== undefined) process.kill(-pid, name);
  } catch {
    // It is gone already.
  }
};

/** Starts a program, in a process group of its own, and waits until it is ready. Rejects with what it printed if it never is. */
export async function startProgram(name: string, args: readonly string[], options: ProgramOptions): Promise<Program> {
  const { env, cwd, ready, within = 30_000 } = options;
  const child = spawn(findProgram(name) ?? name, [...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, ...env },
    ...(cwd !== undefined && { cwd }),
  });
  let output = '';
  const ended = new Promise<string>((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('close', (code, by) => resolve(`ended with ${by ?? code}`));
  });
  // Detached as it is, it would outlive a run that is cut short.
  const orphaned = (): void => signal(child, 'SIGKILL');
  process.once('exit', orphaned);
  void ended.then(() => process.removeListener('exit', orphaned));
  const stop = async (): Promise<void> => {
    signal(child, 'SIGTERM');
    const late = setTimeout(() => signal(child, 'SIGKILL'), 5_000);
    await ended;
    clearTimeout(late);
  };
  let late: NodeJS.Timeout | undefined;
  const trouble = await Promise.race([
    ended,
    new Promise<string>((resolve) => (late = setTimeout(() => resolve(`was not ready within ${within} ms`), within))),
    new Promise<undefined>((resolve) => {
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (data: Buffer) => {
          output += data.toString();
          if (ready(output)) resolve(undefined);
        });
    }),
  ]);
  clearTimeout(late);
  if (trouble !== undefined) {
    await stop();
    throw new Error(`${name} ${trouble}\n${output}`);
  }
  return {
    get output() {
      return output;
    },
    stop,
  };
}
