import type { Message, MessageKind } from 'rxgate/protocols';

/** What a frame and a message have to do with each other. */
export interface Example {
  readonly frame: string;
  readonly message: Message;
  /** Whether the frame is what the codec itself writes for the message, or only something that it reads. */
  readonly written: boolean;
}

const both = (frame: string, message: Message): Example => ({ frame, message, written: true });
const read = (frame: string, message: Message): Example => ({ frame, message, written: false });

const bar = { open: 1455.22, high: 1478, low: 1438.36, close: 1469.25, volume: 931800000 };

/** Every kind of message that has a frame, with its frames. A new kind without an example does not compile. */
export const examples = {
  request: [
    both('{"id":"a-7","command":"POST_X","data":{"n":1}}', { kind: 'request', id: 'a-7', command: 'POST_X', data: { n: 1 } }),
    both('{"id":"7","command":"POST_X"}', { kind: 'request', id: '7', command: 'POST_X' }),
    both('{"id":"7","command":"POST_X","data":null}', { kind: 'request', id: '7', command: 'POST_X', data: null }),
    both('{"id":"7","command":"bars.all","data":{},"stream":true}', {
      kind: 'request',
      id: '7',
      command: 'bars.all',
      data: {},
      stream: true,
    }),
    both('{"id":"7","command":"orders.place","data":{"side":"buy"},"key":"k-1"}', {
      kind: 'request',
      id: '7',
      command: 'orders.place',
      data: { side: 'buy' },
      key: 'k-1',
    }),
    read('{"id":7,"command":"POST_X","data":"text"}', { kind: 'request', id: 7, command: 'POST_X', data: 'text' }),
    read('{"command":"POST_X","id":"7","stream":false,"key":null,"type":null}', { kind: 'request', id: '7', command: 'POST_X' }),
  ],
  send: [
    both('{"command":"LOG","data":["a",2]}', { kind: 'send', command: 'LOG', data: ['a', 2] }),
    both('{"command":"LOG"}', { kind: 'send', command: 'LOG' }),
    read('{"id":null,"command":"LOG","data":0}', { kind: 'send', command: 'LOG', data: 0 }),
  ],
  cancel: [both('{"type":"CANCEL","id":"7"}', { kind: 'cancel', id: '7' })],
  reply: [
    both('{"type":"RESPONSE","id":7,"data":{"ok":true}}', { kind: 'reply', id: 7, data: { ok: true }, last: true }),
    read('{"type":"RESPONSE","id":"7","data":{"ok":true}}', { kind: 'reply', id: 7, data: { ok: true }, last: true }),
    both('{"type":"RESPONSE","id":"a-7","data":null}', { kind: 'reply', id: 'a-7', data: null, last: true }),
    both('{"type":"RESPONSE","id":"a-7","data":1,"more":true}', { kind: 'reply', id: 'a-7', data: 1, last: false }),
    both('{"type":"RESPONSE","id":"a-7"}', { kind: 'reply', id: 'a-7', last: true }),
    read('{"id":"7","more":false,"data":[],"type":"RESPONSE"}', { kind: 'reply', id: 7, data: [], last: true }),
  ],
  failure: [
    both('{"type":"ERROR","id":"a-7","code":"NOT_FOUND","error":"No such order","data":{"order":4},"retryAfter":1500}', {
      kind: 'failure',
      id: 'a-7',
      code: 'NOT_FOUND',
      message: 'No such order',
      data: { order: 4 },
      retryAfter: 1500,
    }),
    both('{"type":"ERROR","id":7,"code":404}', { kind: 'failure', id: 7, code: 404 }),
    read('{"type":"ERROR","id":"7","error":"It broke"}', { kind: 'failure', id: 7, code: 'ERROR', message: 'It broke' }),
    read('{"type":"ERROR","id":"7","code":null,"error":null,"retryAfter":null}', { kind: 'failure', id: 7, code: 'ERROR' }),
  ],
  subscribe: [
    both('{"type":"SUBSCRIBE","id":"8","topic":"bars:SPX:1D"}', {
      kind: 'subscribe',
      id: '8',
      key: 'bars:SPX:1D',
      topic: 'bars:SPX:1D',
    }),
    both('{"type":"SUBSCRIBE","id":"8","topic":"bars","params":{"symbol":"SPX"},"since":{"epoch":"a1","offset":12}}', {
      kind: 'subscribe',
      id: '8',
      key: 'bars {"symbol":"SPX"}',
      topic: 'bars',
      params: { symbol: 'SPX' },
      since: { epoch: 'a1', offset: 12 },
    }),
    read('{"type":"SUBSCRIBE","id":8,"topic":"bars","params":null,"since":null}', {
      kind: 'subscribe',
      id: 8,
      key: 'bars null',
      topic: 'bars',
      params: null,
    }),
  ],
  confirmation: [
    both('{"type":"ACK","id":8,"topic":"bars:SPX:1D","position":{"epoch":"a1","offset":12},"recovered":true}', {
      kind: 'confirmation',
      id: 8,
      topic: 'bars:SPX:1D',
      position: { epoch: 'a1', offset: 12 },
      recovered: true,
    }),
    both('{"type":"ACK","id":"s-8","topic":"bars:SPX:1D","recovered":false}', {
      kind: 'confirmation',
      id: 's-8',
      topic: 'bars:SPX:1D',
      recovered: false,
    }),
    read('{"type":"ACK","id":"8","topic":"bars:SPX:1D"}', { kind: 'confirmation', id: 8, topic: 'bars:SPX:1D' }),
  ],
  refusal: [
    both('{"type":"NACK","id":8,"code":"FORBIDDEN","error":"Not for you","data":{"plan":"free"}}', {
      kind: 'refusal',
      id: 8,
      code: 'FORBIDDEN',
      message: 'Not for you',
      data: { plan: 'free' },
    }),
    both('{"type":"NACK","id":8,"code":"BUSY","retryable":true}', { kind: 'refusal', id: 8, code: 'BUSY', retryable: true }),
    read('{"type":"NACK","id":"8"}', { kind: 'refusal', id: 8, code: 'ERROR' }),
  ],
  unsubscribe: [
    both('{"type":"UNSUBSCRIBE","id":"8","topic":"bars:SPX:1D"}', { kind: 'unsubscribe', id: '8', topic: 'bars:SPX:1D' }),
  ],
  notification: [
    both(`{"type":"NOTIFY","topic":"bars:SPX:1D","data":${JSON.stringify(bar)}}`, {
      kind: 'notification',
      topic: 'bars:SPX:1D',
      data: bar,
    }),
    both(`{"type":"NOTIFY","topic":"bars:SPX:1D","data":1,"position":{"epoch":"a1","offset":12}}`, {
      kind: 'notification',
      topic: 'bars:SPX:1D',
      data: 1,
      position: { epoch: 'a1', offset: 12 },
    }),
    both('{"type":"NOTIFY","topic":"tick","position":{"epoch":"","offset":0}}', {
      kind: 'notification',
      topic: 'tick',
      position: { epoch: '', offset: 0 },
    }),
    both('{"type":"NOTIFY","topic":"tick"}', { kind: 'notification', topic: 'tick' }),
    read('{"type":"NOTIFY","topic":"tick","position":null,"sender":"x"}', { kind: 'notification', topic: 'tick' }),
  ],
  ended: [both('{"type":"ENDED","topic":"bars:SPX:1D"}', { kind: 'ended', topic: 'bars:SPX:1D' })],
  ping: [
    both('{"type":"ping","timestamp":1760000000000}', { kind: 'ping', timestamp: 1760000000000 }),
    both('{"type":"ping"}', { kind: 'ping' }),
    read('{"type":"PING"}', { kind: 'ping' }),
    read('{"type":"PING","timestamp":null}', { kind: 'ping' }),
  ],
  pong: [
    both('{"type":"PONG","timestamp":1760000000000}', { kind: 'pong', timestamp: 1760000000000 }),
    both('{"type":"PONG"}', { kind: 'pong' }),
    read('{"type":"pong","timestamp":1760000000000}', { kind: 'pong', timestamp: 1760000000000 }),
  ],
  other: [
    both('{"type":"ACK"}', { kind: 'other', body: { type: 'ACK' } }),
    both('{"type":"ERROR","error":"Unreadable"}', { kind: 'other', body: { type: 'ERROR', error: 'Unreadable' } }),
    both('{"type":"WELCOME","users":["a"]}', { kind: 'other', body: { type: 'WELCOME', users: ['a'] } }),
    both('{"id":"7","data":1}', { kind: 'other', body: { id: '7', data: 1 } }),
    both('{}', { kind: 'other', body: {} }),
    both('{"command":null,"data":1}', { kind: 'other', body: { command: null, data: 1 } }),
  ],
} satisfies Record<Exclude<MessageKind, 'malformed' | 'closed'>, readonly Example[]>;

export const allExamples: readonly Example[] = Object.values(examples).flat();
