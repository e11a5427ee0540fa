import type { AnySession } from '../connection/session.js';

/** What a handler is told beside its data. */
export interface HandlerContext<S extends AnySession = AnySession> {
  /** Who asks. */
  readonly peer: S;
  /** The name of the command. */
  readonly command: string;
  /** The same for every sending of an idempotent request: a handler that keeps it can answer a repetition without doing it twice. */
  readonly key?: string | undefined;
}
