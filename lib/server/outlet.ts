import type { SessionLink } from '../connection/sessionLink.js';
import type { Message } from '../protocols/message.js';
import type { Frame } from '../protocols/protocol.js';
import { createOutboundLine, isDroppable, nameOf, type OutboundLine, type SlowPolicy } from './outboundLine.js';
import type { Peer } from './peer.js';
import { type PeerLink, peerLink } from './peerLink.js';
import { sendAway } from './sendAway.js';

/** What decides when a peer is slow, and what comes of it. */
export interface OutletSettings {
  readonly highWater: number;
  readonly lowWater: number;
  readonly maxMessages: number;
  readonly policy: SlowPolicy;
  readonly key: (message: Message) => unknown;
  /** A peer falls behind. */
  readonly slow: (outlet: Outlet) => void;
  /** A producer waits until there is room. */
  readonly awaited: (outlet: Outlet) => void;
}

/** What a peer has missed, from the moment that its socket was too full to the one where it has caught up. */
interface Episode {
  readonly line: OutboundLine;
  /** The topics that lost something; a gap is reported for so many at most. */
  readonly gaps: Set<string>;
  lost: boolean;
}

/**
 * What stands between a peer's messages and its socket. Plain fields and functions that all peers share: a server has thousands
 * of these, and most are never behind.
 */
export interface Outlet {
  readonly peer: Peer;
  readonly link: PeerLink;
  readonly settings: OutletSettings;
  readonly below: SessionLink['write'];
  write: SessionLink['write'];
  /** Messages since the socket was seen empty: no fewer than it holds. */
  written: number;
  /**
   * Bytes that may still be written before the socket can be too full. Until then nobody looks: what a look touches is rarely in
   * the cache.
   */
  room: number;
  /** Undefined while the peer keeps up. */
  episode: Episode | undefined;
  released: boolean;
}

const maxGaps = 1_000;

/** The kinds that belong to the order of topics. Others may overtake what waits. */
const keepsPlace = (message: Message): boolean =>
  isDroppable(message) || message.kind === 'confirmation' || message.kind === 'refusal' || message.kind === 'ended';

const pass = (outlet: Outlet, message: Message, frames: readonly Frame[], at?: number): void => {
  outlet.written++;
  // A character of a string takes up to three bytes.
  for (const frame of frames) outlet.room -= typeof frame === 'string' ? 3 * frame.length : frame.length;
  outlet.below.call(outlet.link, message, frames, at);
};

const isFull = (outlet: Outlet): boolean => {
  const { link, settings } = outlet;
  if (outlet.room >= 0 && outlet.written < settings.maxMessages) return false;
  const held = link.socket.bufferedAmount;
  outlet.room = settings.highWater - held;
  if (held === 0) outlet.written = 0;
  return outlet.room < 0 || outlet.written >= settings.maxMessages;
};

function beginEpisode(outlet: Outlet): Episode {
  const { link, settings } = outlet;
  const lose = (message: Message): void => {
    link.counters.drops.slowConsumer++;
    if (message.kind === 'notification' && episode.gaps.size < maxGaps) episode.gaps.add(message.topic);
    if (!episode.lost) link.report({ type: 'dropped', session: link.id, reason: 'slowConsumer' });
    episode.lost = true;
  };
  let failed = false;
  // The application's; what it throws would end the sender's loop over its peers.
  const key = (message: Message): unknown => {
    try {
      return settings.key(message);
    } catch (cause) {
      if (!failed) link.report({ type: 'hookFailed', hook: 'key', cause });
      failed = true;
      return nameOf(message);
    }
  };
  const line = createOutboundLine({ ...settings, maxBytes: settings.highWater, key, lose });
  const episode: Episode = { line, gaps: new Set(), lost: false };
  outlet.episode = episode;
  settings.slow(outlet);
  return episode;
}

/** Closes a peer that is too far behind, or has been for too long. */
export function giveUp(outlet: Outlet): void {
  outlet.episode = undefined;
  sendAway(outlet.link, 4408, 'slowConsumer');
}

function writeTo(outlet: Outlet, message: Message, frames: readonly Frame[], at?: number): void {
  if (outlet.released || (!outlet.episode && !isFull(outlet))) {
    pass(outlet, message, frames, at);
    return;
  }
  const { line } = outlet.episode ?? beginEpisode(outlet);
  if (!keepsPlace(message)) pass(outlet, message, frames);
  else if (!line.push(message, frames)) giveUp(outlet);
}

/** Sends what there is room for. Whether the peer has caught up, or is gone. */
export function advance(outlet: Outlet): boolean {
  const { peer, link, settings, episode } = outlet;
  if (!episode || !peer.open) return true;
  if (peer.bufferedAmount > settings.lowWater) return false;
  outlet.written = 0;
  outlet.room = settings.highWater - peer.bufferedAmount;
  episode.line.flush((message, frames) => {
    pass(outlet, message, frames);
    return peer.open && !isFull(outlet);
  });
  if (episode.line.size > 0 || peer.bufferedAmount > settings.lowWater) return false;
  outlet.episode = undefined;
  for (const topic of episode.gaps) link.report({ type: 'gap', session: link.id, topic });
  return true;
}

/** Sends what waits, and stands there no longer. */
export function releaseOutlet(outlet: Outlet): void {
  const { peer, link, episode } = outlet;
  outlet.released = true;
  if (link.outlet === outlet) link.outlet = undefined;
  outlet.episode = undefined;
  // A stage that came later may have this one in its chain.
  if (link.write === outlet.write) link.write = outlet.below;
  if (peer.open)
    episode?.line.flush((message, frames) => {
      pass(outlet, message, frames);
      return true;
    });
}

/** The `write` of all peers with one outlet: a function for each would be two more things to fetch from memory for each message. */
function writeToFirst(this: PeerLink, message: Message, frames: readonly Frame[], at?: number): void {
  if (this.firstOutlet) writeTo(this.firstOutlet, message, frames, at);
}

/** Puts an outlet in place of `link.write`. */
export function createOutlet(peer: Peer, settings: OutletSettings): Outlet {
  const link = peerLink(peer);
  const another = link.firstOutlet !== undefined;
  const outlet: Outlet = {
    // No spread: V8 gives each object that begins with one a shape of its own, which is slow and takes a kilobyte.
    peer,
    link,
    settings,
    below: link.write,
    write: another
      ? (message, frames, at) => {
          writeTo(outlet, message, frames, at);
        }
      : writeToFirst,
    written: 0,
    room: settings.highWater,
    episode: undefined,
    released: false,
  };
  link.write = outlet.write;
  link.outlet = outlet;
  if (!another) link.firstOutlet = outlet;
  return outlet;
}
