import * as t from 'io-ts';

/** A text that a person typed: something to read in it, and not a book. */
const Text = t.refinement(t.string, (text) => text.trim() !== '' && text.length <= 500, 'Text');

/** What a client says. */
export const Say = t.strict({ text: Text }, 'Say');
/** What a client tells one user. */
export const Tell = t.strict({ to: t.string, text: Text }, 'Tell');
export const Typing = t.strict({ typing: t.boolean }, 'Typing');

/** What everybody hears under `chat.message`. */
export interface ChatMessage {
  readonly id: number;
  readonly from: string;
  readonly text: string;
  /** In ms since 1970. */
  readonly at: number;
}

/** What the tabs of two users hear under `chat.told`: those of who said it, and of whom it is for. */
export interface ToldMessage {
  readonly from: string;
  readonly to: string;
  readonly text: string;
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
