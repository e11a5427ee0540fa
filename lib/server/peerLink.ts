import type { Subscription } from 'rxjs';
import type { AnySession } from '../connection/session.js';
import { type SessionLink, sessionLink } from '../connection/sessionLink.js';
import type { MessageId } from '../protocols/message.js';
import type { CommandOutcome } from './commandOutcome.js';
import type { CommandEntries } from './commandTable.js';
import type { DrainWatch } from './drained.js';
import type { IntakeLine } from './filterIntake.js';
import type { ControlFrameFilter } from './hearControlFrames.js';
import type { InboundFrame } from './heldMessages.js';
import type { Identity } from './identity.js';
import type { Outlet } from './outlet.js';
import type { ServedContract } from './servedContract.js';
import type { CatchUp } from './whenCaughtUp.js';

/** The link of a peer: what the stages of a server share about it, each in a field of its own. */
export interface PeerLink extends SessionLink {
  /** What its server promised it. */
  contract?: ServedContract | undefined;
  identity?: Identity | undefined;
  /** Names its server: the number of a peer is not its own alone. Missing for a peer that no server emitted. */
  epoch?: string | undefined;
  /** What its stages answer. Replaced, never changed: peers share it. */
  commands?: CommandEntries | undefined;
  /** The requests under way, once there was one. */
  running?: Map<MessageId, Subscription>;
  /** How many refuse it new requests, since it is to leave soon: see `refuseRequests`. */
  leaving?: number;
  /** Called whenever the last of them is done. */
  whenIdle?: (() => void) | undefined;
  /** What `slowConsumers` put between its messages and its socket. */
  outlet?: Outlet | undefined;
  /** The first of these, for good: its `write` may be in the chain of a stage that came later. */
  firstOutlet?: Outlet;
  /** Who waits until it is behind no more; see `whenCaughtUp`. */
  catchUp?: CatchUp;
  /** Who watches its `drained`, once somebody did. */
  drainWatch?: DrainWatch;
  /** Told of each command that is done: how it went, and `duration` ms (of `clock`) from its message to its first reply or its end. */
  handled?: ((command: string, outcome: CommandOutcome, duration: number) => void) | undefined;
  /** Told of each ping and pong of the WebSocket protocol that comes in: see `hearControlFrames`. */
  controlFrames?: readonly ControlFrameFilter[] | undefined;
  /** How many commands are at work, those without an answer included, in all stages together. */
  working?: number;
  /** The largest `maxRunning` that a stage was given. */
  maxRunning?: number;
  /** The frame whose messages are on their way through the stages. */
  inbound?: InboundFrame | undefined;
  /** Laid by the first filter: see `filterIntake`. */
  intakeLine?: IntakeLine | undefined;
}

/** The link of a peer; a TypeError for what is no peer of this library. */
export const peerLink = (peer: AnySession): PeerLink => sessionLink(peer);
