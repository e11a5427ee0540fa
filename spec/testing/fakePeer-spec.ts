import { expect } from 'chai';
import { map, merge, timer } from 'rxjs';
import { ConnectionLostError, createCounters, type GatewayEvent, heartbeat, type Message } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { commands, type Peer, topics } from 'rxgate/server';
import { type FakePeer, fakePeer } from 'rxgate/testing';
import { encodeMessage, framesOf } from '../../lib/connection/codecFrames.js';
import { peerLink } from '../../lib/server/peerLink.js';
import { prepareFrame } from '../../lib/server/prepareFrame.js';
import { tracing, virtualTime } from './virtualTime.js';

const request = (id: string, command: string, data?: unknown): Message => ({ kind: 'request', id, command, data });

describe('fakePeer', () => {
  it('plays the client of a handler, and keeps what was sent', () => {
    const { peer$, sent, receive } = fakePeer({ identity: { user: 'ann' } });
    peer$.pipe(commands<Peer>({ greet: (name: string, { peer }) => `${peer.identity?.user} greets ${name}` })).subscribe();
    receive(request('1', 'greet', 'bob'));
    expect(sent).to.deep.equal([{ kind: 'reply', id: '1', data: 'ann greets bob', last: true }]);
  });

  it('takes frames of its protocol, as text and as bytes', () => {
    const { peer$, sent, receive } = fakePeer();
    peer$.pipe(commands<Peer>({ double: (n: number) => 2 * n })).subscribe();
    const frame = '{"id":"a","command":"double","data":21}';
    receive(frame);
    receive(new TextEncoder().encode(frame.replace('"a"', '"b"')));
    expect(sent.map((message) => 'data' in message && message.data)).to.deep.equal([42, 42]);
  });

  it('counts what it receives, messages and frames alike', () => {
    const counters = createCounters();
    const { receive } = fakePeer({ counters });
    receive({ kind: 'ping' });
    receive('{"type":"ping"}');
    receive('{');
    expect([counters.messagesIn, counters.drops.malformed]).to.deep.equal([3, 1]);
  });

  it('S18: lives in virtual time', () => {
    virtualTime(({ acts, flush, now }) => {
      const { peer$, sent, receive } = fakePeer();
      const lines: string[] = [];
      const note = () => lines.push(`${now()} ${sent.map((message) => 'id' in message && message.id).join(' ')}`);
      peer$.pipe(commands<Peer>({ later: (ms: number) => timer(ms).pipe(map(() => ms)) })).subscribe();
      acts('a-b-n--n', {
        a: () => receive(request('a', 'later', 6)),
        b: () => receive(request('b', 'later', 1)),
        n: note,
      });
      flush();
      expect(lines).to.deep.equal(['4 b', '7 b a']);
    });
  });

  it('has an identity, an address and headers, as they were given', () => {
    const identity = { user: 'ann', claims: ['admin'] };
    const { peer } = fakePeer({ id: 7, identity, headers: { cookie: 'a=b' } });
    expect([peer.id, peer.identity, peer.address, peer.headers]).to.deep.equal([7, identity, 'fake:7', { cookie: 'a=b' }]);
    expect(fakePeer().peer.identity).to.equal(undefined);
    expect(fakePeer({ address: '10.0.0.1:5' }).peer.address).to.equal('10.0.0.1:5');
  });

  const drops: readonly (readonly [code: number | undefined, end: object])[] = [
    [undefined, { code: 1006, reason: '', wasClean: false, by: 'them' }],
    [1000, { code: 1000, reason: '', wasClean: true, by: 'them' }],
  ];
  for (const [code, expected] of drops)
    it(`drops with ${code ?? 'nothing, which is 1006'}`, () => {
      const client = fakePeer();
      client.peer$.subscribe();
      client.drop(code);
      const { error, ...end } = client.end ?? {};
      expect(end).to.deep.equal(expected);
      expect(error?.kind).to.equal(code === undefined ? 'connectionLost' : undefined);
    });

  it('ends once: what comes after is not heard', () => {
    const client = fakePeer();
    client.peer.terminate(new ConnectionLostError(1006, 'mine', false));
    client.drop(1000);
    client.receive(request('1', 'greet'));
    expect(client.end).to.deep.include({ code: 1006, by: 'us' });
    expect(client.sent).to.deep.equal([]);
  });

  it('ends with 1001 when its stream is unsubscribed from, and is not emitted again', () => {
    const client = fakePeer();
    client.peer$.subscribe().unsubscribe();
    expect(client.end).to.deep.equal({ code: 1001, reason: '', wasClean: true, by: 'us' });
    const lines: string[] = [];
    client.peer$.subscribe(tracing(lines)('peer'));
    expect(lines).to.deep.equal([]);
  });

  it('shares a topic among several clients', () => {
    const clients = [fakePeer({ id: 1 }), fakePeer({ id: 2 })];
    let producers = 0;
    const bars = () => {
      producers++;
      return timer(5);
    };
    virtualTime(() => {
      merge(...clients.map(({ peer$ }) => peer$))
        .pipe(topics<Peer>({ bars }))
        .subscribe();
      for (const { receive } of clients) receive({ kind: 'subscribe', id: '1', key: 'bars', topic: 'bars' });
    });
    expect(producers).to.equal(1);
    const kinds = ({ sent }: FakePeer) => sent.map(({ kind }) => kind);
    expect(clients.map(kinds)).to.deep.equal(Array(2).fill(['confirmation', 'notification', 'ended']));
  });

  it('reports its life to the events that were given, ready included', () => {
    const events: GatewayEvent[] = [];
    const client = fakePeer({ events: { next: (event) => events.push(event) } });
    client.peer$.subscribe();
    client.drop(1000);
    expect(events.map(({ type }) => type)).to.deep.equal(['ready', 'ended']);
  });

  it('answers no ping by itself: heartbeat sends one, and gives up without a pong', () => {
    virtualTime(({ flush }) => {
      const client = fakePeer();
      client.peer$.pipe(heartbeat({ mode: 'frame', interval: 10, timeout: 5, random: () => 1 })).subscribe();
      flush();
      expect([client.pings, client.end?.error?.kind]).to.deep.equal([1, 'heartbeatTimeout']);
    });
  });

  it('keeps what was prepared for many peers as the message that it is', () => {
    const { peer, sent } = fakePeer();
    const message: Message = { kind: 'notification', topic: 'bars', data: 1 };
    peerLink(peer).write(message, framesOf(encodeMessage(commandNotify().server!(), message)).map(prepareFrame));
    expect(sent).to.deep.equal([message]);
  });

  it('stalls: what is sent counts in bufferedAmount until the client reads again', () => {
    const { peer, stall, resume, sent } = fakePeer();
    peer.send('tick', 1);
    expect(peer.bufferedAmount).to.equal(0);
    stall();
    peer.send('tick', 2);
    peer.send('tick', 3);
    expect(peer.bufferedAmount).to.equal(2 * '{"command":"tick","data":2}'.length);
    resume();
    expect([peer.bufferedAmount, sent.length]).to.deep.equal([0, 3]);
  });

  it('checks its options', () => {
    const wrong: readonly [unknown, RegExp][] = [
      [null, /^fakePeer: options/],
      [{ confirmTimeout: -1 }, /^fakePeer: confirmTimeout/],
      [{ maxHeld: 0.5 }, /^fakePeer: maxHeld/],
      [{ protocol: { name: 'x', client: () => undefined } }, /^fakePeer: protocol.server/],
    ];
    for (const [options, text] of wrong) expect(() => fakePeer(options as object)).to.throw(Error, text);
  });
});
