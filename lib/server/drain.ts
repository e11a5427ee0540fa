import type { Observable } from 'rxjs';
import { checkThat } from '../options/check.js';
import type { Peer } from './peer.js';

/** How far a drain is. `peers + closed + forced` is the number of peers that were connected when it began. */
export interface DrainProgress {
  /** Peers that are still connected. */
  readonly peers: number;
  /** Peers that are gone: closed by the drain, or by themselves. */
  readonly closed: number;
  /** Peers that were dropped at the deadline. */
  readonly forced: number;
  /** Requests of peers that are still being answered. */
  readonly running: number;
}

/** Under which a drain keeps what `serve` needs of it; a registered symbol, so that two copies of the library understand each other. */
export const drainHandle: unique symbol = Symbol.for('rxgate.drain') as never;

/** A server that is to be drained. */
export interface DrainedServer {
  peers(): readonly Peer[];
  /** Its last peer is gone. */
  finish(): void;
}

/** The gentle end of a server, made by `createDrain` and given to `serve`. */
export interface Drain {
  /** Whether it was begun. There is no way back. */
  readonly draining: boolean;
  /**
   * Begins, at the call; a further call changes nothing. Returns the progress: the latest at once, then what changes, and it completes when
   * the last peer is gone. It never errors. Unsubscribing ends the watching and not the drain.
   */
  begin(): Observable<DrainProgress>;
  /** For `serve`. */
  readonly [drainHandle]: {
    /** Puts a server under the drain; returns what takes it out. */
    add(server: DrainedServer): () => void;
  };
}

/** Returns `value` if it is a drain; else throws an error that names the option. */
export const checkDrain = (owner: string, name: string, value: Drain): Drain =>
  checkThat(owner, name, value, 'as createDrain() makes it', !!(value as Partial<Drain> | null)?.[drainHandle]);
