import { expect } from 'chai';
import type { Message } from 'rxgate/protocols';
import { socketIoGreeting, type SocketIoState } from '../../lib/protocols/socketIoGreeting.js';

const settings = { namespace: '/', maxAttachments: 10, argumentLists: false, recovery: true };
const before = { pid: 'p', offset: 'o' };
const other = (body: unknown): Message => ({ kind: 'other', body });
const opening = other({ pingInterval: 3, pingTimeout: 2, maxPayload: 80 });
const connect = (data: object) => other({ type: 0, namespace: '/', data });

const greeting = (given = settings) => {
  const state: SocketIoState = { ...before };
  return { state, ...socketIoGreeting(given, state, before, (type, data) => [JSON.stringify([type, data])]) };
};

describe('socketIoGreeting', () => {
  it('takes no CONNECT before the word of the gateway, and holds what is for the session', () => {
    const { open, accept, state } = greeting();
    open(undefined);
    expect(accept(connect({ sid: 's' }))).to.equal('wait');
    expect(accept(opening)).to.deep.equal({ send: ['[0,{"pid":"p","offset":"o"}]'] });
    expect(state.maxPayload).to.equal(80);
    expect(accept({ kind: 'notification', topic: 'a' })).to.equal('hold');
    expect(accept({ kind: 'request', id: 1, command: 'a' })).to.equal('hold');
    expect(accept(other('6'))).to.equal('wait');
  });

  it('goes on with the session that was, or begins another', () => {
    for (const [given, pid, recovered] of [
      [settings, 'p', true],
      [settings, 'q', false],
      [settings, undefined, false],
      [{ ...settings, recovery: false }, 'p', false],
    ] as const) {
      const { open, accept, state } = greeting(given);
      open({});
      accept(opening);
      expect(accept(connect({ sid: 's', pid }))).to.deep.equal({
        opened: { sid: 's', recovered },
        heartbeat: { interval: 3, timeout: 2 },
      });
      expect(state.offset).to.equal(recovered ? 'o' : undefined);
      expect(state.pid).to.equal(given.recovery ? pid : undefined);
    }
  });
});
