import { expect } from 'chai';
import { openSocket } from '../../lib/connection/browserSocket.js';
import type { SocketOptions } from '../../lib/connection/socketLike.js';

const hooks = { rejected: () => undefined, alive: () => undefined };

describe('openSocket of a browser', () => {
  const platform = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket');
  let made: (readonly unknown[])[];
  const give = (value: unknown): void => {
    Object.defineProperty(globalThis, 'WebSocket', { value, configurable: true, writable: true });
  };
  beforeEach(() => {
    made = [];
    give(function (...args: unknown[]) {
      made.push(args);
    });
  });
  afterEach(() => {
    if (platform) Object.defineProperty(globalThis, 'WebSocket', platform);
    else Reflect.deleteProperty(globalThis, 'WebSocket');
  });
  const open = (options: SocketOptions = {}) => openSocket('ws://fake', ['a', 'b'], options, hooks);

  it("opens the platform's WebSocket of the moment, with url and subprotocols and nothing else", () => {
    open({ closeTimeout: 5 });
    expect(made).to.deep.equal([['ws://fake', ['a', 'b']]]);
  });

  it('calls back at the end of the turn', async () => {
    const order: string[] = [];
    open().atTurnEnd?.(() => order.push('end'));
    order.push('turn');
    await Promise.resolve();
    expect(order).to.deep.equal(['turn', 'end']);
  });

  const missing: readonly (readonly [string, () => unknown, RegExp])[] = [
    ['a runtime without a WebSocket', () => (give(undefined), open()), /webSocketFactory/],
    ['headers', () => open({ headers: { authorization: 'secret' } }), /headers/],
    ['socketOptions', () => open({ socketOptions: {} }), /socketOptions/],
  ];
  for (const [what, act, words] of missing)
    it(`is a final error for ${what}, and opens nothing`, () => {
      expect(act)
        .to.throw(words)
        .that.includes({ kind: 'connectFailed', reason: 'unsupported', retryable: false })
        .and.has.property('message')
        .that.does.not.include('secret');
      expect(made).to.deep.equal([]);
    });
});
