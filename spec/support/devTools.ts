import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quiet } from './chromium.js';
import { startProgram } from './debianProgram.js';

/** A headless Chromium with its DevTools protocol open on 127.0.0.1. */
export interface DevTools {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts one, with a new profile. Whoever starts it stops it. */
export async function devTools(): Promise<DevTools> {
  const profile = await mkdtemp(join(tmpdir(), 'rxgate-chromium-'));
  const args = [...quiet, '--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'];
  const listening = /DevTools listening on (ws:\/\/127\.0\.0\.1:(\d+)\S+)/;
  const program = await startProgram('chromium', args, { ready: (output) => listening.test(output), within: 60_000 });
  const [, url = '', port] = listening.exec(program.output) ?? [];
  return {
    url,
    port: Number(port),
    stop: async () => {
      await program.stop();
      // A process of its that is just ending may still write.
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
