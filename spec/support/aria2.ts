import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atTestEnd } from './atTestEnd.js';
import { freePort, startProgram } from './debianProgram.js';

/** The download manager aria2, with its JSON-RPC interface. */
export interface Aria2 {
  readonly port: number;
  readonly url: string;
  /** The folder that it downloads into. */
  readonly folder: string;
  stop(): Promise<void>;
}

export const secret = 's3cret';

/** Starts one on 127.0.0.1; it stops with the test. It asks for `secret` in front of the params. */
export async function aria2({ port }: { readonly port?: number } = {}): Promise<Aria2> {
  const at = port ?? (await freePort());
  const folder = await mkdtemp(join(tmpdir(), 'rxgate-aria2-'));
  atTestEnd(() => rm(folder, { recursive: true, force: true }));
  const options = {
    ...{ 'no-conf': true, 'disable-ipv6': true, 'enable-dht': false, 'allow-overwrite': true, 'max-tries': 1, dir: folder },
    ...{ 'enable-rpc': true, 'rpc-listen-port': at, 'rpc-listen-all': false, 'rpc-secret': secret },
  };
  const program = await startProgram(
    'aria2c',
    Object.entries(options).map(([name, value]) => `--${name}=${value}`),
    { ready: (output) => output.includes('listening on TCP port') },
  );
  atTestEnd(program.stop);
  return { ...{ port: at, folder }, url: `ws://127.0.0.1:${at}/jsonrpc`, stop: () => program.stop() };
}
