import { expect } from 'chai';
import type { IncomingMessage } from 'node:http';
import { catchError, map, mergeMap, NEVER, of, tap, timer } from 'rxjs';
import {
  connect,
  createCounters,
  type GatewayEvent,
  heartbeat,
  request,
  retryBackoff,
  type Session,
  shareSession,
  topic,
} from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { commands, createServerCounters, type Peer, topics } from 'rxgate/server';
import { type FakeServe, fakeServe } from 'rxgate/testing';
import { encodeMessage, framesOf } from '../../lib/connection/codecFrames.js';
import { peerLink } from '../../lib/server/peerLink.js';
import { prepareFrame } from '../../lib/server/prepareFrame.js';
import { byKind, tracing, virtualTime } from './virtualTime.js';

const connectTo = ({ webSocketFactory }: FakeServe, url = 'ws://fake') =>
  connect({ url, protocol: commandNotify(), webSocketFactory });

describe('fakeServe', () => {
  it('S18: connects the pipeline of the client with the stages of the server, in virtual time', () => {
    virtualTime(({ expectObservable }) => {
      const server = fakeServe({ latency: 1 });
      const bars = () => timer(2, 3);
      server.peers.pipe(commands<Peer>({ double: (n: number) => n * 2 }), topics<Peer>({ bars })).subscribe();
      const session$ = connectTo(server).pipe(heartbeat(), retryBackoff(), shareSession());

      // 2 ms for the connection, 2 ms there and back.
      expectObservable(session$.pipe(request('double', 21))).toBe('----(a|)', { a: 42 });
      // 2 ms for the connection, 1 ms there, the value, 1 ms back.
      expectObservable(session$.pipe(topic('bars')), '10ms !').toBe('------0--1', [0, 1]);
    });
  });

  it('asks a client from the server, who answers with the same stage', () => {
    virtualTime(({ expectObservable }) => {
      const server = fakeServe();
      expectObservable(server.peers.pipe(mergeMap((peer) => peer.request('name')))).toBe('-a', { a: 'ann' });
      timer(1)
        .pipe(
          mergeMap(() => connectTo(server)),
          commands<Session>({ name: () => 'ann' }),
        )
        .subscribe();
    });
  });

  it('refuses while nobody listens, as a port without a server', () => {
    virtualTime(({ expectObservable, acts }) => {
      const server = fakeServe();
      const attempt = connectTo(server).pipe(
        tap({ error: (error: unknown) => expect(error).to.have.nested.property('cause.code', 'ECONNREFUSED') }),
        byKind,
      );
      expectObservable(attempt).toBe('#', undefined, 'connectFailed');
      acts('-a', {
        a: () => {
          const listening = server.peers.subscribe();
          connectTo(server).subscribe({ error: () => undefined });
          timer(1).subscribe(() => {
            expect(server.open).to.equal(1);
            listening.unsubscribe();
            expect(server.open).to.equal(0);
          });
        },
      });
      expectObservable(attempt, '---^').toBe('---#', undefined, 'connectFailed');
    });
  });

  it('closes its peers with 1001 when it stops, and the clients hear it', () => {
    virtualTime(({ flush, acts }) => {
      const lines: string[] = [];
      const server = fakeServe();
      const listening = server.peers.subscribe((peer) => peer.closed.subscribe(tracing(lines)('peer')));
      connectTo(server)
        .pipe(mergeMap((session) => session.closed))
        .subscribe({ next: ({ code, by }) => lines.push(`client ${code} ${by}`), error: () => undefined });
      acts('-a', { a: () => listening.unsubscribe() });
      flush();
      expect(lines).to.deep.equal(['peer {"code":1001,"reason":"","wasClean":true,"by":"us"}', 'peer |', 'client 1001 them']);
    });
  });

  it('has one listener at a time, as a port has', () => {
    const server = fakeServe();
    const first = server.peers.subscribe();
    const lines: string[] = [];
    server.peers.pipe(byKind).subscribe(tracing(lines)('second'));
    first.unsubscribe();
    server.peers.pipe(byKind).subscribe(tracing(lines)('third'));
    expect(lines).to.deep.equal(['second! connectFailed']);
  });

  it('counts and reports as serve does', () => {
    virtualTime(({ flush, acts }) => {
      const counters = createCounters();
      const events: GatewayEvent[] = [];
      const server = fakeServe({ counters, events: { next: (event) => events.push(event) } });
      server.peers.subscribe();
      const client = connectTo(server, 'ws://fake/ws?token=secret').subscribe();
      acts('-a', { a: () => client.unsubscribe() });
      flush();
      expect(events.map(({ type }) => type)).to.deep.equal(['opened', 'ready', 'ended', 'released']);
      expect(events[0]).to.include({ session: 1, url: '/ws' });
      expect([counters.attempts, counters.sessions]).to.deep.equal([1, 1]);
      expect(server.closes).to.deep.equal([1000]);
    });
  });

  it('asks who it is, and refuses as serve does', () => {
    virtualTime(({ expectObservable }) => {
      const authenticate = ({ url, headers }: Pick<IncomingMessage, 'url' | 'headers'>) => {
        const user = headers['x-user'];
        if (url === '/slow') return timer(20).pipe(map(() => ({ user: 'slow' })));
        if (url === '/broken') throw new Error('broken');
        return typeof user === 'string' ? timer(2).pipe(map(() => ({ user }))) : undefined;
      };
      const counters = createServerCounters();
      const server = fakeServe({ authenticate, authenticateTimeout: 10, counters });
      const attempt = (path: string, headers: Record<string, string>) =>
        connect({
          url: `ws://fake${path}`,
          protocol: commandNotify(),
          webSocketFactory: server.webSocketFactory,
          headers: () => headers,
        }).pipe(
          request('who'),
          catchError((error: unknown) => of((error as { status?: number }).status)),
        );
      server.peers.pipe(commands<Peer>({ who: (_data, { peer }) => peer.identity?.user })).subscribe();
      expectObservable(attempt('/', { 'X-User': 'ann' })).toBe('--(a|)', { a: 'ann' });
      expectObservable(attempt('/', {})).toBe('(a|)', { a: 401 });
      expectObservable(attempt('/broken', {})).toBe('(a|)', { a: 503 });
      expectObservable(attempt('/slow', {})).toBe('----------(a|)', { a: 503 });
      timer(50).subscribe(() => {
        expect(counters.upgradesRefused).to.deep.equal({ authenticate: 1, authenticateFailed: 1, authenticateTimeout: 1 });
        expect([counters.attempts, counters.sessions, counters.connections]).to.deep.equal([4, 1, 0]);
      });
    });
  });

  it('delivers what was prepared for many peers as what it was', () => {
    virtualTime(({ expectObservable }) => {
      const server = fakeServe();
      const message = { kind: 'notification', topic: 'bars', data: 'ä' } as const;
      const frames = framesOf(encodeMessage(commandNotify().server!(), message)).map(prepareFrame);
      server.peers.pipe(topics<Peer>({ bars: () => NEVER })).subscribe((peer) => {
        timer(1).subscribe(() => peerLink(peer).write(message, frames));
      });
      const data = connectTo(server).pipe(shareSession(), topic('bars'));
      expectObservable(data, '5ms !').toBe('-a', { a: 'ä' });
    });
  });

  it('counts what a silent line holds in bufferedAmount', () => {
    virtualTime(({ flush }) => {
      const server = fakeServe();
      const amounts: number[] = [];
      server.peers.subscribe((peer) => {
        server.silence();
        peer.send('tick');
        timer(1).subscribe(() => {
          amounts.push(peer.bufferedAmount);
          server.speak();
          amounts.push(peer.bufferedAmount);
        });
      });
      connectTo(server).subscribe();
      flush();
      expect(amounts).to.deep.equal(['{"command":"tick"}'.length, 0]);
    });
  });
});
