import { ReplaySubject, Subject } from 'rxjs';
import type { GatewayError } from '../errors/gatewayErrors.js';
import { checkCloseCode } from '../options/check.js';
import type { Message } from '../protocols/message.js';
import { requestSpec } from './requestSpec.js';
import type { RequestOptions, Session, SessionEnd, TopicParams } from './session.js';
import { type SessionLink, sessionLinkSymbol } from './sessionLink.js';
import { topicOn } from './topicOn.js';
import { startOn, waitingOf } from './waiting.js';

/** The link, with what only its face fills in. */
interface FacedLink extends SessionLink {
  messages?: Subject<Message> | undefined;
  over?: ReplaySubject<SessionEnd> | undefined;
}

/**
 * What all sessions show beside `id` and `opened`. Shared, and made when it is asked for: a server holds thousands of sessions, most of
 * which nobody asks for anything. The functions may be taken off their session.
 */
export const sessionFace: Omit<Session, 'id' | 'opened'> & ThisType<{ readonly [sessionLinkSymbol]: FacedLink }> = {
  get open() {
    return this[sessionLinkSymbol].open;
  },
  get bufferedAmount() {
    return this[sessionLinkSymbol].socket.bufferedAmount;
  },
  get closed() {
    const link = this[sessionLinkSymbol];
    if (!link.over) {
      link.over = new ReplaySubject(1);
      if (link.ended) {
        link.over.next(link.ended);
        link.over.complete();
      }
    }
    return link.over.asObservable();
  },
  get messages() {
    const link = this[sessionLinkSymbol];
    link.messages ??= new Subject();
    if (link.ended) link.messages.complete();
    return link.messages.asObservable();
  },
  get send() {
    const link = this[sessionLinkSymbol];
    return (command: string, data?: unknown) => {
      link.transmit({ kind: 'send', command, data });
    };
  },
  get request() {
    const link = this[sessionLinkSymbol];
    return <T>(command: string, data?: unknown, options?: RequestOptions) =>
      waitingOf<T, SessionLink>(requestSpec('request', command, data, options), startOn, link);
  },
  get topic() {
    const link = this[sessionLinkSymbol];
    return <T>(name: string, params?: TopicParams) => topicOn<T>(link, name, params);
  },
  get close() {
    const link = this[sessionLinkSymbol];
    return (code = 1000, reason = '') => {
      checkCloseCode('session.close', code, reason);
      link.close(code, reason);
    };
  },
  get terminate() {
    const link = this[sessionLinkSymbol];
    return (error: GatewayError) => {
      link.terminate(error);
    };
  },
};
