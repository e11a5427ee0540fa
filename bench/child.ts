import { execFileSync, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

/** A program in a process of its own, asked one thing at a time. */
export interface Child {
  ask<T = void>(command: string, data?: unknown): Promise<T>;
  /** Ends it, and waits for that. */
  stop(): Promise<void>;
}

interface Answer {
  readonly value?: unknown;
  readonly error?: string;
}

/** Keeps a process on one core, where the system has the means and more than one core. */
function pin(pid: number | undefined, cpu: number): void {
  if (process.platform !== 'linux' || availableParallelism() < 2) return;
  try {
    execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(cpu), String(pid)], { stdio: 'ignore' });
  } catch {
    // No taskset: the figures are less steady, and mean the same.
  }
}

/** Starts a program that calls `answerParent`; resolves once it does, with what it told. */
export async function startChild<T = unknown>(
  file: URL,
  args: readonly string[] = [],
  { cpu }: { readonly cpu?: number | undefined } = {},
): Promise<[child: Child, told: T]> {
  const child = fork(fileURLToPath(file), args, { execArgv: ['--import', 'tsx', '--single-threaded-gc', '--expose-gc'] });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  const answer = <A>(): Promise<A> =>
    new Promise((resolve, reject) => {
      const take = ({ value, error }: Answer): void => {
        child.off('exit', lost);
        if (error === undefined) resolve(value as A);
        else reject(new Error(error));
      };
      const lost = (code: number | null): void => {
        child.off('message', take);
        reject(new Error(`${file.pathname} ${args.join(' ')} ended with ${code}`));
      };
      child.once('message', take);
      child.once('exit', lost);
    });
  const told = await answer<T>();
  if (cpu !== undefined) pin(child.pid, cpu);
  return [
    {
      ask: <A>(command: string, data?: unknown) => {
        const answered = answer<A>();
        child.send({ command, data });
        return answered;
      },
      stop: () => {
        child.disconnect();
        return gone;
      },
    },
    told,
  ];
}

/** The other side: answers what the parent asks, until the parent is gone. */
export function answerParent(told: unknown, commands: Readonly<Record<string, (data: never) => unknown>>): void {
  const reply = (answer: Answer): void => {
    process.send?.(answer);
  };
  process.on('message', ({ command, data }: { readonly command: string; readonly data: never }) => {
    Promise.resolve(commands[command]?.(data)).then(
      (value) => {
        reply({ value });
      },
      (error: unknown) => {
        reply({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      },
    );
  });
  process.on('disconnect', () => process.exit(0));
  reply({ value: told });
}
