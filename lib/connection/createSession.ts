import { asyncScheduler, ReplaySubject, Subject } from 'rxjs';
import { ConnectionLostError, GatewayClosedError, type GatewayError } from '../errors/gatewayErrors.js';
import type { Counters } from '../events/counters.js';
import type { DropReason, EventObserver } from '../events/gatewayEvent.js';
import { createReporter } from '../events/reporter.js';
import { checkCloseCode } from '../options/check.js';
import type { Message } from '../protocols/message.js';
import type { Codec, Frame, Protocol } from '../protocols/protocol.js';
import { createDeadlines } from './deadlines.js';
import { createHandlers, createInbound, decode } from './inbound.js';
import { createOutbound } from './outbound.js';
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

type State = 'open' | 'closing' | 'ended';

/** Requests and topics of a session, with the one timer for all that can expire. */
function createWork(setup: SessionSetup, host: Pick<SessionLink, 'report' | 'transmit' | 'tell'> & Pick<Session, 'terminate'>, drop: (reason: DropReason) => void) {
  let lastId = 0;
  const deadlines = createDeadlines((now) => Math.min(requests.expire(now), topics.expire(now)));
  const shared = {
    ...host,
    drop,
    nextId: () => ++lastId,
    watch: (deadline: number) => {
      deadlines.watch(deadline);
    },
  };
  const { id, counters, clock, confirmTimeout, maxHeld, protocol } = setup;
  const requests = createPendingRequests({ ...shared, counters, clock, keepsPlace: protocol.correlation === 'order' });
  const topics = createWireTopics({ ...shared, id, confirmTimeout, maxHeld });
  return { requests, topics, deadlines };
}

/** The face that users see; everything else is behind its link. */
const createFace = (setup: SessionSetup, link: SessionLink, messages: Subject<Message>, closed: ReplaySubject<SessionEnd>, ways: Pick<Session, 'open' | 'close' | 'terminate'>): Session => {
  const session: Session = {
    id: setup.id,
    opened: setup.opened,
    get open() {
      return ways.open;
    },
    get bufferedAmount() {
      return setup.socket.bufferedAmount;
    },
    closed: closed.asObservable(),
    messages: messages.asObservable(),
    send: (command: string, data?: unknown) => {
      link.transmit({ kind: 'send', command, data });
    },
    request: <T>(command: string, data?: unknown, options?: RequestOptions) => requestOn<T>(link, command, data, options),
    topic: <T>(name: string, params?: TopicParams) => topicOn<T>(link, name, params),
    close: ways.close,
    terminate: ways.terminate,
  };
  return Object.defineProperty(session, sessionLinkSymbol, { value: link });
};

/** Builds a session on a socket that is open: dispatch, pending requests, topics, and its end. Both sides use it. */
export function createSession(setup: SessionSetup): OwnedSession {
  const { id, codec, socket, counters } = setup;
  const report = createReporter(setup.events);
  const messages = new Subject<Message>();
  const closed = new ReplaySubject<SessionEnd>(1);
  let state: State = 'open';
  let ready = false;

  const isOpen = (): boolean => state === 'open' && socket.open;
  const isClosing = (): boolean => state === 'closing';
  const drop = (reason: DropReason): void => {
    counters.drops[reason]++;
    report({ type: 'dropped', session: id, reason });
  };

  /** Only the first end counts. `error` is what pending requests fail with. */
  const end = (ending: SessionEnd, error: GatewayError): void => {
    if (state === 'ended') return;
    const retake = state === 'open';
    state = 'ended';
    deadlines.stop();
    counters.since = undefined;
    report({ type: 'ended', session: id, end: ending });
    topics.lose();
    requests.failAll(error, retake);
    messages.complete();
    closed.next(ending);
    closed.complete();
    setup.onEnd(ending);
  };
  const terminate = (error: GatewayError): void => {
    if (state === 'ended') return;
    const asked = isClosing();
    socket.terminate();
    const vanished = { code: 1006, reason: '', wasClean: false, by: 'us' } as const;
    // The application had asked for this end already: it is no failure.
    if (asked) end(vanished, new GatewayClosedError());
    // What a request lost is its connection; why, is the cause.
    else end({ ...vanished, error }, new ConnectionLostError(1006, error.kind, false, { cause: error }));
  };
  const leave = (error: GatewayError): void => {
    if (state !== 'open') return;
    socket.release();
    end({ code: 1000, reason: '', wasClean: true, by: 'us', error }, error);
  };
  const close = (code = 1000, reason = ''): void => {
    checkCloseCode('session.close', code, reason);
    if (state !== 'open') return;
    report({ type: 'closing' });
    state = 'closing';
    requests.failAll(new GatewayClosedError(), false);
    socket.close(code, reason);
  };

  const sent = (): void => {
    link.lastSent = asyncScheduler.now();
  };
  const { transmit, tell } = createOutbound(setup, { isOpen, isClosing, report, sent });
  const { requests, topics, deadlines } = createWork(setup, { report, transmit, tell, terminate }, drop);
  const handlers = createHandlers(() => link, drop, () => messages.observed);
  const link: SessionLink = {
    ...{ id, counters, requests, topics, handlers, report, transmit, tell, leave },
    clock: setup.clock,
    heartbeat: setup.protocol.heartbeat ?? {},
    lastReceived: asyncScheduler.now(),
    lastSent: asyncScheduler.now(),
    alive: true,
    pong: undefined,
    gated: false,
    heard: false,
    ready: () => {
      if (ready || state !== 'open') return;
      ready = true;
      link.gated = false;
      counters.since = asyncScheduler.now();
      report({ type: 'ready', session: id, since: counters.since });
    },
    ping: socket.ping,
  };
  const inbound = createInbound(setup, link, messages, drop, report);
  const dispatch = (message: Message): void => {
    if (state === 'open') inbound(message);
  };
  const alive = (): void => {
    link.lastReceived = asyncScheduler.now();
    link.alive = true;
  };
  const ways = {
    get open() {
      return isOpen();
    },
    close,
    terminate,
  };

  return {
    session: createFace(setup, link, messages, closed, ways),
    link,
    receive: (frame) => {
      if (state !== 'open') return;
      counters.messagesIn++;
      counters.bytesIn += frame.length;
      alive();
      const decoded = decode(codec, frame);
      if ('kind' in decoded) inbound(decoded);
      else for (const message of decoded) dispatch(message);
    },
    dispatch,
    end: (ending) => {
      const { by, code, reason, wasClean } = ending;
      end(ending, ending.error ?? (by === 'us' ? new GatewayClosedError() : new ConnectionLostError(code, reason, wasClean)));
    },
    get closing() {
      return isClosing();
    },
    alive: (pong) => {
      alive();
      if (pong) link.pong?.(undefined);
    },
  };
}
