import { expect } from 'chai';
import { type Codec, type Message, stomp } from 'rxgate/protocols';

const client = (envelope = false): Codec => stomp({ envelope }).client();
const connected = (): Codec => {
  const codec = client();
  codec.decode('CONNECTED\nversion:1.2\n\n\0');
  return codec;
};
const only = (codec: Codec, frame: string): Message | undefined => {
  const all = [codec.decode(frame)].flat();
  expect(all).to.have.length(1);
  return all[0];
};
const subscribe = (codec: Codec, id: number, topic = `/topic/${id}`, params?: unknown) =>
  codec.encode({ kind: 'subscribe', id, key: params ? `${topic} ${JSON.stringify(params)}` : topic, topic, params });
const receipt = (id: number | string): string => `RECEIPT\nreceipt-id:${id}\n\n\0`;
const error = 'ERROR\nmessage:Bad\ncontent-type:text/plain\n\nwhy\0';
/** What STOMP says of an ERROR: that the broker hangs up. */
const closed = { kind: 'closed', reason: 'Bad', retryable: true };
const refusal = (id: number) => ({ kind: 'refusal', id, code: 'Bad', message: 'why', retryable: false });
const failure = (id: number) => ({ kind: 'failure', id, code: 'Bad', message: 'why', retryable: false });

describe('stompCodec', () => {
  describe('topics', () => {
    it('are subscribed with a receipt, and confirmed by it under their key', () => {
      const codec = client();
      expect(subscribe(codec, 3, '/topic/a', { selector: 'b > 1', ack: 'auto' })).to.equal(
        'SUBSCRIBE\nselector:b > 1\nack:auto\nid:1-3\ndestination:/topic/a\nreceipt:3\n\n\0',
      );
      const topic = '/topic/a {"selector":"b > 1","ack":"auto"}';
      expect(only(codec, receipt(3))).to.deep.equal({ kind: 'confirmation', id: 3, topic });
      expect(only(codec, 'MESSAGE\nsubscription:1-3\ndestination:/topic/a\n\nhi\0')).to.deep.equal({
        kind: 'notification',
        topic,
        data: 'hi',
      });
    });

    it('have names on the wire that no other session has, so that an ACK which comes too late means nothing', () => {
      const names = [];
      let resume: unknown;
      for (let session = 0; session < 3; session++) {
        const codec = stomp().client(resume);
        names.push(/^id:(.*)$/m.exec(subscribe(codec, 3) as string)?.[1]);
        ({ resume } = codec);
      }
      expect(names).to.deep.equal(['1-3', '2-3', '3-3']);
    });

    it('have their notifications from the start, for the session to hold', () => {
      const codec = client();
      subscribe(codec, 3);
      expect(only(codec, 'MESSAGE\nsubscription:1-3\n\n1\0')).to.include({ kind: 'notification', topic: '/topic/3' });
    });

    it('keep what is theirs on the wire, whatever the params say', () => {
      expect(subscribe(client(), 3, '/topic/a', { destination: '/b', receipt: 'x' })).to.equal(
        'SUBSCRIBE\ndestination:/topic/a\nreceipt:3\nid:1-3\n\n\0',
      );
    });

    it('may have an id of their own on the wire, which nobody else may have meanwhile', () => {
      const codec = client();
      expect(subscribe(codec, 3, '/topic/a', { id: 7, durable: true })).to.equal(
        'SUBSCRIBE\ndurable:true\nid:7\ndestination:/topic/a\nreceipt:3\n\n\0',
      );
      expect(() => subscribe(codec, 4, '/topic/b', { id: '7' })).to.throw(TypeError, 'params.id is taken');
      expect(only(codec, 'MESSAGE\nsubscription:7\n\nhi\0')).to.have.property('kind', 'notification');
      // The receipt is that of another message, which has the number by chance.
      expect(only(codec, receipt(7))).to.deep.equal({ kind: 'reply', id: 7, last: true });
      expect(codec.encode({ kind: 'unsubscribe', id: 3, topic: '/topic/a' })).to.equal('UNSUBSCRIBE\nid:7\n\n\0');
      expect(subscribe(codec, 5, '/topic/b', { id: 7 })).to.be.a('string');
    });

    it('cannot be acknowledged without the envelope that has the id to do it with', () => {
      for (const ack of ['client', 'client-individual']) {
        expect(() => subscribe(client(), 1, '/q', { ack })).to.throw(TypeError, 'ack needs envelope: true');
        expect(subscribe(client(true), 1, '/q', { ack })).to.include(`\nack:${ack}\n`);
      }
    });

    it('refuse params that are no headers', () => {
      for (const params of ['x', 5, ['x'], { a: {} }]) expect(() => subscribe(client(), 1, '/q', params)).to.throw(TypeError);
    });

    it('that could not be written leave nothing behind', () => {
      const codec = connected();
      expect(() => subscribe(codec, 1, '/q', { id: 'x', a: {} })).to.throw(TypeError);
      expect(subscribe(codec, 2, '/q', { id: 'x' })).to.be.a('string');
      expect(only(codec, error)).to.deep.equal(refusal(2));
    });

    it('are given up by their id, and what still comes of them is nobody’s', () => {
      const codec = client();
      subscribe(codec, 3);
      codec.decode(receipt(3));
      expect(codec.encode({ kind: 'unsubscribe', id: 3, topic: '/topic/3' })).to.equal('UNSUBSCRIBE\nid:1-3\n\n\0');
      expect(only(codec, 'MESSAGE\nsubscription:1-3\n\nlate\0')).to.have.property('kind', 'other');
      expect(codec.encode({ kind: 'unsubscribe', id: 3, topic: '/topic/3' })).to.equal(undefined);
    });

    it('that the broker cancels later are refused, and may be had again', () => {
      const codec = connected();
      subscribe(codec, 3);
      codec.decode(receipt(3));
      const frame = 'ERROR\nmessage:Server cancelled subscription\nsubscription:1-3\n\ngone\0';
      expect(only(codec, frame)).to.deep.equal({
        kind: 'refusal',
        id: 3,
        code: 'Server cancelled subscription',
        message: 'gone',
        retryable: true,
      });
      expect(only(codec, 'MESSAGE\nsubscription:1-3\n\nlate\0')).to.have.property('kind', 'other');
    });
  });

  describe('requests', () => {
    it('ask for a reply under their number, which brings it back', () => {
      const codec = client();
      expect(codec.encode({ kind: 'request', id: 7, command: '/queue/a', data: { b: 1 }, key: 'k' })).to.equal(
        'SEND\nidempotency-key:k\ncontent-type:application/json\ndestination:/queue/a\nreply-to:/temp-queue/rxgate\ncorrelation-id:7\n' +
          'content-length:7\n\n{"b":1}\0',
      );
      const reply = 'MESSAGE\nsubscription:/temp-queue/rxgate\ncorrelation-id:7\ncontent-type:application/json\n';
      expect(only(codec, `${reply}\n[1]\0`)).to.deep.equal({ kind: 'reply', id: 7, data: [1], last: true });
      expect(only(codec, `${reply}error:NO\n\n[1]\0`)).to.deep.equal({ kind: 'failure', id: 7, code: 'NO', data: [1] });
    });

    it('have their replies from a queue that is subscribed to as well; what else comes there is a notification', () => {
      const codec = client();
      const name = '/temp-queue/rxgate';
      subscribe(codec, 1, name, { id: name });
      codec.encode({ kind: 'request', id: 7, command: '/queue/a' });
      expect(only(codec, `MESSAGE\nsubscription:${name}\ncorrelation-id:7\n\nhi\0`)).to.deep.equal({
        ...{ kind: 'reply', id: 7, data: 'hi', last: true },
      });
      expect(only(codec, `MESSAGE\nsubscription:${name}\n\nhi\0`)).to.include({ kind: 'notification', data: 'hi' });
    });

    it('ask for a receipt in place of it, after SEND', () => {
      const codec = client();
      expect(codec.encode({ kind: 'request', id: 7, command: 'SEND /queue/a', data: 'x' })).to.equal(
        'SEND\ncontent-type:text/plain\ndestination:/queue/a\nreceipt:7\ncontent-length:1\n\nx\0',
      );
      expect(only(codec, receipt(7))).to.deep.equal({ kind: 'reply', id: 7, last: true });
    });

    it('are commands of STOMP itself, with their headers as data, and a receipt', () => {
      for (const envelope of [false, true])
        for (const command of ['ACK', 'NACK', 'BEGIN', 'COMMIT', 'ABORT']) {
          const codec = client(envelope);
          const data = { id: 'm:1', requeue: false };
          expect(codec.encode({ kind: 'request', id: 7, command, data })).to.equal(
            `${command}\nid:m\\c1\nrequeue:false\nreceipt:7\n\n\0`,
          );
          expect(codec.encode({ kind: 'send', command, data })).to.equal(`${command}\nid:m\\c1\nrequeue:false\n\n\0`);
        }
    });

    it('go to any other destination, whatever it looks like', () => {
      const to = (command: string) => client().encode({ kind: 'send', command });
      expect(to('ACKS')).to.equal('SEND\ndestination:ACKS\n\n\0');
      expect(to('SEND')).to.equal('SEND\ndestination:SEND\n\n\0');
      expect(to('SEND ACK')).to.equal('SEND\ndestination:ACK\n\n\0');
      expect(to('/a b\nc')).to.equal('SEND\ndestination:/a b\\nc\n\n\0');
    });

    it('have headers in an envelope, but for those that are their own', () => {
      const headers = { priority: 5, receipt: 'x', destination: '/b', 'correlation-id': 'y', 'content-type': 'text/json' };
      const encode = (kind: 'send' | 'request', command: string) =>
        client(true).encode({ kind, id: 7, command, data: { headers, body: 1 } });
      expect(client(true).encode({ kind: 'send', command: '/a', data: { headers, body: 1 } })).to.equal(
        'SEND\npriority:5\ndestination:/a\ncorrelation-id:y\ncontent-type:text/json\ncontent-length:1\n\n1\0',
      );
      expect(encode('request', '/a')).to.include('\ncorrelation-id:7\n').and.to.not.include('receipt');
      expect(encode('request', 'SEND /a')).to.include('\nreceipt:7\n').and.to.include('\ncorrelation-id:y\n');
      expect(client(true).encode({ kind: 'send', command: '/a' })).to.equal('SEND\ndestination:/a\n\n\0');
    });

    it('refuse an envelope that is none', () => {
      for (const data of ['x', 5, ['x'], { headers: 'x' }, { headers: { a: [] } }])
        expect(() => client(true).encode({ kind: 'send', command: '/a', data })).to.throw(TypeError);
    });

    it('cannot be taken back', () => {
      expect(client().encode({ kind: 'cancel', id: 7 })).to.equal(undefined);
    });
  });

  it('gives an envelope in all that comes, where it is asked to', () => {
    const codec = client(true);
    subscribe(codec, 1, '/q', { ack: 'client' });
    const headers = { subscription: '1-1', ack: 'm1' };
    expect(only(codec, 'MESSAGE\nsubscription:1-1\nack:m1\n\nhi\0')).to.deep.include({ data: { headers, body: 'hi' } });
    const replied = { subscription: '/temp-queue/rxgate', 'correlation-id': '1' };
    expect(only(codec, 'MESSAGE\nsubscription:/temp-queue/rxgate\ncorrelation-id:1\n\nhi\0')).to.deep.include({
      kind: 'reply',
      data: { headers: replied, body: 'hi' },
    });
  });

  describe('an ERROR', () => {
    it('is for the greeting before that is over', () => {
      expect(only(client(), error)).to.deep.equal({
        kind: 'other',
        body: { command: 'ERROR', headers: { message: 'Bad', 'content-type': 'text/plain' }, body: 'why' },
      });
    });

    it('is about the frame that it names', () => {
      const codec = connected();
      subscribe(codec, 1);
      subscribe(codec, 2);
      codec.encode({ kind: 'request', id: 3, command: 'SEND /q' });
      const named = (id: number) => error.replace('message', `receipt-id:${id}\nmessage`);
      expect(only(codec, named(2))).to.deep.equal(refusal(2));
      expect(only(codec, named(3))).to.deep.equal(failure(3));
      expect(only(codec, receipt(1))).to.have.property('kind', 'confirmation');
    });

    it('is about the first subscription that has no answer, since brokers take them in order', () => {
      const codec = connected();
      for (const id of [1, 2, 3]) subscribe(codec, id);
      codec.decode(receipt(1));
      expect([...(codec.decode(error + receipt(3)) as Message[])]).to.deep.equal([
        refusal(2),
        { kind: 'confirmation', id: 3, topic: '/topic/3' },
      ]);
    });

    it('is about the only frame that has no answer', () => {
      const codec = connected();
      codec.encode({ kind: 'request', id: 1, command: 'SEND /q' });
      expect(only(codec, error)).to.deep.equal(failure(1));
      codec.encode({ kind: 'request', id: 2, command: '/q' });
      expect(only(codec, error)).to.deep.equal(failure(2));
      expect(only(codec, error)).to.deep.equal(closed);
    });

    it('is about nobody while it may be about a frame that nothing comes back for', () => {
      const codec = connected();
      codec.encode({ kind: 'send', command: '/q' });
      subscribe(codec, 1);
      expect(only(codec, error)).to.deep.equal(closed);
      expect(only(codec, error)).to.deep.equal(closed);
      // Its answer shows that the one before was taken.
      codec.decode(receipt(1));
      subscribe(codec, 2);
      expect(only(codec, error)).to.deep.equal(refusal(2));
    });

    it('may be about an UNSUBSCRIBE', () => {
      const codec = connected();
      subscribe(codec, 1);
      codec.decode(receipt(1));
      codec.encode({ kind: 'unsubscribe', id: 1, topic: '/topic/1' });
      subscribe(codec, 2);
      expect(only(codec, error)).to.deep.equal(closed);
    });

    it('is about such a frame if there is no other', () => {
      const codec = connected();
      codec.encode({ kind: 'send', command: '/q' });
      expect(only(codec, error)).to.deep.equal(closed);
    });

    it('is about nobody while several requests have no answer: brokers answer those out of order', () => {
      const codec = connected();
      for (const id of [1, 2]) codec.encode({ kind: 'request', id, command: 'SEND /q' });
      expect(only(codec, error)).to.deep.equal(closed);
      codec.decode(receipt(2));
      expect(only(codec, error)).to.deep.equal(failure(1));
    });

    it('is not about what was answered, left or given up', () => {
      const codec = connected();
      codec.encode({ kind: 'request', id: 1, command: '/q' });
      codec.decode('MESSAGE\nsubscription:/temp-queue/rxgate\ncorrelation-id:1\n\n\0');
      codec.encode({ kind: 'request', id: 2, command: '/q' });
      codec.encode({ kind: 'cancel', id: 2 });
      expect(only(codec, error)).to.deep.equal(closed);
      subscribe(codec, 3);
      codec.encode({ kind: 'unsubscribe', id: 3, topic: '/topic/3' });
      expect(only(codec, error)).to.deep.equal(closed);
    });

    it('has a code also where the broker gives none, and no text that is not one', () => {
      const codec = connected();
      subscribe(codec, 1);
      expect(only(codec, 'ERROR\ncontent-type:application/json\n\n{}\0')).to.deep.include({ code: 'ERROR', message: undefined });
    });
  });

  it('beats with a line end, takes one for no message, and leaves with DISCONNECT', () => {
    const codec = client();
    expect(codec.encode({ kind: 'ping', timestamp: 5 })).to.equal('\n');
    expect(codec.encode({ kind: 'pong' })).to.equal(undefined);
    expect(codec.decode('\n')).to.deep.equal([]);
    expect(codec.farewell?.()).to.deep.equal(['DISCONNECT\n\n\0']);
  });

  it('has no words for what only a gateway says', () => {
    for (const message of [
      { kind: 'reply', id: 1, last: true },
      { kind: 'failure', id: 1, code: 'X' },
      { kind: 'notification', topic: 't' },
      { kind: 'other', body: 1 },
    ] as const)
      expect(client().encode(message), message.kind).to.equal(undefined);
  });

  it('counts what it cannot read as malformed, and quotes nothing of it', () => {
    const message = only(client(), 'MESSAGE\nhush\n\n\0');
    expect(message).to.have.property('kind', 'malformed');
    expect((message as { readonly error: Error }).error.message).to.equal('A STOMP frame was not read: a header is wrong');
  });

  it('gives a receipt that nobody waits for to nobody', () => {
    expect(only(client(), receipt(99))).to.deep.equal({ kind: 'reply', id: 99, last: true });
    for (const frame of [
      receipt('abc'),
      'RECEIPT\n\n\0',
      'MESSAGE\ncorrelation-id:7\n\n\0',
      'MESSAGE\nsubscription:/temp-queue/rxgate\n\n\0',
    ])
      expect(only(client(), frame)).to.have.property('kind', 'other');
  });
});
