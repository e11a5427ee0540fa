import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Opened, SessionEnd } from '../connection/session.js';
import { ConnectionLostError } from '../errors/gatewayErrors.js';
import { createReporter } from '../events/reporter.js';
import { lastOf } from '../options/lastOf.js';
import type { ServeSettings } from './checkServe.js';
import { createEpoch } from './createEpoch.js';
import { createPeer, type OwnedPeer } from './createPeer.js';
import { createTurns } from './createTurns.js';
import { tellControlFrame } from './hearControlFrames.js';
import type { Identity } from './identity.js';
import type { Peer } from './peer.js';
import { peerLink } from './peerLink.js';
import { type PeerSocket, peerSocket, type PeerSocketHandlers } from './peerSocket.js';
import { receiveFrame } from './receiveFrame.js';
import { pathOf } from './upgrade.js';

/** A connection that was just upgraded. */
export interface Accepted {
  readonly webSocket: WebSocket;
  readonly request: IncomingMessage;
  readonly stream: Socket;
  readonly address: string;
  readonly identity: Identity | undefined;
}

/** The peers of one server. */
export interface Peers {
  readonly size: number;
  list(): readonly Peer[];
  accept(accepted: Accepted): void;
  /** Closes them all with 1001. */
  leave(): void;
}

/** Makes peers of connections, and gives them to `emit`. */
export function createPeers(settings: ServeSettings, emit: (peer: Peer) => void): Peers {
  const { counters } = settings;
  const report = createReporter(settings.events);
  const all = new Map<OwnedPeer, PeerSocket<OwnedPeer>>();
  const shared = { ...settings, turns: createTurns() };
  const epoch = createEpoch(settings.random);
  let lastId = 0;

  const handlers: PeerSocketHandlers<OwnedPeer> = {
    frame: (owned, frame) => {
      receiveFrame(owned, frame);
    },
    alive: (owned, pong) => {
      owned.heard(pong);
      tellControlFrame(peerLink(owned.session));
    },
    closed: (owned, code, reason, cause) => {
      const wasClean = code !== 1006;
      const by = owned.closing ? 'us' : 'them';
      const error = by === 'us' || wasClean ? undefined : new ConnectionLostError(code, reason, wasClean, { cause });
      owned.end({ code, reason, wasClean, by, ...(error && { error }) });
    },
    overflowed: (owned) => {
      const end = { code: 4408, reason: 'maxBuffered', wasClean: false } as const;
      report({ type: 'rejected', session: owned.id, code: end.code, reason: end.reason });
      owned.drop('maxBuffered');
      owned.end({ ...end, by: 'us', error: new ConnectionLostError(end.code, end.reason, end.wasClean) });
    },
  };
  const onEnd = (_end: SessionEnd, owned: OwnedPeer): void => {
    all.delete(owned);
    report({ type: 'released', session: owned.id });
  };
  // Most peers come by the same path and speak the same.
  const openedBy = lastOf((subprotocol: string) => lastOf((url: string): Opened => ({ url, subprotocol })));

  return {
    get size() {
      return all.size;
    },
    list: () => [...all.keys()].map(({ session }) => session),
    accept({ webSocket, request, stream, address, identity }) {
      // First, since it may throw: a socket that is listened to needs an owner.
      const codec = settings.codec();
      const id = ++lastId;
      const socket = peerSocket(webSocket, stream, shared, handlers);
      const opened = openedBy(webSocket.protocol)(pathOf(request));
      const owned = createPeer(
        { ...settings, ...{ id, opened, socket, codec, onEnd, epoch } },
        { address, headers: request.headers, identity },
      );
      socket.owner = owned;
      all.set(owned, socket);
      counters.sessions++;
      report({ type: 'opened', session: id, ...opened });
      // In the turn of the upgrade: frames are read in a later one, when every stage knows the peer.
      emit(owned.session);
      if (!owned.gated) owned.ready();
    },
    leave() {
      for (const [owned, socket] of all) {
        // First, while a farewell can be sent.
        owned.end({ code: 1001, reason: '', wasClean: true, by: 'us' });
        socket.abandon(1001);
      }
    },
  };
}
