#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { commands } from './commands/index.js';
import { runCli } from './runCli.js';
import { createTerminal } from './terminal.js';

/** The version of the package that was started; npm starts it by a link. */
function version(): string {
  const { version: text } = createRequire(realpathSync(process.argv[1] ?? ''))('rxgate/package.json') as {
    readonly version: string;
  };
  return text;
}

void runCli(process.argv.slice(2), commands, createTerminal(process), version()).then((code) => {
  process.exitCode = code;
});
