import { connect, heartbeat, request, retryBackoff, send, shareSession, topic } from 'rxgate';
import { socketIo } from 'rxgate/protocols';
import { commands } from 'rxgate/server';

interface Tick {
  readonly symbol: string;
  readonly price: number;
}

// #region socketIo
export const streaming = (url: string, token: () => string) => {
  const protocol = socketIo({ namespace: '/streaming' });
  const session$ = connect({ url, protocol, credentials: () => ({ token: token() }) }).pipe(
    heartbeat(),
    // What the server asks by `socket.emitWithAck('where')`.
    commands({ where: () => 'London' }),
    retryBackoff(),
    shareSession(),
  );
  return {
    ticks$: session$.pipe(topic<Tick>('tick')),
    place: (order: object) => session$.pipe(request<{ id: string }>('place', order)),
    typing: () => session$.pipe(send('typing')),
  };
};
// #endregion

// #region socketIoRooms
export const rooms = (url: string) => {
  const protocol = socketIo({
    topics: {
      // `socket.emit('join', 'room:7', ack)`, and again after a reconnect.
      subscribe: 'join',
      unsubscribe: 'leave',
      // `io.to('room:7').emit('said', 'room:7', text)`.
      notification: (event, [room, text]) => (event === 'said' ? [room as string, text] : undefined),
    },
    // `ack({ status: 'error', reason })`.
    failure: (answer) => {
      const { status, reason } = (answer ?? {}) as { readonly status?: string; readonly reason?: string };
      return status === 'error' ? { code: reason ?? status } : undefined;
    },
  });
  const session$ = connect({ url, protocol }).pipe(heartbeat(), retryBackoff(), shareSession());
  return (id: number) => session$.pipe(topic<string>('room:{id}', { id }));
};
// #endregion
