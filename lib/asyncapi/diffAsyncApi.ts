import { commandChanges } from './diff/commandChanges.js';
import type { DocumentChange } from './diff/documentChange.js';
import { nearestPointer } from './diff/nearestPointer.js';
import { createPayloads } from './diff/createPayloads.js';
import { topicChanges } from './diff/topicChanges.js';
import { type ReadOptions, readAsyncApi } from './readAsyncApi.js';

/** How documents are compared. */
export interface DiffOptions extends ReadOptions {
  /**
   * Takes objects at their word: one that forbids no further properties may have any. Default `false`: clients send what their schema names, and
   * gateways too; a new property that need not be there breaks nobody.
   */
  readonly strict?: boolean | undefined;
}

/**
 * What is different in a new document, for the clients of the old one. Breaking is what a client may have sent and the gateway takes no more, and what the
 * gateway may send and the client did not know; in that order of commands and topics, breaking or not.
 *
 * It errs on one side: where it cannot see that a schema allows no more or no less than before, that is breaking.
 *
 * @throws AsyncApiError with the JSON pointer of what cannot be read, as `readAsyncApi` does.
 *
 * @example
 * const breaking = diffAsyncApi(before, after).filter(({ breaking }) => breaking);
 */
export function diffAsyncApi(
  old: unknown,
  changed: unknown,
  { strict, ...options }: DiffOptions = {},
): readonly DocumentChange[] {
  const documents = { old, new: changed };
  const models = { old: readAsyncApi(old, options), new: readAsyncApi(changed, options) };
  const payloads = createPayloads(models, strict ?? false);
  const spoken: readonly DocumentChange[] =
    models.old.protocol === models.new.protocol
      ? []
      : [
          {
            breaking: true,
            subject: 'gateway',
            direction: 'both',
            document: 'new',
            pointer: '#/x-rxgate-protocol',
            reason: `speaks ${models.new.protocol}, and ${models.old.protocol} before`,
          },
        ];
  return [...spoken, ...commandChanges(models, payloads), ...topicChanges(models, payloads)].map((change) => ({
    ...change,
    pointer: nearestPointer(documents[change.document], change.pointer),
  }));
}
