import { expect } from 'chai';
import { createCounters, MalformedMessageError } from 'rxgate';
import type { Message, MessageKind } from 'rxgate/protocols';
import { dispatch } from '../../lib/connection/dispatch.js';
import type { SessionLink } from '../../lib/connection/sessionLink.js';

interface Circumstances {
  /** Which part says that a message was its own. */
  readonly owner?: 'requests' | 'topics';
  readonly handled?: readonly MessageKind[];
  readonly listened?: boolean;
  /** Nobody waits for a pong. */
  readonly deaf?: boolean;
}

/** Where a message went, in order. */
const trace = (message: Message, { owner, handled = [], listened = false, deaf = false }: Circumstances = {}): string[] => {
  const lines: string[] = [];
  const counters = createCounters();
  const part = (name: 'requests' | 'topics') =>
    new Proxy(
      {},
      {
        get: (_target, method) => (given: Message) => {
          lines.push(`${name}.${String(method)}${given === message ? '' : ' of another message'}`);
          return owner === name;
        },
      },
    );
  const link = {
    ...{ id: 7, counters, requests: part('requests'), topics: part('topics'), listened: () => listened },
    handlers: Object.fromEntries(handled.map((kind) => [kind, () => lines.push(`handler of ${kind}`)])),
    drop: (reason: string) => lines.push(`drop ${reason}`),
    report: (event: { type: string; session: number }) => lines.push(`report ${event.type} of ${event.session}`),
    tell: (told: Message) => lines.push(`tell ${JSON.stringify(told)}`),
    ...(!deaf && { pong: (timestamp: number | undefined, frame: boolean) => lines.push(`pong ${String(timestamp)} ${frame}`) }),
    served: false,
  };
  dispatch(link as unknown as SessionLink, message);
  if (link.served) lines.push('served');
  if (counters.drops.malformed > 0) lines.push(`malformed: ${counters.drops.malformed}`);
  return lines;
};

const reply: Message = { kind: 'reply', id: 1, last: true };
const failure: Message = { kind: 'failure', id: 1, code: 'NO' };
const refusal: Message = { kind: 'refusal', id: 1, code: 'NO' };
const request: Message = { kind: 'request', id: 'q', command: 'x' };
const other: Message = { kind: 'other', body: 1 };
const unknown = 'tell {"kind":"failure","id":"q","code":"UNKNOWN_COMMAND"}';

describe('dispatch', () => {
  const rows: readonly (readonly [string, Message, Circumstances, readonly string[]])[] = [
    ['takes a reply to its request', reply, { owner: 'requests' }, ['requests.reply', 'served']],
    ['drops a reply to nobody', reply, {}, ['requests.reply', 'drop unmatchedReply']],
    ['takes an error reply to its request, and no further', failure, { owner: 'requests' }, ['requests.failure']],
    ['takes an error reply that is none to the subscribe', failure, { owner: 'topics' }, ['requests.failure', 'topics.refusal']],
    ['drops an error reply to nobody', failure, {}, ['requests.failure', 'topics.refusal', 'drop unmatchedReply']],
    ['takes a refusal to its subscribe, never to a request', refusal, { owner: 'topics' }, ['topics.refusal']],
    ['drops a refusal to nobody', refusal, { owner: 'requests' }, ['topics.refusal', 'drop unmatchedConfirmation']],
    ['takes a notification to the topics', { kind: 'notification', topic: 't' }, {}, ['topics.notification']],
    ['takes a confirmation to the topics', { kind: 'confirmation', id: 1, topic: 't' }, {}, ['topics.confirmation', 'served']],
    ['takes the end of a topic to the topics', { kind: 'ended', topic: 't' }, {}, ['topics.ended']],
    ['answers a ping with its timestamp', { kind: 'ping', timestamp: 3 }, {}, ['tell {"kind":"pong","timestamp":3}']],
    ['takes a pong to who waits for it', { kind: 'pong', timestamp: 3 }, {}, ['pong 3 false']],
    ['takes a pong that nobody waits for to nobody', { kind: 'pong' }, { deaf: true }, []],
    [
      'counts and reports what could not be read',
      { kind: 'malformed', error: new MalformedMessageError('in', 'x') },
      { handled: ['malformed'] },
      ['report malformed of 7', 'malformed: 1'],
    ],
    ['takes a request to its handler alone', request, { handled: ['request'] }, ['handler of request']],
    ['drops and answers a request that no stage handles', request, {}, ['drop unhandled', unknown]],
    ['does so though somebody listens', request, { listened: true }, ['drop unhandled', unknown]],
    ['drops a send that no stage handles', { kind: 'send', command: 'x' }, { listened: true }, ['drop unhandled']],
    ['takes a cancel to its handler', { kind: 'cancel', id: 1 }, { handled: ['cancel'] }, ['handler of cancel']],
    [
      'takes a subscribe to its handler',
      { kind: 'subscribe', id: 1, key: 't', topic: 't' },
      { handled: ['subscribe'] },
      ['handler of subscribe'],
    ],
    ['drops an unsubscribe that no stage handles', { kind: 'unsubscribe', id: 1, topic: 't' }, {}, ['drop unhandled']],
    ['drops some other message that nobody hears', other, {}, ['drop unhandled']],
    ['leaves some other message to the listener that hears it', other, { listened: true }, []],
    ['takes some other message to its handler', other, { handled: ['other'] }, ['handler of other']],
    ['takes a reply never to a handler', reply, { owner: 'requests', handled: ['reply'] }, ['requests.reply', 'served']],
  ];
  for (const [title, message, circumstances, lines] of rows)
    it(title, () => {
      expect(trace(message, circumstances)).to.deep.equal(lines);
    });
});
