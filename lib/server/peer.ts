import type { Session } from '../connection/session.js';
import type { Contract, Untyped } from '../contract/contract.js';
import type { Identity } from './identity.js';

/** One connected client, with the face of a {@link Session}: `request` asks the client, `close` and `terminate` end this peer alone. */
export interface Peer<C extends Contract = Untyped> extends Session<C> {
  /** The other end of the connection, as `host:port`. */
  readonly address: string;
  /** The headers of the upgrade, names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Who it is, once it authenticated: at the upgrade, or by `login`. A refresh replaces it. */
  readonly identity: Identity | undefined;
}
