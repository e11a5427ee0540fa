import { readFileSync } from 'node:fs';

/** What other servers and clients are written by. */
export const protocolDocument = readFileSync(new URL('../../docs/PROTOCOL.md', import.meta.url), 'utf8');

/** Frames of the document with what it calls them: each line of a json block under a comment with the kind. */
export const documentedFrames: readonly { readonly kind: string; readonly frame: string }[] = [
  ...protocolDocument.matchAll(/<!-- (\w+) -->\n```json\n([^`]+)```/g),
].flatMap(([, kind = '', block = '']) =>
  block
    .trim()
    .split('\n')
    .map((frame) => ({ kind, frame })),
);
