import { connect, request, shareSession, topic } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { commands, topics } from 'rxgate/server';
import { fakePeer, fakeServe } from 'rxgate/testing';
import { concatWith, of, type Observable } from 'rxjs';

// #region peer
/** A stage by itself: you play the client, message by message. */
export function greeted(): unknown {
  const { peer$, sent, receive } = fakePeer({ identity: { user: 'ann' } });
  const running = peer$.pipe(commands({ greet: (_data: unknown, { peer }) => `hello ${peer.identity?.user}` })).subscribe();
  receive({ kind: 'request', id: '1', command: 'greet' });
  running.unsubscribe();
  return sent; // [{ kind: 'reply', id: '1', data: 'hello ann', last: true }]
}
// #endregion

// #region serve
/** Both halves in memory, in virtual time where a test scheduler runs. */
export function together(): Observable<unknown> {
  const server = fakeServe();
  server.peers
    .pipe(commands({ sum: (all: number[]) => all.reduce((a, b) => a + b) }), topics({ ticks: () => of('a', 'b') }))
    .subscribe();
  const session$ = connect({ url: 'ws://fake', protocol: commandNotify(), webSocketFactory: server.webSocketFactory }).pipe(
    shareSession(),
  );
  return session$.pipe(request('sum', [1, 2])).pipe(concatWith(session$.pipe(topic('ticks'))));
}
// #endregion
