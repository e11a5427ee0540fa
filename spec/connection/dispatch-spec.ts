import { expect } from 'chai';
import { MalformedMessageError } from 'rxgate';
import type { Message, MessageKind } from 'rxgate/protocols';
import { fakeSession } from 'rxgate/testing';
import { sessionLink } from '../../lib/connection/sessionLink.js';
import { tracing } from '../testing/virtualTime.js';

interface Circumstances {
  /** Who asked with the id of the message. */
  readonly owner?: 'request' | 'topic';
  readonly handled?: readonly MessageKind[];
  readonly listened?: boolean;
  /** Nobody waits for a pong. */
  readonly deaf?: boolean;
}

/** Where a message went, in order. */
const trace = (message: Message, { owner, handled = [], listened = false, deaf = false }: Circumstances = {}): string[] => {
  const lines: string[] = [];
  const { session, receive } = fakeSession({
    id: 7,
    events: { next: ({ type, session: of }: any) => lines.push(`${type} ${of}`) },
  });
  const link = sessionLink(session);
  if (owner === 'request') session.request('x', 0, { timeout: Infinity }).subscribe(tracing(lines)('request'));
  const handlerOf = (kind: MessageKind) => () => lines.push(`handler of ${kind}`);
  link.handlers = Object.fromEntries(handled.map((kind) => [kind, handlerOf(kind)]));
  if (listened) session.messages.subscribe();
  if (!deaf) link.pong = (_link, timestamp, frame) => lines.push(`pong ${String(timestamp)} ${frame}`);
  const topic = (name: 'take' | 'answer') => (given: Message) => {
    lines.push(`topics.${name}${given === message ? '' : ' of another message'}`);
    return owner === 'topic';
  };
  Object.assign(link, {
    wire: { take: topic('take'), answer: topic('answer'), lose: () => lines.push('topics lost') },
    drop: (reason: string) => lines.push(`drop ${reason}`),
    tell: (told: Message) => lines.push(`tell ${JSON.stringify(told)}`),
  });
  receive(message);
  if (link.served) lines.push('served');
  if (link.counters.drops.malformed > 0) lines.push(`malformed: ${link.counters.drops.malformed}`);
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
    ['takes a reply to its request', reply, { owner: 'request' }, ['request undefined', 'request |', 'served']],
    ['drops a reply to nobody', reply, {}, ['drop unmatchedReply']],
    ['takes an error reply to its request, and no further', failure, { owner: 'request' }, ['request! requestFailed']],
    ['takes an error reply that is none to the subscribe', failure, { owner: 'topic' }, ['topics.answer']],
    ['drops an error reply to nobody', failure, {}, ['topics.answer', 'drop unmatchedReply']],
    ['takes a refusal to its subscribe, never to a request', refusal, { owner: 'topic' }, ['topics.answer']],
    ['drops a refusal to nobody', refusal, { owner: 'request' }, ['topics.answer', 'drop unmatchedConfirmation']],
    ['takes a notification to the topics', { kind: 'notification', topic: 't' }, {}, ['topics.take']],
    [
      'takes it to its handler, too',
      { kind: 'notification', topic: 't' },
      { handled: ['notification'] },
      ['topics.take', 'handler of notification'],
    ],
    [
      'takes a confirmation to its subscribe',
      { kind: 'confirmation', id: 1, topic: 't' },
      { owner: 'topic' },
      ['topics.answer', 'served'],
    ],
    [
      'drops a confirmation to nobody',
      { kind: 'confirmation', id: 1, topic: 't' },
      {},
      ['topics.answer', 'drop unmatchedConfirmation', 'served'],
    ],
    ['takes the end of a topic to the topics', { kind: 'ended', topic: 't' }, {}, ['topics.take']],
    ['answers a ping with its timestamp', { kind: 'ping', timestamp: 3 }, {}, ['tell {"kind":"pong","timestamp":3}']],
    ['takes a pong to who waits for it', { kind: 'pong', timestamp: 3 }, {}, ['pong 3 false']],
    ['takes a pong that nobody waits for to nobody', { kind: 'pong' }, { deaf: true }, []],
    [
      'counts and reports what could not be read',
      { kind: 'malformed', error: new MalformedMessageError('in', 'x') },
      { handled: ['malformed'] },
      ['malformed 7', 'handler of malformed', 'malformed: 1'],
    ],
    [
      'ends the session that the other side closed, and takes nobody else into it',
      { kind: 'closed', reason: 'kicked' },
      { owner: 'request', handled: ['closed'], listened: true },
      ['ended 7', 'topics lost', 'request! connectionLost'],
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
    [
      'takes a reply never to a handler',
      reply,
      { owner: 'request', handled: ['reply'] },
      ['request undefined', 'request |', 'served'],
    ],
  ];
  for (const [title, message, circumstances, lines] of rows)
    it(title, () => {
      expect(trace(message, circumstances)).to.deep.equal(lines);
    });
});
