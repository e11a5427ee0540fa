import { asyncScheduler, ReplaySubject, Subject } from 'rxjs';
import { ConnectionLostError, GatewayClosedError, type GatewayError } from '../errors/gatewayErrors.js';
import type { Counters } from '../events/counters.js';
import type { EventObserver } from '../events/gatewayEvent.js';
import { createReporter } from '../events/reporter.js';
import { checkCloseCode } from '../options/check.js';
import type { Message } from '../protocols/message.js';
import type { Codec, Frame, Protocol } from '../protocols/protocol.js';
import { decodeFrame, encodeMessage, nameOf } from './codecFrames.js';
import { createDeadlines } from './deadlines.js';
import { dispatch } from './dispatch.js';
import { notConnected } from './notConnected.js';
import { createPendingRequests } from './pendingRequests.js';
import { requestOn } from './requestOn.js';
import type { Opened, RequestOptions, Session, SessionEnd, TopicParams } from './session.js';
import { type SessionLink, sessionLinkSymbol } from './sessionLink.js';
import { topicOn } from './topicOn.js';
import { createWireTopics } from './wireTopics.js';

/** What a session needs of its socket. */
export interface SessionSocket {
  readonly open: boolean;
  readonly bufferedAmount: number;
  write(frame: Frame): void;
  /** Begins the close handshake; the socket's owner ends the session when it is over. */
  close(code: number, reason: string): void;
  terminate(): void;
  /** Closes with 1000 and tells nothing more. */
  release(): void;
  readonly ping: (() => void) | undefined;
}

/** What `createSession` needs. */
export interface SessionSetup {
  readonly id: number;
  readonly opened: Opened;
  readonly protocol: Protocol;
  readonly codec: Codec;
  readonly socket: SessionSocket;
  readonly counters: Counters;
  readonly events?: EventObserver | undefined;
  readonly confirmTimeout: number;
  readonly maxHeld: number;
  readonly clock: () => number;
  /** The session is over, and its own consumers know. */
  onEnd(end: SessionEnd): void;
}

/** A session with the handles of whoever owns its socket. */
export interface OwnedSession {
  readonly session: Session;
  readonly link: SessionLink;
  /** Takes a frame off the wire. */
  receive(frame: Frame): void;
  /** Takes messages that are decoded already. */
  dispatch(message: Message): void;
  /** The socket is gone. Only the first end counts. */
  end(end: SessionEnd): void;
  /** The application asked for the end: the close handshake is under way. */
  readonly closing: boolean;
  /** Something came in that is no frame of ours: a ping or pong of the WebSocket protocol. */
  alive(pong: boolean): void;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const now = (): number => asyncScheduler.now();

/** The face that users see; everything else is behind its link. */
const createFace = (
  setup: SessionSetup,
  link: SessionLink,
  own: Pick<Session, 'open' | 'closed' | 'messages' | 'close'>,
): Session => {
  const { id, opened, socket } = setup;
  const face = {
    id,
    opened,
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    send: (command: string, data?: unknown) => {
      link.transmit({ kind: 'send', command, data });
    },
    request: <T>(command: string, data?: unknown, options?: RequestOptions) => requestOn<T>(link, command, data, options),
    topic: <T>(name: string, params?: TopicParams) => topicOn<T>(link, name, params),
    terminate: (error: GatewayError) => {
      link.terminate(error);
    },
  };
  // Getters must stay getters, and the link is nobody's business.
  return Object.defineProperties(face, {
    ...Object.getOwnPropertyDescriptors(own),
    [sessionLinkSymbol]: { value: link },
  }) as typeof face & typeof own;
};

/** Builds a session on a socket that is open: dispatch, pending requests, topics, and its end. Both sides use it. */
export function createSession(setup: SessionSetup): OwnedSession {
  const { id, protocol, codec, socket, counters, events, confirmTimeout, maxHeld, clock } = setup;
  const report = createReporter(events);
  const messages = new Subject<Message>();
  const closed = new ReplaySubject<SessionEnd>(1);
  let state: 'open' | 'closing' | 'ended' = 'open';
  let ready = false;
  let lastId = 0;

  const isOpen = (): boolean => state === 'open' && socket.open;
  const observe = (type: 'sent' | 'received', message: Message): void => {
    if (events?.observed) report({ type, session: id, kind: message.kind, name: nameOf(message) });
  };
  const deadlines = createDeadlines((time) => Math.min(link.requests.expire(time), link.topics.expire(time)));

  /** Only the first end counts. `error` is what pending requests fail with. */
  const finish = (end: SessionEnd, error: GatewayError): void => {
    if (state === 'ended') return;
    const retake = state === 'open';
    state = 'ended';
    deadlines.stop();
    counters.since = undefined;
    report({ type: 'ended', session: id, end });
    link.topics.lose();
    link.requests.failAll(error, retake);
    messages.complete();
    closed.next(end);
    closed.complete();
    setup.onEnd(end);
  };

  const link = {
    ...{ id, counters, confirmTimeout, maxHeld, clock, report },
    watch(deadline) {
      // Who hears of the end may still ask for something: no timer is to be left behind.
      if (state !== 'ended') deadlines.watch(deadline);
    },
    heartbeat: protocol.heartbeat ?? {},
    keepsPlace: protocol.correlation === 'order',
    handlers: {},
    lastReceived: now(),
    lastSent: now(),
    alive: true,
    gated: false,
    served: false,
    ping: socket.ping,
    nextId: () => ++lastId,
    listened: () => messages.observed,
    drop(reason) {
      counters.drops[reason]++;
      report({ type: 'dropped', session: id, reason });
    },
    ready() {
      if (ready || state !== 'open') return;
      ready = true;
      link.gated = false;
      counters.since = now();
      report({ type: 'ready', session: id, since: counters.since });
    },
    transmit(message) {
      if (!isOpen()) throw state === 'closing' ? new GatewayClosedError() : notConnected();
      link.write(message, encodeMessage(codec, message));
    },
    write(message, frames) {
      for (const frame of frames) {
        counters.bytesOut += frame.length;
        socket.write(frame);
      }
      counters.messagesOut++;
      link.lastSent = now();
      observe('sent', message);
    },
    tell(message) {
      try {
        if (isOpen()) link.transmit(message);
      } catch (cause) {
        report({ type: 'hookFailed', hook: 'encode', cause });
      }
    },
    terminate(error) {
      if (state === 'ended') return;
      const end = { code: 1006, reason: '', wasClean: false, by: 'us' } as const;
      socket.terminate();
      // The application had asked for this end already: it is no failure.
      if (state === 'closing') finish(end, new GatewayClosedError());
      // What a request lost is its connection; why, is the cause.
      else finish({ ...end, error }, new ConnectionLostError(1006, error.kind ?? error.name, false, { cause: error }));
    },
    close(code, reason) {
      if (state !== 'open') return;
      report({ type: 'closing' });
      state = 'closing';
      link.requests.failAll(new GatewayClosedError(), false);
      socket.close(code, reason);
    },
    leave(error) {
      if (state !== 'open') return;
      socket.release();
      finish({ code: 1000, reason: '', wasClean: true, by: 'us', error }, error);
    },
  } as Mutable<SessionLink>;
  link.requests = createPendingRequests(link);
  link.topics = createWireTopics(link);

  const deliver = (message: Message): void => {
    if (state !== 'open') return;
    dispatch(link, message);
    if (messages.observed) messages.next(message);
  };
  const take = (message: Message): void => {
    if (state !== 'open') return;
    observe('received', message);
    if (link.intake) link.intake(message, deliver);
    else deliver(message);
  };
  const session = createFace(setup, link, {
    get open() {
      return isOpen();
    },
    closed: closed.asObservable(),
    messages: messages.asObservable(),
    close(code = 1000, reason = '') {
      checkCloseCode('session.close', code, reason);
      link.close(code, reason);
    },
  });

  const alive = (pong?: boolean): void => {
    link.lastReceived = now();
    link.alive = true;
    if (pong) link.pong?.(undefined, true);
  };
  return {
    session,
    link,
    dispatch: take,
    alive,
    receive(frame) {
      if (state !== 'open') return;
      counters.messagesIn++;
      counters.bytesIn += frame.length;
      alive();
      const decoded = decodeFrame(codec, frame);
      if ('kind' in decoded) take(decoded);
      else decoded.forEach(take);
    },
    end(end) {
      const { by, code, reason, wasClean } = end;
      finish(end, end.error ?? (by === 'us' ? new GatewayClosedError() : new ConnectionLostError(code, reason, wasClean)));
    },
    get closing() {
      return state === 'closing';
    },
  };
}
