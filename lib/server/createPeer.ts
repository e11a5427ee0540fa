import type { SessionEnd } from '../connection/session.js';
import { MalformedMessageError } from '../errors/gatewayErrors.js';
import { createSession } from '../connection/createSession.js';
import type { OwnedSession, SessionSetup } from '../connection/ownedSession.js';
import { sessionFace } from '../connection/sessionFace.js';
import type { MessageHandlers } from '../connection/sessionLink.js';
import { objectsOn } from '../options/objectsOn.js';
import { backlogOf } from './backlog.js';
import { cutName } from './cutName.js';
import { drainedOf } from './drained.js';
import type { Peer } from './peer.js';
import { type PeerLink, peerLink } from './peerLink.js';
import type { ServedContract } from './servedContract.js';
import { isServerCounters } from './serverCounters.js';

/** A peer with the handles of whoever owns its socket. */
export interface OwnedPeer extends OwnedSession {
  readonly session: Peer;
}

/** What all peers show beside what is theirs alone. */
const peerFace = {
  __proto__: sessionFace,
  get identity() {
    return peerLink(this as unknown as Peer).identity;
  },
  get buffered() {
    return backlogOf(peerLink(this as unknown as Peer));
  },
  get drained() {
    return drainedOf(peerLink(this as unknown as Peer));
  },
};

const createFace = /* @__PURE__ */ objectsOn<Peer>(peerFace);

const meaningless = new MalformedMessageError('in', 'Frames of this type have no meaning here');

/** A peer is told what it sent in vain; and where no stage serves topics, nobody should wait for a confirmation. */
const peerHandlers: MessageHandlers = {
  malformed: (message, link) => {
    link.tell(message);
  },
  other: (_message, link) => {
    // The application may know what it means.
    if (link.messages?.observed) return;
    link.drop('unhandled');
    link.tell({ kind: 'malformed', error: meaningless });
  },
  subscribe: (message, link) => {
    if (message.kind !== 'subscribe') return;
    const { id, topic } = message;
    link.tell({ kind: 'refusal', id, code: 'UNKNOWN_TOPIC', message: `there is no topic "${cutName(topic)}"` });
  },
};

/** The setup of a peer: that of a session, whose owner is told which of its peers has ended. */
export interface PeerSetup extends Omit<SessionSetup, 'onEnd'> {
  onEnd(end: SessionEnd, owned: OwnedPeer): void;
  /** Names its server. */
  readonly epoch?: string | undefined;
  readonly contract?: ServedContract | undefined;
}

/** Builds a peer on a socket that is open: a session of the server's side. */
export function createPeer(
  setup: PeerSetup,
  { identity, address, headers }: Pick<Peer, 'address' | 'headers'> & Partial<Pick<Peer, 'identity'>>,
): OwnedPeer {
  const { counters, epoch, contract } = setup;
  const link: OwnedSession & PeerLink = createSession(setup, createFace);
  link.identity = identity;
  link.epoch = epoch;
  link.handlers = peerHandlers;
  // Not for all of them: see `heartbeat` in createSession.
  if (contract) link.contract = contract;
  // The same for all peers: a function each would be memory each.
  if (isServerCounters(counters)) link.handled = counters.handled;
  Object.assign(link.session, { address, headers });
  return link as OwnedPeer;
}
