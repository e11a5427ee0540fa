import { expect } from 'chai';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { type PeerReply, requestAll } from '../../lib/server/requestAll.js';
import { type FakePeer, fakePeer } from './fakePeer.js';

describe('requestAll', () => {
  let clock: SinonFakeTimers;
  let clients: FakePeer[];
  let log: string[];
  const observer = {
    next: ({ peer, reply, error }: PeerReply) =>
      log.push(`${peer.id} ${error === undefined ? String(reply) : (error as { kind: string }).kind}`),
    error: (error: unknown) => log.push(`error ${String(error)}`),
    complete: () => log.push('complete'),
  };
  const peers = () => clients.map(({ peer }) => peer);
  const reply = (index: number, data: unknown) => {
    const { sent, receive } = clients[index]!;
    receive({ type: 'RESPONSE', id: sent.at(-1).id, data });
  };

  beforeEach(() => {
    clock = useFakeTimers();
    clients = [1, 2, 3].map((id) => fakePeer(id));
    log = [];
  });
  afterEach(() => clock.restore());

  it('S14: asks when it is subscribed to, gives each reply as it comes, and completes with the last', () => {
    const replies$ = requestAll(peers(), 'vote', { on: 'pizza' });
    expect(clients.map(({ sent }) => sent.length)).to.deep.equal([0, 0, 0]);
    replies$.subscribe(observer);
    expect(clients[0]!.sent).to.deep.equal([{ id: '1', command: 'vote', data: { on: 'pizza' } }]);
    reply(2, 'yes');
    reply(0, 'no');
    expect(log).to.deep.equal(['3 yes', '1 no']);
    reply(1, 'yes');
    expect(log).to.deep.equal(['3 yes', '1 no', '2 yes', 'complete']);
  });

  it('S14: gives an error for each that fails: refused, too late, gone, or not open', () => {
    clients.push(fakePeer(4));
    clients[3]!.peer.close();
    requestAll(peers(), 'vote', undefined, { timeout: 50 }).subscribe(observer);
    expect(log).to.deep.equal(['4 gatewayClosed']);
    clients[0]!.receive({ type: 'ERROR', id: clients[0]!.sent[0].id, code: 'NO' });
    clients[1]!.disconnect();
    clock.tick(49);
    expect(log.slice(1)).to.deep.equal(['1 requestFailed', '2 connectionLost']);
    clock.tick(1);
    expect(log.slice(3)).to.deep.equal(['3 requestTimeout', 'complete']);
  });

  it('asks nobody twice, and leaves out whoever is excepted', () => {
    requestAll([peers(), clients[0]!.peer], 'vote', 1, { except: clients[1]!.peer }).subscribe(observer);
    expect(clients.map(({ sent }) => sent.length)).to.deep.equal([1, 0, 1]);
  });

  it('completes at once when there is nobody to ask', () => {
    requestAll([], 'vote').subscribe(observer);
    expect(log).to.deep.equal(['complete']);
  });

  it('cancels what is not settled when it is unsubscribed from', () => {
    const asking = requestAll(peers(), 'vote').subscribe(observer);
    reply(0, 'yes');
    asking.unsubscribe();
    expect(clients.map(({ sent }) => sent.slice(1).map(({ type }) => type))).to.deep.equal([[], ['CANCEL'], ['CANCEL']]);
    expect(log).to.deep.equal(['1 yes']);
  });

  it('errors with the reason of a signal that is aborted', () => {
    const abort = new AbortController();
    requestAll(peers(), 'vote', undefined, { signal: abort.signal }).subscribe(observer);
    abort.abort('enough');
    expect(log).to.deep.equal(['error enough']);
    expect(clients[0]!.sent[1].type).to.equal('CANCEL');
  });

  it('names the option that is invalid, at the call', () => {
    expect(() => requestAll([], '')).to.throw(TypeError, 'command');
    expect(() => requestAll([], 'vote', 1, { timeout: 0 })).to.throw(RangeError, 'timeout');
    expect(() => requestAll([], 'vote', 1, { signal: {} as never })).to.throw(TypeError, 'signal');
  });
});
