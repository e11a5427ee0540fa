import { expect } from 'chai';
import { type Codec, type Message, phoenix } from 'rxgate/protocols';

/** A codec whose channel `room:1` was asked for with subscribe 1, and joined unless `joined` is false. */
const client = (joined = true): Codec => {
  const codec = phoenix().client();
  codec.encode({ kind: 'subscribe', id: 1, key: 'room:1', topic: 'room:1', params: { user: 'ann' } });
  if (joined) codec.decode('["1","1","room:1","phx_reply",{"status":"ok","response":{}}]');
  return codec;
};
const malformedText = (codec: Codec, frame: string): string | undefined => {
  const message = codec.decode(frame) as Message;
  return message.kind === 'malformed' ? message.error.message : undefined;
};

describe('phoenix', () => {
  it('beats as Phoenix does, and asks for the second version of the serializer at its endpoint', () => {
    const { name, heartbeat, subprotocols, url } = phoenix();
    expect({ name, heartbeat, subprotocols }).to.deep.equal({
      name: 'phoenix',
      heartbeat: { mode: 'message', interval: 30_000, timeout: 10_000 },
      subprotocols: undefined,
    });
    const urls = ['ws://gw/socket', 'ws://gw/socket/?token=a', 'ws://gw/socket/websocket', 'wss://gw/socket/websocket?vsn=2.0.1'];
    expect(urls.map((given) => url?.(given))).to.deep.equal([
      'ws://gw/socket/websocket?vsn=2.0.0',
      'ws://gw/socket/websocket?token=a&vsn=2.0.0',
      'ws://gw/socket/websocket?vsn=2.0.0',
      'wss://gw/socket/websocket?vsn=2.0.1',
    ]);
  });

  it('leaves the rest of a query alone, question marks and all', () => {
    const urls = ['ws://gw/socket?back=/a?b=1&token=a', 'ws://gw/socket/?', 'ws://gw/socket?a=?&vsn=2.0.0'];
    expect(urls.map((given) => phoenix().url?.(given))).to.deep.equal([
      'ws://gw/socket/websocket?back=/a?b=1&token=a&vsn=2.0.0',
      'ws://gw/socket/websocket?vsn=2.0.0',
      'ws://gw/socket/websocket?a=?&vsn=2.0.0',
    ]);
  });

  describe('channels', () => {
    it('are joined by a subscribe, with its params as payload', () => {
      const codec = phoenix().client();
      const join = (params?: unknown) => codec.encode({ kind: 'subscribe', id: 5, key: 'k', topic: 'room:1', params });
      expect(join({ user: 'ann' })).to.equal('["5","5","room:1","phx_join",{"user":"ann"}]');
      expect(phoenix().client().encode({ kind: 'subscribe', id: 5, key: 'k', topic: 'room:1' })).to.equal(
        '["5","5","room:1","phx_join",{}]',
      );
    });

    it('are confirmed by an ok, which is the first event', () => {
      const frame = '["1","1","room:1","phx_reply",{"status":"ok","response":{"welcome":"ann"}}]';
      expect(client(false).decode(frame)).to.deep.equal([
        { kind: 'confirmation', id: 1, topic: 'room:1' },
        { kind: 'notification', topic: 'room:1', data: { event: 'phx_join', payload: { welcome: 'ann' } } },
      ]);
    });

    it('are refused with the reason as code, and can be asked for again', () => {
      const codec = client(false);
      const response = { reason: 'unauthorized', hint: 7 };
      expect(codec.decode(JSON.stringify(['1', '1', 'room:1', 'phx_reply', { status: 'error', response }]))).to.deep.equal({
        kind: 'refusal',
        id: 1,
        code: 'unauthorized',
        data: response,
      });
      expect(codec.encode({ kind: 'subscribe', id: 2, key: 'k', topic: 'room:1' })).to.equal('["2","2","room:1","phx_join",{}]');
      expect(codec.decode('["2","2","room:1","phx_reply",{"status":"error","response":{}}]')).to.include({
        kind: 'refusal',
        code: 'error',
      });
    });

    it('are refused here where they are joined already', () => {
      expect(client(false).encode({ kind: 'subscribe', id: 2, key: 'k', topic: 'room:1', params: { other: 1 } })).to.deep.equal({
        frames: [],
        answers: [{ kind: 'refusal', id: 2, code: 'ALREADY_JOINED' }],
      });
    });

    it('give their events as notifications', () => {
      expect(client().decode('[null,null,"room:1","new_msg",{"body":"hi"}]')).to.deep.equal({
        kind: 'notification',
        topic: 'room:1',
        data: { event: 'new_msg', payload: { body: 'hi' } },
      });
      expect(client().decode('["1",null,"room:1","pushed",{}]')).to.include({ kind: 'notification' });
    });

    it('give no event of an earlier join', () => {
      const body = ['0', null, 'room:1', 'pushed', {}];
      expect(client().decode(JSON.stringify(body))).to.deep.equal({ kind: 'other', body });
    });

    it('end with phx_close, and fail with phx_error, once', () => {
      const closed = client();
      expect(closed.decode('["1","1","room:1","phx_close",{}]')).to.deep.equal({ kind: 'ended', topic: 'room:1' });
      expect(closed.decode('["1","1","room:1","phx_close",{}]')).to.deep.equal([]);
      const crashed = client();
      expect(crashed.decode('["1","1","room:1","phx_error",{}]')).to.deep.include({
        kind: 'refusal',
        id: 1,
        code: 'phx_error',
        retryable: true,
      });
      expect(crashed.decode('["1","1","room:1","phx_error",{}]')).to.deep.equal([]);
    });

    it('are left by an unsubscribe, whose answers are no news', () => {
      const codec = client();
      const frame = codec.encode({ kind: 'unsubscribe', id: 1, topic: 'room:1' });
      const [joinRef, ref, ...rest] = JSON.parse(frame as string) as string[];
      expect([joinRef, ...rest]).to.deep.equal(['1', 'room:1', 'phx_leave', {}]);
      expect(codec.decode(JSON.stringify(['1', ref, 'room:1', 'phx_reply', { status: 'ok', response: {} }]))).to.deep.equal([]);
      expect(codec.decode('["1","1","room:1","phx_close",{}]')).to.deep.equal([]);
      expect(codec.encode({ kind: 'unsubscribe', id: 1, topic: 'room:1' })).to.equal(undefined);
    });
  });

  describe('requests', () => {
    const request = (command: string, data?: unknown, id = 7) => ({ kind: 'request', id, command, data }) as const;

    it('are pushes to a channel, named before the last space', () => {
      const codec = client();
      expect(codec.encode(request('room:1 new_msg', { body: 'hi' }))).to.equal('["1","7","room:1","new_msg",{"body":"hi"}]');
      expect(codec.encode(request('room:1 ping'))).to.equal('["1","7","room:1","ping",{}]');
    });

    it('are answered by a reply with their ref', () => {
      const codec = client();
      const reply = (payload: unknown, ref: string | null = '7') =>
        codec.decode(JSON.stringify(['1', ref, 'room:1', 'phx_reply', payload]));
      expect(reply({ status: 'ok', response: { a: 1 } })).to.deep.equal({ kind: 'reply', id: 7, data: { a: 1 }, last: true });
      expect(reply({ status: 'error', response: { reason: 'late' } })).to.deep.equal({
        kind: 'failure',
        id: 7,
        code: 'late',
        data: { reason: 'late' },
      });
      expect(reply({ status: 'busy', response: null })).to.deep.equal({ kind: 'failure', id: 7, code: 'busy', data: null });
      expect(reply({ status: 'ok', response: {} }, null)).to.include({ kind: 'other' });
      expect(reply({})).to.include({ kind: 'other' });
    });

    it('leave it to the gateway to say that a channel is not joined', () => {
      expect(client().encode(request('room:2 new_msg'))).to.equal('[null,"7","room:2","new_msg",{}]');
    });

    it('must name a channel and an event, and carry an object or bytes', () => {
      for (const command of ['new_msg', ' new_msg'])
        expect(() => client().encode(request(command))).to.throw(TypeError, 'command must be a channel and an event');
      for (const data of ['text', 7, [1], true])
        expect(() => client().encode(request('room:1 x', data))).to.throw(TypeError, 'data must be an object');
    });

    it('carry bytes both ways', () => {
      const codec = client();
      const frame = codec.encode(request('room:1 up', Uint8Array.of(1, 2)));
      expect(frame).to.deep.equal(Uint8Array.from([0, 1, 1, 6, 2, ...new TextEncoder().encode('17room:1up'), 1, 2]));
      const answer = Uint8Array.from([1, 1, 1, 6, 2, ...new TextEncoder().encode('17room:1ok'), 9]);
      expect(codec.decode(answer)).to.deep.equal({ kind: 'reply', id: 7, data: Uint8Array.of(9), last: true });
    });
  });

  it('sends with a ref that nobody waits for, and tells of a failure only', () => {
    const codec = client();
    const [joinRef, ref, ...rest] = JSON.parse(
      codec.encode({ kind: 'send', command: 'room:1 typing', data: {} }) as string,
    ) as string[];
    expect([joinRef, ...rest]).to.deep.equal(['1', 'room:1', 'typing', {}]);
    const reply = (status: string) => codec.decode(JSON.stringify(['1', ref, 'room:1', 'phx_reply', { status, response: {} }]));
    expect(reply('ok')).to.deep.equal([]);
    expect(reply('error')).to.include({ kind: 'other' });
  });

  it('asks for a heartbeat, and takes the answer to the last one for a pong', () => {
    const codec = client();
    const beat = () => (JSON.parse(codec.encode({ kind: 'ping', timestamp: 5 }) as string) as string[])[1];
    const reply = (ref: string | undefined) =>
      codec.decode(JSON.stringify([null, ref, 'phoenix', 'phx_reply', { status: 'ok', response: {} }]));
    const first = beat();
    const second = beat();
    expect(reply(first)).to.deep.equal([]);
    expect(reply(second)).to.deep.equal({ kind: 'pong' });
    expect(codec.encode({ kind: 'ping' })).to.match(/^\[null,"beat\d+","phoenix","heartbeat",\{\}\]$/);
  });

  it('has no frame for what Phoenix does not have', () => {
    expect(client().encode({ kind: 'cancel', id: 7 })).to.equal(undefined);
    expect(client().encode({ kind: 'pong' })).to.equal(undefined);
  });

  it('takes what it cannot read for malformed, and does not quote it', () => {
    expect(malformedText(client(), 'secret')).to.equal('A frame is not [join_ref, ref, topic, event, payload]');
    expect(malformedText(client(), '["1","2","room:1"]')).to.include('is not [join_ref');
  });

  it('keeps what it knows to one session', () => {
    const protocol = phoenix();
    protocol.client().encode({ kind: 'subscribe', id: 1, key: 'k', topic: 'room:1' });
    expect(protocol.client().encode({ kind: 'subscribe', id: 1, key: 'k', topic: 'room:1' })).to.be.a('string');
  });
});
