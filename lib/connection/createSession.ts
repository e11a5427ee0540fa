import { asyncScheduler, ReplaySubject, Subject } from 'rxjs';
import { ConnectionLostError, GatewayClosedError, type GatewayError, MalformedMessageError } from '../errors/gatewayErrors.js';
import type { Counters } from '../events/counters.js';
import type { DropReason, EventObserver } from '../events/gatewayEvent.js';
import { createReporter } from '../events/reporter.js';
import { checkCloseCode } from '../options/check.js';
import type { Message } from '../protocols/message.js';
import type { Codec, Frame, Protocol } from '../protocols/protocol.js';
import { createDeadlines } from './deadlines.js';
import { createPendingRequests } from './pendingRequests.js';
import { requestOn } from './requestOn.js';
import type { Opened, Session, SessionEnd } from './session.js';
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

const nameOf = (message: Message): string | undefined =>
  'command' in message ? message.command : 'topic' in message ? message.topic : undefined;

/** Decodes a frame; a codec that throws against its contract costs that frame only. */
const decode = (codec: Codec, frame: Frame): Message | readonly Message[] => {
  try {
    return codec.decode(frame);
  } catch (cause) {
    return { kind: 'malformed', error: new MalformedMessageError('in', 'The codec failed on a frame', { cause }) };
  }
};

const isFrame = (value: unknown): value is Frame => typeof value === 'string' || value instanceof Uint8Array;

/** Encodes a message; what cannot be encoded is the sender's error. */
const encode = (codec: Codec, message: Message): readonly Frame[] => {
  try {
    const encoded = codec.encode(message);
    const frames = encoded === undefined ? [] : isFrame(encoded) ? [encoded] : encoded;
    // A socket that throws on a frame would be left half dead by WebSocketSubject.
    if (!frames.every(isFrame)) throw new TypeError('The codec gave a frame that is neither string nor bytes');
    return frames;
  } catch (cause) {
    const what = nameOf(message) ?? message.kind;
    throw new MalformedMessageError('out', `The data of "${what}" cannot be encoded: see the cause`, { cause });
  }
};

/** Builds a session on a socket that is open: dispatch, pending requests, topics, and its end. Both sides use it. */
export function createSession(setup: SessionSetup): OwnedSession {
  const { id, codec, socket, counters, events } = setup;
  const report = createReporter(events);
  const messages = new Subject<Message>();
  const closed = new ReplaySubject<SessionEnd>(1);
  let state: 'open' | 'closing' | 'ended' = 'open';
  let lastId = 0;
  let ready = false;

  const isOpen = (): boolean => state === 'open' && socket.open;
  const drop = (reason: DropReason): void => {
    counters.drops[reason]++;
    report({ type: 'dropped', session: id, reason });
  };
  const transmit = (message: Message): void => {
    if (!isOpen())
      throw state === 'closing' ? new GatewayClosedError() : new ConnectionLostError(1006, 'no session is open', false);
    for (const frame of encode(codec, message)) {
      counters.bytesOut += frame.length;
      socket.write(frame);
    }
    counters.messagesOut++;
    link.lastSent = asyncScheduler.now();
    if (events?.observed) report({ type: 'sent', session: id, kind: message.kind, name: nameOf(message) });
  };
  const tell = (message: Message): void => {
    if (!isOpen()) return;
    try {
      transmit(message);
    } catch (cause) {
      report({ type: 'hookFailed', hook: 'encode', cause });
    }
  };
  const deadlines = createDeadlines((now) => Math.min(requests.expire(now), topics.expire(now)));

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
    const closing = state === 'closing';
    socket.terminate();
    if (closing) {
      // The application has asked for this end already.
      end({ code: 1006, reason: '', wasClean: false, by: 'us' }, new GatewayClosedError());
      return;
    }
    // What was lost is the connection; why, is the cause.
    const lost = new ConnectionLostError(1006, error.kind, false, { cause: error });
    end({ code: 1006, reason: '', wasClean: false, by: 'us', error }, error.kind === 'gatewayClosed' ? error : lost);
  };

  const host = {
    ...{ id, counters, report, drop, transmit, tell, terminate },
    ...{ confirmTimeout: setup.confirmTimeout, maxHeld: setup.maxHeld, clock: setup.clock },
    keepsPlace: setup.protocol.correlation === 'order',
    nextId: () => ++lastId,
    watch: (deadline: number) => {
      deadlines.watch(deadline);
    },
  };
  const requests = createPendingRequests(host);
  const topics = createWireTopics(host);

  const handlers: SessionLink['handlers'] = {
    ping: (message) => {
      if (message.kind === 'ping') tell({ kind: 'pong', timestamp: message.timestamp });
    },
    pong: (message) => {
      if (message.kind === 'pong') link.pong?.(message.timestamp);
    },
    // A message that has no meaning here may still be one that the application listens to.
    other: () => {
      if (!messages.observed) drop('unhandled');
    },
    request: (message) => {
      drop('unhandled');
      if (message.kind === 'request')
        tell({ kind: 'failure', id: message.id, code: 'UNKNOWN_COMMAND', message: 'nobody handles it' });
    },
  };

  const dispatch = (message: Message): void => {
    if (state !== 'open') return;
    if (!link.heard && message.kind !== 'ping' && message.kind !== 'pong') link.heard = true;
    if (events?.observed) report({ type: 'received', session: id, kind: message.kind, name: nameOf(message) });
    switch (message.kind) {
      case 'reply':
        if (!requests.reply(message)) drop('unmatchedReply');
        break;
      case 'notification':
        topics.notification(message);
        break;
      case 'failure':
        if (!requests.failure(message) && !topics.refusal(message)) drop('unmatchedReply');
        break;
      case 'confirmation':
        topics.confirmation(message);
        break;
      case 'refusal':
        if (!topics.refusal(message)) drop('unmatchedConfirmation');
        break;
      case 'ended':
        topics.ended(message);
        break;
      case 'malformed':
        counters.drops.malformed++;
        report({ type: 'malformed', session: id, error: message.error as MalformedMessageError });
        break;
      default: {
        const handler = handlers[message.kind];
        if (handler) handler(message);
        else drop('unhandled');
      }
    }
    if (messages.observed) messages.next(message);
  };

  const link: SessionLink = {
    leave: (error) => {
      if (state !== 'open') return;
      socket.release();
      end({ code: 1000, reason: '', wasClean: true, by: 'us', error }, error);
    },
    ...{ id, counters, requests, topics, handlers, report, transmit, tell },
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

  const session: Session & { readonly [sessionLinkSymbol]: SessionLink } = {
    id,
    opened: setup.opened,
    get open() {
      return isOpen();
    },
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    closed: closed.asObservable(),
    messages: messages.asObservable(),
    send: (command: string, data?: unknown) => {
      transmit({ kind: 'send', command, data });
    },
    request: <T>(command: string, data?: unknown, options?: Parameters<Session['request']>[2]) =>
      requestOn<T>(link, command, data, options),
    topic: <T>(name: string, params?: unknown) => topicOn<T>(link, name, params),
    close: (code = 1000, reason = '') => {
      checkCloseCode('session.close', code, reason);
      if (state !== 'open') return;
      report({ type: 'closing' });
      state = 'closing';
      requests.failAll(new GatewayClosedError(), false);
      socket.close(code, reason);
    },
    terminate,
    [sessionLinkSymbol]: link,
  };
  Object.defineProperty(session, sessionLinkSymbol, { enumerable: false });

  return {
    session,
    link,
    receive: (frame) => {
      if (state !== 'open') return;
      counters.messagesIn++;
      counters.bytesIn += frame.length;
      link.lastReceived = asyncScheduler.now();
      link.alive = true;
      const decoded = decode(codec, frame);
      if ('kind' in decoded) dispatch(decoded);
      else for (const message of decoded) dispatch(message);
    },
    dispatch,
    end: (ending) => {
      const { by, code, reason, wasClean } = ending;
      end(ending, ending.error ?? (by === 'us' ? new GatewayClosedError() : new ConnectionLostError(code, reason, wasClean)));
    },
    get closing() {
      return state === 'closing';
    },
    alive: (pong) => {
      link.lastReceived = asyncScheduler.now();
      link.alive = true;
      if (pong) link.pong?.(undefined);
    },
  };
}
