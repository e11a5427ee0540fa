import { expect } from 'chai';
import { finalize, NEVER, startWith, timer } from 'rxjs';
import { connect, shareSession, topic } from 'rxgate';
import type { Message } from 'rxgate/protocols';
import { type Peer, topics } from 'rxgate/server';
import { describeProtocol, fakeServe, typedTopicsGateway } from 'rxgate/testing';
import { virtualTime } from './virtualTime.js';

const cannot = {
  cancel: 'nothing says which request is meant',
  stream: 'a command has one reply',
  numberIds: 'a gateway asks nothing',
  stringIds: 'a gateway asks nothing',
  ended: 'a gateway has no word for the end of a topic',
  pong: 'it is the client that beats',
  batch: 'a frame is one message',
  unknown: 'what nobody asked for is a notification under its type',
  heartbeat: 'there is nothing to ask without a topic',
};
const malformed = ['{"', '[]', 'null', '7', '{}', '{"type":7}', '{"type":null,"payload":{}}', new Uint8Array([0xff, 0xfe])];
const frame = (type: string, payload?: unknown): string => JSON.stringify({ type, payload });

describe('typedTopicsGateway', () => {
  describeProtocol({ protocol: () => typedTopicsGateway({ topics: ['news', 'sport'] }), malformed, cannot });

  const codec = (options = { topics: ['bars:{symbol}:{resolution}'] }) => typedTopicsGateway(options).server!();
  const aapl = { symbol: 'AAPL', resolution: '1' };
  const told = (message: Message | readonly Message[]) => [message].flat();

  it('takes a subscribe by its route and params, and the others as commands', () => {
    const { decode } = codec();
    expect(decode(frame('bars.subscribe', { ...aapl, depth: 2 }))).to.deep.include({
      ...{ kind: 'subscribe', topic: 'bars:AAPL:1', params: { depth: 2 } },
    });
    expect(decode(frame('orders.subscribe', 1))).to.deep.include({ kind: 'request', command: 'orders.subscribe', data: 1 });
  });

  it('is given up under every id that asked, the beats included, and says so', () => {
    const { decode, encode, owed } = codec();
    const ids = [1, 2].map(() => {
      const [asked] = told(decode(frame('bars.subscribe', aapl)));
      if (asked?.kind !== 'subscribe') throw new Error('no subscribe');
      encode({ kind: 'confirmation', id: asked.id, topic: asked.topic });
      return asked.id;
    });
    const left = told(decode(frame('bars.unsubscribe', aapl)));
    expect(left).to.deep.equal(ids.map((id) => ({ kind: 'unsubscribe', id, topic: 'bars:AAPL:1' })));
    expect(owed?.splice(0)).to.deep.equal([frame('bars.unsubscribe.response', { status: 'ok', topic: 'bars:AAPL:1' })]);
    expect(told(decode(frame('bars.unsubscribe', aapl)))).to.deep.equal([]);
  });

  it('refuses a topic that lacks a value of its template', () => {
    const { decode, owed } = codec();
    expect(told(decode(frame('bars.subscribe', { symbol: 'AAPL' })))).to.have.nested.property('[0].kind', 'malformed');
    const [answer] = owed?.splice(0) ?? [];
    expect(JSON.parse(answer as string)).to.deep.include({ type: 'bars.subscribe.response' });
    expect(JSON.parse(answer as string)).to.deep.nested.include({ 'payload.status': 'error', 'payload.code': 'INVALID_DATA' });
    expect(answer).to.include('resolution');
  });

  it('sends updates as they are where a route is plain', () => {
    const { decode, encode } = typedTopicsGateway({ topics: ['bars:{symbol}'], plain: ['bars'], sends: ['note'] }).server!();
    const [asked] = told(decode(frame('bars.subscribe', { symbol: 'AAPL' })));
    if (asked?.kind !== 'subscribe') throw new Error('no subscribe');
    expect(encode({ kind: 'confirmation', id: asked.id, topic: 'bars:AAPL' })).to.equal(
      frame('bars.subscribe.response', { status: 'ok', topic: 'bars:AAPL' }),
    );
    expect(encode({ kind: 'notification', topic: 'bars:AAPL', data: 7 })).to.equal(frame('bars.update', 7));
    expect(decode(frame('note', 'x'))).to.deep.equal({ kind: 'send', command: 'note', data: 'x' });
  });

  it('releases what a topic is made of when nobody listens any more', () => {
    virtualTime(({ expectObservable }) => {
      const server = fakeServe({ protocol: typedTopicsGateway({ topics: ['bars:{symbol}:{resolution}'] }) });
      let running = 0;
      const bars = () => {
        running++;
        return NEVER.pipe(
          startWith('bar'),
          finalize(() => running--),
        );
      };
      server.peers.pipe(topics<Peer>({ 'bars:{symbol}:{resolution}': bars })).subscribe();
      const { webSocketFactory } = server;
      const protocol = typedTopicsGateway({ topics: ['bars:{symbol}:{resolution}'] });
      const session$ = connect({ url: 'ws://fake', protocol, webSocketFactory }).pipe(shareSession({ linger: 100 }));
      expectObservable(session$.pipe(topic('bars:AAPL:1')), '10ms !').toBe('a', { a: 'bar' });
      timer(9).subscribe(() => expect(running).to.equal(1));
      timer(20).subscribe(() => expect(running).to.equal(0));
    });
  });
});
