import type { MessageId } from './message.js';

/** A batch whose requests are not all answered. */
interface Batch {
  left: number;
  readonly answers: string[];
}

/** The batches that the other side sent: what answers one is one frame, a list, once all of it is there. */
export interface JsonRpcBatches {
  /** A batch with requests of these ids came in, of which `answers` are there already. Gives the frame if these are all. */
  open(ids: readonly MessageId[], answers: string[]): string | undefined;
  /** The frame for an answer: of it alone, of its batch, or none as yet. */
  answer(id: MessageId, text: string): string | undefined;
}

const frameOf = ({ left, answers }: Batch): string | undefined =>
  left > 0 || answers.length === 0 ? undefined : `[${answers.join()}]`;

/** The batches of one session. */
export function createJsonRpcBatches(): JsonRpcBatches {
  const byId = new Map<MessageId, Batch>();
  return {
    open(ids, answers) {
      // An id that is asked with twice is answered once.
      const once = new Set(ids);
      const batch: Batch = { left: once.size, answers };
      for (const id of once) byId.set(id, batch);
      return frameOf(batch);
    },
    answer(id, text) {
      const batch = byId.get(id);
      if (!batch) return text;
      byId.delete(id);
      batch.left--;
      batch.answers.push(text);
      return frameOf(batch);
    },
  };
}
