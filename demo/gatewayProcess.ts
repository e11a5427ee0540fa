import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The gateway in a process of its own. */
export interface GatewayProcess {
  readonly port: number;
  readonly pid: number | undefined;
  /** Ends it without a word, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again, on the same port. */
  restart(): Promise<void>;
  /** Ends it for good. */
  stop(): Promise<void>;
}

const program = fileURLToPath(new URL('gateway.ts', import.meta.url));

/** Starts `demo/gateway.ts` with these arguments, on a free port. Should it end by itself, so does this process. */
export async function startGateway(args: readonly string[]): Promise<GatewayProcess> {
  let child: ChildProcess;
  let port = 0;

  const onExit = (code: number | null): void => {
    console.error(`The gateway ended by itself, with exit code ${code ?? 'none'}`);
    process.exit(1);
  };
  const start = async (): Promise<void> => {
    child = fork(program, [...args, '--port', `${port}`]);
    child.once('exit', onExit);
    [{ port }] = (await once(child, 'message')) as [{ port: number }];
  };

  await start();
  return {
    get port() {
      return port;
    },
    get pid() {
      return child.pid;
    },
    kill: async () => {
      child.off('exit', onExit).kill('SIGKILL');
      await once(child, 'exit');
    },
    restart: start,
    stop: async () => {
      child.off('exit', onExit);
      if (!child.connected) return;
      // It ends when its parent lets go of it.
      child.disconnect();
      await once(child, 'exit');
    },
  };
}
