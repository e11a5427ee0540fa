import { checkName, checkObject } from '../options/check.js';
import { type PeerLink, peerLink } from './peerLink.js';
import { servedNotice } from './servedContract.js';
import { type SharedMessage, shareMessage } from './sharedMessage.js';
import { peersIn, type Targets } from './targets.js';

/** Options of {@link broadcast}. */
export interface BroadcastOptions {
  /** Who gets no copy, though meant: often the peer that the message came from. */
  readonly except?: Targets | undefined;
}

/** What became of a broadcast. */
export interface BroadcastResult {
  /** How many peers it was given to. */
  readonly sent: number;
  /** How many were meant, and are closing, gone, or not let in yet. */
  readonly skipped: number;
}

/**
 * Sends a notification to many peers at once: clients hear it with `notifications(command)`.
 *
 * It is sent when it is called, once to each peer, however many of the targets that peer is in. It is encoded once for all peers
 * of a protocol that allows it, as `commandNotify()` does. A peer that is not open is skipped. What a peer is too slow for is up
 * to `slowConsumers`. Nothing is kept for those who connect later.
 *
 * @example
 * broadcast(rooms.toRoom('lobby'), 'NOTIFY_SAID', { text }, { except: peer });
 * broadcast([users.toUser('ann'), rooms.toRoom('staff')], 'NOTIFY_ALARM');
 *
 * Where the peers have a contract that has a topic of this name, the data is checked and encoded as of that topic.
 *
 * @throws ValidationError if the contract does not allow the data. MalformedMessageError if the data cannot be encoded: with one protocol, before anything was sent. TypeError for a
 * command that is no name, and for options that are no object.
 */
export function broadcast(targets: Targets, command: string, data?: unknown, options: BroadcastOptions = {}): BroadcastResult {
  checkName('broadcast', 'command', command);
  const { except } = checkObject('broadcast', 'options', options);
  const left = except && new Set(peersIn(except));
  // One for all peers of a contract; most often there is one contract, or none.
  let contract: PeerLink['contract'] | null = null;
  let send: SharedMessage | undefined;
  let sent = 0;
  let skipped = 0;
  for (const peer of peersIn(targets)) {
    if (left?.has(peer)) continue;
    const link = peerLink(peer);
    if (link.open && !link.gated) {
      if (contract !== link.contract) {
        contract = link.contract;
        send = shareMessage({ kind: 'notification', topic: command, data: servedNotice(link, command, data) });
      }
      send?.(link);
      sent++;
    } else skipped++;
  }
  return { sent, skipped };
}
