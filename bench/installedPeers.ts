import { existsSync, readFileSync } from 'node:fs';

const versionOf = (folder: string): string | undefined => {
  const file = new URL(`${folder}/node_modules/ws/package.json`, import.meta.url);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : undefined;
};

/** Ends the program with what to do, unless the peers are installed, and with the same `ws` as rxgate's. */
export function installedPeers(): void {
  const theirs = versionOf('.');
  const own = versionOf('..');
  if (theirs === own) return;
  const what =
    theirs === undefined
      ? 'The libraries to compare with are not installed. `npm ci --prefix bench` brings them'
      : `rxgate's ws is ${own}, the other clients' is ${theirs}: give bench/package.json the same and install it again`;
  console.error(`${what}. Without them: \`npm run bench -- --only ours\`.`);
  process.exit(2);
}
