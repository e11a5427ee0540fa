import { expect } from 'chai';
import { MalformedMessageError } from 'rxgate';
import type { Message } from 'rxgate/protocols';
import { messageFault } from '../../../lib/testing/contract/messageFault.js';

const good: readonly Message[] = [
  { kind: 'request', id: 1, command: 'a' },
  { kind: 'request', id: 'x', command: 'a', data: 1, stream: true, key: 'k' },
  { kind: 'send', command: 'a' },
  { kind: 'cancel', id: 1 },
  { kind: 'reply', id: 1, last: false },
  { kind: 'failure', id: 1, code: 7, message: 'no', retryAfter: 5 },
  { kind: 'subscribe', id: 1, key: 't', topic: 't', since: { epoch: 'e', offset: 0 } },
  { kind: 'confirmation', id: 1, topic: 't', position: { epoch: 'e', offset: 1 }, recovered: true },
  { kind: 'refusal', id: 1, code: 'NO', retryable: true },
  { kind: 'unsubscribe', id: 1, topic: 't' },
  { kind: 'notification', topic: 't', position: { epoch: 'e', offset: 1 } },
  { kind: 'ended', topic: 't' },
  { kind: 'ping' },
  { kind: 'pong', timestamp: 0 },
  { kind: 'other', body: undefined },
  { kind: 'malformed', error: new MalformedMessageError('in', 'no') },
];

const bad: readonly (readonly [unknown, RegExp])[] = [
  [undefined, /^undefined is no message/],
  ['{}', /is no message/],
  [{ kind: 'answer' }, /its kind is none of the union/],
  [{ kind: 'toString' }, /its kind is none of the union/],
  [{ kind: 'request', command: 'a' }, /^the id of a request must be a string or a number, and is undefined$/],
  [{ kind: 'request', id: 1 }, /the command of a request must be a string/],
  [
    { kind: 'request', id: 1, command: 'a', stream: 'yes' },
    /the stream of a request must be true or false, or left out, and is "yes"/,
  ],
  [{ kind: 'reply', id: NaN, last: true }, /the id of a reply/],
  [{ kind: 'reply', id: 1 }, /the last of a reply must be true or false, and is undefined/],
  [{ kind: 'failure', id: 1 }, /the code of a failure/],
  [{ kind: 'failure', id: 1, code: 1, retryAfter: 'soon' }, /the retryAfter of a failure/],
  [{ kind: 'refusal', id: 1, code: 1, retryable: 1 }, /the retryable of a refusal/],
  [{ kind: 'confirmation', id: 1 }, /the topic of a confirmation/],
  [{ kind: 'notification', topic: 't', position: 7 }, /the position of a notification/],
  [{ kind: 'notification', topic: 't', position: { epoch: 'e', offset: 0.5 } }, /the position of a notification/],
  [{ kind: 'ended' }, /the topic of an? ended/],
  [{ kind: 'ping', timestamp: '5' }, /the timestamp of a ping/],
  [{ kind: 'malformed' }, /the error of a malformed must be a MalformedMessageError/],
  [{ kind: 'malformed', error: new Error('no') }, /the error of a malformed/],
  [{ kind: 'malformed', error: new MalformedMessageError('out', 'no') }, /direction 'in'/],
];

describe('messageFault', () => {
  for (const message of good)
    it(`finds no fault with a ${message.kind}, ${Object.keys(message).join(', ')}`, () => {
      expect(messageFault(message)).to.equal(undefined);
    });
  for (const [message, fault] of bad)
    it(`finds fault: ${fault.source}`, () => {
      expect(messageFault(message)).to.match(fault);
    });
});
