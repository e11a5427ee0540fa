import * as t from 'io-ts';

/** A text that a person typed: something to read in it, and not a book. */
const Text = t.refinement(t.string, (text) => text.trim() !== '' && text.length <= 500, 'Text');

/** What a client says. */
export const Say = t.strict({ text: Text }, 'Say');
export const Typing = t.strict({ typing: t.boolean }, 'Typing');

/** What everybody hears under `chat.message`. */
export interface ChatMessage {
  readonly id: number;
  readonly from: string;
  readonly text: string;
  /** In ms since 1970. */
  readonly at: number;
}

/** What a tab hears first, under `welcome`. */
export interface Welcome {
  readonly you: string;
  readonly users: readonly string[];
  readonly recent: readonly ChatMessage[];
}

/** Under `typing`: somebody began to write, or stopped. */
export interface TypingNotice {
  readonly user: string;
  readonly typing: boolean;
}

/** The answer to `chat.stats`. */
export interface Stats {
  readonly totalUsers: number;
  readonly totalConnections: number;
  readonly messages: number;
}
