import type { ReplaySubject, Subject } from 'rxjs';
import { ConnectionLostError, GatewayClosedError } from '../errors/gatewayErrors.js';
import { reportTo } from '../events/reporter.js';
import { objectsOn } from '../options/objectsOn.js';
import type { Message, MessageId } from '../protocols/message.js';
import type { HeartbeatDefaults } from '../protocols/protocol.js';
import { decodeFrame, encodeMessage, framesOf, nameOf } from './codecFrames.js';
import { type Deadlines, sweep, watch } from './deadlines.js';
import { dispatch } from './dispatch.js';
import { notConnected } from './notConnected.js';
import { now } from './now.js';
import type { OwnedSession, SessionSetup } from './ownedSession.js';
import type { Session, SessionEnd } from './session.js';
import { sessionFace } from './sessionFace.js';
import { sessionLinkSymbol } from './sessionLink.js';
import { expire, failAll, type Waiting } from './waiting.js';
import { createWireTopics, type WireTopics } from './wireTopics.js';

/** The link, with what no other part needs to know of. */
interface Link extends OwnedSession, Deadlines {
  readonly onEnd: SessionSetup['onEnd'];
  heartbeat?: HeartbeatDefaults | undefined;
  readonly messages: Subject<Message> | undefined;
  readonly over: ReplaySubject<SessionEnd> | undefined;
  ended: SessionEnd | undefined;
  waiting: Map<MessageId, Waiting> | undefined;
  phase: number;
  lastId: number;
  /** The topics, once somebody asked for them. */
  wire?: WireTopics;
}

// The phases of a session, after the one in which it is open and not usable yet.
const usable = 1;
const closing = 2;
const ended = 3;

const observe = (link: Link, type: 'sent' | 'received', message: Message): void => {
  if (link.events?.observed) link.report({ type, session: link.id, kind: message.kind, name: nameOf(message) });
};

/** Takes leave in the protocol's words, while they can be sent. */
const farewell = (link: Link): void => {
  try {
    if (link.open) for (const frame of link.codec.farewell?.() ?? []) link.socket.write(frame);
  } catch (cause) {
    link.report({ type: 'hookFailed', hook: 'farewell', cause });
  }
};

/** What all links do. Shared: a server holds thousands of sessions, and closures would be most of an idle one. */
const methods: Partial<Link> & ThisType<Link> = {
  get open() {
    return this.phase < closing && this.socket.open;
  },
  get closing() {
    return this.phase === closing;
  },
  get pending() {
    return (this.waiting ??= new Map());
  },
  get topics() {
    return (this.wire ??= createWireTopics(this));
  },
  nextId() {
    return ++this.lastId;
  },
  watch(deadline) {
    watch(this, deadline);
  },
  sweep() {
    const next = sweep(this.waiting?.values() ?? [], (request) => {
      expire(request, this);
    });
    return Math.min(next, this.wire?.expire() ?? Infinity);
  },
  report(event) {
    reportTo(this.events, event);
  },
  drop(reason) {
    this.counters.drops[reason]++;
    this.report({ type: 'dropped', session: this.id, reason });
  },
  ready() {
    if (this.phase >= usable) return;
    this.phase = usable;
    this.gated = false;
    const since = (this.counters.since = now());
    this.report({ type: 'ready', session: this.id, since });
  },
  transmit(message) {
    if (!this.open) throw this.closing ? new GatewayClosedError() : notConnected();
    const encoded = encodeMessage(this.codec, message);
    this.write(message, framesOf(encoded));
    if ('answers' in encoded) for (const answer of encoded.answers) this.dispatch(answer);
  },
  write(message, frames, at) {
    this.put(frames, at);
    this.counters.messagesOut++;
    observe(this, 'sent', message);
  },
  put(frames, at = now()) {
    for (const frame of frames) {
      this.counters.bytesOut += frame.length;
      this.socket.write(frame, this.codec.join);
    }
    // The other side does not hear of a message that has no frame.
    if (frames.length > 0) this.lastSent = at;
  },
  tell(message) {
    try {
      if (this.open) this.transmit(message);
    } catch (cause) {
      this.report({ type: 'hookFailed', hook: 'encode', cause });
    }
  },
  heard(pong) {
    this.lastReceived = now();
    if (pong) this.pong?.(this, undefined, true);
  },
  receive(frame, more) {
    if (this.phase >= closing) return;
    this.counters.bytesIn += frame.length;
    // To look at the clock for each is half of what a notification costs beside its JSON.
    if (!more) this.heard();
    const decoded = decodeFrame(this.codec, frame);
    if ('kind' in decoded) {
      this.counters.messagesIn++;
      this.dispatch(decoded);
    } else {
      this.counters.messagesIn += decoded.length || 1;
      const { open } = this;
      // Who is given up on the way, as for what it does not read, has nothing more done for it.
      for (const message of decoded) if (this.open === open) this.dispatch(message);
    }
    const { owed } = this.codec;
    if (owed?.length && this.open) for (const each of owed.splice(0)) this.write({ kind: 'other', body: undefined }, [each]);
  },
  dispatch(message) {
    if (this.phase >= closing) return;
    observe(this, 'received', message);
    this.deliver(message);
  },
  deliver(message) {
    if (this.phase >= closing) return;
    dispatch(this, message);
    if (this.messages?.observed) this.messages.next(message);
  },
  terminate(error) {
    if (this.phase >= ended) return;
    const end = { code: 1006, reason: '', wasClean: false, by: 'us' } as const;
    this.socket.terminate();
    // The application had asked for this end already: it is no failure.
    if (this.closing) this.end(end);
    // What a request lost is its connection; why, is the cause.
    else this.end({ ...end, error }, new ConnectionLostError(1006, error.kind ?? error.name, false, { cause: error }));
  },
  close(code, reason) {
    if (this.phase >= closing) return;
    this.report({ type: 'closing' });
    farewell(this);
    this.phase = closing;
    failAll(this, new GatewayClosedError(), false);
    this.socket.close(code, reason);
  },
  end(end, error) {
    if (this.phase >= ended) return;
    const { by, code, reason, wasClean } = end;
    farewell(this);
    this.phase = ended;
    // Who hears of the end may still ask for something: no timer is to be left behind.
    watch(this, -Infinity);
    this.counters.since = undefined;
    this.report({ type: 'ended', session: this.id, end });
    this.wire?.lose();
    const lost = end.error ?? (by === 'us' ? new GatewayClosedError() : new ConnectionLostError(code, reason, wasClean));
    // After a close there is none left that could be taken back.
    failAll(this, error ?? lost, true);
    this.ended = end;
    this.messages?.complete();
    this.over?.next(end);
    this.over?.complete();
    for (const run of this.endings ?? [])
      try {
        run(this.session);
      } catch (cause) {
        // The others, and the owner, are to hear of it all the same.
        this.report({ type: 'hookFailed', hook: 'end', cause });
      }
    this.onEnd(end, this);
  },
};

const createLink = /* @__PURE__ */ objectsOn<Link>(methods);
const createFace = /* @__PURE__ */ objectsOn<Session>(sessionFace);

/**
 * Builds a session on a socket that is open: dispatch, pending requests, topics, and its end. Both sides use it. `faceOf` makes what the
 * application sees of it, of `id` and `opened`, on `sessionFace` or on what has it as its prototype.
 */
export function createSession(setup: SessionSetup, faceOf: (fields: object) => Session = createFace): OwnedSession {
  const { id, opened, protocol, codec, socket, heartbeat, counters, events, confirmTimeout, maxHeld, clock, onEnd } = setup;
  const session = faceOf({ id, opened });
  const time = now();
  // All fields at once, whatever their value: all links then have one shape. First those that each message out needs: V8 keeps the first ten in the
  // object, side by side, and the others elsewhere.
  const link = createLink({
    phase: 0,
    gated: false,
    socket,
    protocol,
    counters,
    lastSent: time,
    codec,
    events,
    session,
    lastReceived: time,
    id,
    confirmTimeout,
    maxHeld,
    clock,
    onEnd,
    due: Infinity,
    lastId: 0,
    unanswered: 0,
    handlers: {},
    messages: undefined,
    over: undefined,
    ended: undefined,
    endings: undefined,
    waiting: undefined,
    pong: undefined,
  });
  // Not among them: with one more, V8 makes a dictionary of each link, and few greetings agree on a heartbeat.
  if (heartbeat) link.heartbeat = heartbeat;
  // By one way for all of them, so that they share their shape as well.
  Object.defineProperty(session, sessionLinkSymbol, { value: link });
  return link;
}
