import { expect } from 'chai';
import type { AuthenticationError } from 'rxgate';
import { type Codec, type Message, socketIo, type SocketIoOptions, type SocketIoTopics } from 'rxgate/protocols';

const opening = '0{"sid":"engine","upgrades":[],"pingInterval":300,"pingTimeout":200,"maxPayload":80}';
const resume = { pid: 'p1', offset: 'o7' };

/** What the greeting makes of each frame. */
const greet = (codec: Codec, ...frames: readonly string[]) =>
  frames.flatMap((frame) => [codec.decode(frame)].flat().map((message) => codec.greeting?.accept(message)));
/** A codec whose greeting is over. */
const client = (options: SocketIoOptions = {}, given?: unknown, answer: object = { sid: 's1' }): Codec => {
  const codec = socketIo(options).client(given);
  codec.greeting?.open(undefined);
  const path = options.namespace ? `${options.namespace},` : '';
  greet(codec, opening, `40${path}${JSON.stringify(answer)}`);
  return codec;
};
const request = (command: string, data?: unknown): Message => ({ kind: 'request', id: 5, command, data });
const malformed = (codec: Codec, frame: string) => {
  const [message] = [codec.decode(frame)].flat();
  return message?.kind === 'malformed' ? message.error.message : message;
};

describe('socketIoCodec', () => {
  describe('the greeting', () => {
    it('says nothing before the gateway does, then connects the namespace, and takes what was agreed on', () => {
      const codec = socketIo({ namespace: '/a' }).client();
      expect(codec.greeting?.open({ token: 'x' })).to.deep.equal([]);
      expect(greet(codec, opening)).to.deep.equal([{ send: ['40/a,{"token":"x"}'] }]);
      expect(greet(codec, '2', '6', '40{"sid":"of another"}')).to.deep.equal([{ send: ['3'] }, 'wait', 'wait']);
      expect(greet(codec, '40/a,{"sid":"s1"}')).to.deep.equal([
        { opened: { sid: 's1', recovered: false }, heartbeat: { interval: 300, timeout: 200 } },
      ]);
    });

    it('takes an object as credentials, or nothing', () => {
      const codec = socketIo().client();
      codec.greeting?.open(undefined);
      expect(greet(codec, opening)).to.deep.equal([{ send: ['40{}'] }]);
      expect(() => codec.greeting?.open('secret')).to.throw(TypeError, 'credentials must be an object');
    });

    it('is refused by the gateway, in its words', () => {
      const refusal = (frame: string) => {
        const codec = socketIo().client();
        codec.greeting?.open({ token: 'secret' });
        const [, outcome] = greet(codec, opening, frame);
        return (outcome as { refused: AuthenticationError }).refused;
      };
      const error = refusal('44{"message":"no","data":{"code":7}}');
      expect(error).to.include({ kind: 'authentication', message: '/ was refused: no', retryable: false });
      expect(error.cause).to.deep.equal({ message: 'no', data: { code: 7 } });
      expect(refusal('44"mere words"').message).to.equal('/ was refused: mere words');
    });

    it('does not go on with what it cannot read, nor with a server of Socket.IO 2', () => {
      const codec = socketIo().client();
      codec.greeting?.open(undefined);
      const [outcome] = greet(codec, '0{"');
      expect(outcome).to.have.nested.property('refused.kind', 'malformedMessage');
      const [, second] = greet(codec, opening, '40{}');
      expect(second).to.have.nested.property('refused.message', 'A frame is no packet of Socket.IO');
    });
  });

  describe('recovery', () => {
    const event = (...data: readonly unknown[]) => `42${JSON.stringify(data)}`;

    it('asks for it with the id of the last session and the offset of its last event, and tells whether it came', () => {
      for (const pid of ['p1', 'p2', undefined]) {
        const codec = socketIo().client(resume);
        codec.greeting?.open({ token: 'x' });
        expect(greet(codec, opening)).to.deep.equal([{ send: ['40{"pid":"p1","offset":"o7","token":"x"}'] }]);
        const [outcome] = greet(codec, `40${JSON.stringify({ sid: 's', pid })}`);
        expect(outcome).to.deep.include({ opened: { sid: 's', recovered: pid === 'p1' } });
      }
    });

    it('has what comes before CONNECT held for the session', () => {
      const codec = socketIo().client(resume);
      codec.greeting?.open(undefined);
      codec.decode(opening);
      const early = [event('news', 1, 'o8'), event('news', 'o9'), '427["ask"]'].flatMap((frame) => codec.decode(frame));
      expect(early).to.deep.equal([
        { kind: 'notification', topic: 'news', data: 1 },
        { kind: 'notification', topic: 'news', data: undefined },
        { kind: 'request', id: 7, command: 'ask', data: undefined },
      ]);
      expect(early.map((message) => codec.greeting?.accept(message))).to.deep.equal(['hold', 'hold', 'hold']);
      greet(codec, '40{"sid":"s1","pid":"p1"}');
      expect(codec.resume).to.deep.equal({ pid: 'p1', offset: 'o9' });
    });

    it('takes the offset off the arguments, and leaves it to the next session', () => {
      const codec = client({}, undefined, { sid: 's1', pid: 'p1' });
      expect(codec.resume).to.equal(undefined);
      expect(codec.decode(event('news', 'text', 'o1'))).to.deep.equal({ kind: 'notification', topic: 'news', data: 'text' });
      expect(codec.resume).to.deep.equal({ pid: 'p1', offset: 'o1' });
      expect(codec.decode(event('news', 7))).to.deep.include({ data: 7 });
      expect(codec.decode('421["ask","text"]')).to.deep.include({ kind: 'request', data: 'text' });
      expect(codec.resume).to.deep.equal({ pid: 'p1', offset: 'o1' });
    });

    it('keeps the offset over a session without events only if that was recovered', () => {
      expect(client({}, resume, { sid: 's1', pid: 'p1' }).resume).to.deep.equal(resume);
      expect(client({}, resume, { sid: 's2', pid: 'p2' }).resume).to.equal(undefined);
      expect(client({}, resume).resume).to.equal(undefined);
    });

    it('lets nobody change its mind: a second CONNECT is none', () => {
      const codec = client({}, resume, { sid: 's1', pid: 'p1' });
      expect(codec.decode('40{"sid":"s2","pid":"p2"}')).to.deep.include({ kind: 'other' });
      expect(codec.resume).to.deep.equal(resume);
    });

    it('takes the last argument for data where the gateway does not recover, or is not to', () => {
      expect(client().decode(event('news', 'text'))).to.deep.include({ data: 'text' });
      const codec = client({ recovery: false }, undefined, { sid: 's1', pid: 'p1' });
      expect(codec.decode(event('news', 'text', 'o1'))).to.deep.include({ data: ['text', 'o1'] });
      expect(codec.resume).to.equal(undefined);
    });
  });

  describe('events', () => {
    it('have one argument or none, unless data is their list', () => {
      const [one, list] = [client(), client({ argumentLists: true })];
      expect(['x', undefined, null, [1, 2]].map((data) => one.encode(request('do', data)))).to.deep.equal([
        ['425["do","x"]'],
        ['425["do"]'],
        ['425["do",null]'],
        ['425["do",[1,2]]'],
      ]);
      expect([[1, 2], [], undefined].map((data) => list.encode(request('do', data)))).to.deep.equal([
        ['425["do",1,2]'],
        ['425["do"]'],
        ['425["do"]'],
      ]);
      expect(() => list.encode(request('do', 'x'))).to.throw(TypeError, 'data must be a list');
      expect(one.encode({ kind: 'send', command: 'do', data: 1 })).to.deep.equal(['42["do",1]']);
    });

    it('come as notifications by their name, or as requests if they want an ack', () => {
      const told = ['42["a"]', '42["a",1]', '42["a",1,2]', '42[7,"x"]'].flatMap((frame) => client().decode(frame));
      expect(told.map((message) => message.kind === 'notification' && [message.topic, message.data])).to.deep.equal([
        ['a', undefined],
        ['a', 1],
        ['a', [1, 2]],
        ['7', 'x'],
      ]);
      expect(client({ argumentLists: true }).decode('42["a",1]')).to.deep.include({ data: [1] });
      expect(client().decode('420["a",1]')).to.deep.equal({ kind: 'request', id: 0, command: 'a', data: 1 });
      expect(client({ namespace: '/a' }).decode('42["a",1]')).to.deep.include({ kind: 'other' });
    });

    it('go to no gateway that would hang up on their size', () => {
      const codec = client();
      const fits = 'x'.repeat(80 - '425["do",""]'.length);
      expect(codec.encode(request('do', fits))).to.deep.equal([`425["do","${fits}"]`]);
      for (const data of [`${fits}x`, `${fits.slice(1)}ä`, new Uint8Array(81)])
        expect(() => codec.encode(request('do', data))).to.throw(RangeError, '80 bytes');
    });
  });

  describe('acks', () => {
    it('are replies, or failures in the form that this library writes itself', () => {
      expect(client().decode('435[{"a":1}]')).to.deep.equal({ kind: 'reply', id: 5, data: { a: 1 }, last: true });
      expect(client().decode('435[]')).to.deep.include({ data: undefined });
      const failure = { kind: 'failure', id: 5, code: 'NO', message: 'no', data: { left: 3 } } as const;
      const [frame] = client().encode(failure) as readonly string[];
      expect(frame).to.equal('435[{"error":{"code":"NO","message":"no","data":{"left":3}}}]');
      expect(client().decode(frame as string)).to.deep.equal(failure);
    });

    it('are no failure without a code', () => {
      for (const answer of ['{"error":null}', '{"error":"x"}', '{"error":{"code":null}}', '{"error":{}}', 'null', '"error"'])
        expect(client().decode(`435[${answer}]`), answer).to.deep.include({ kind: 'reply' });
      expect(client().decode('435[{"error":{"code":7,"message":{}}}]')).to.deep.include({ code: 7, message: undefined });
    });

    it('may have another form for failures', () => {
      const codec = client({ failure: (problem, more) => (problem ? { code: 'NOK', data: [problem, more] } : undefined) });
      expect(codec.decode('435["bad",7]')).to.deep.equal({ kind: 'failure', id: 5, code: 'NOK', data: ['bad', 7] });
      expect(codec.decode('435[null,7]')).to.deep.include({ kind: 'reply', data: [null, 7] });
    });

    it('answer the requests of the gateway, under their ids', () => {
      expect(client().encode({ kind: 'reply', id: 0, data: [1], last: true })).to.deep.equal(['430[[1]]']);
      expect(client({ argumentLists: true }).encode({ kind: 'reply', id: 0, data: [1], last: true })).to.deep.equal(['430[1]']);
    });
  });

  describe('topics', () => {
    const subscribe = (topic: string, params?: unknown) => ({ kind: 'subscribe', id: 1, key: topic, topic, params }) as const;
    const unsubscribe = { kind: 'unsubscribe', id: 1, topic: 'a' } as const;

    it('are confirmed at once where nobody is asked, and have no params', () => {
      const confirmation = { kind: 'confirmation', id: 1, topic: 'a' };
      expect(client().encode(subscribe('a'))).to.deep.equal({ frames: [], answers: [confirmation] });
      expect(client().encode(unsubscribe)).to.equal(undefined);
      expect(() => client().encode(subscribe('a', 1))).to.throw(TypeError, 'has no params');
    });

    it('are asked for by an event, confirmed by its ack, and given up by another', () => {
      const codec = client({ topics: { subscribe: 'join', unsubscribe: 'leave' } });
      expect(codec.encode(subscribe('a'))).to.deep.equal(['421["join","a"]']);
      expect(codec.decode('431["ok"]')).to.deep.equal({ kind: 'confirmation', id: 1, topic: 'a' });
      expect(codec.encode(unsubscribe)).to.deep.equal(['42["leave","a"]']);
      expect(codec.encode(unsubscribe)).to.equal(undefined);
      expect(codec.encode(subscribe('a', { n: 1 }))).to.deep.equal(['421["join","a",{"n":1}]']);
      expect(codec.decode('431[{"error":{"code":"NO"}}]')).to.deep.include({ kind: 'refusal', id: 1, code: 'NO' });
      expect(codec.encode(unsubscribe)).to.equal(undefined);
    });

    it('are asked for by calls of their own, where there is one', () => {
      const codec = client({
        topics: {
          subscribe: (topic, params) => (topic === 'free' ? undefined : ['sub', { topic, params }]),
          unsubscribe: (topic) => (topic === 'a' ? undefined : ['unsub', { topic }]),
        },
      });
      expect(codec.encode(subscribe('a', 1))).to.deep.equal(['421["sub",{"topic":"a","params":1}]']);
      expect(codec.encode(unsubscribe)).to.equal(undefined);
      codec.encode(subscribe('b'));
      expect(codec.encode(unsubscribe)).to.deep.equal(['42["unsub",{"topic":"b"}]']);
      expect(codec.encode(subscribe('free'))).to.have.property('answers');
    });

    it('of one name are given up once, where the words for it are the same', () => {
      const both = (unsubscribe: SocketIoTopics['unsubscribe']) => {
        const codec = client({ topics: { subscribe: 'join', unsubscribe } });
        codec.encode(subscribe('a', 1));
        codec.encode({ ...subscribe('a', 2), id: 2 });
        codec.encode({ ...subscribe('b'), id: 3 });
        return [1, 2].map((id) => codec.encode({ kind: 'unsubscribe', id, topic: 'a' }));
      };
      expect(both((topic) => ['leave', topic])).to.deep.equal([undefined, ['42["leave","a"]']]);
      expect(both(() => ['leaveAll'])).to.deep.equal([undefined, ['42["leaveAll"]']]);
      expect(both('leave')).to.deep.equal([['42["leave","a",1]'], ['42["leave","a",2]']]);
      expect(both(undefined)).to.deep.equal([undefined, undefined]);
    });

    it('are told by events of other names', () => {
      const codec = client({
        topics: { notification: (event, [room, ...more]) => (event === 'said' ? [room as string, more] : undefined) },
      });
      expect(codec.decode('42["said","a",1,2]')).to.deep.equal({ kind: 'notification', topic: 'a', data: [1, 2] });
      expect(codec.decode('42["other","a"]')).to.deep.equal({ kind: 'notification', topic: 'other', data: 'a' });
    });

    it('that cannot be written are not asked for', () => {
      const codec = client({ topics: { subscribe: 'disconnect', unsubscribe: 'leave' } });
      expect(() => codec.encode(subscribe('a'))).to.throw(TypeError, 'reserved');
      expect(codec.encode(unsubscribe)).to.equal(undefined);
    });
  });

  it('answers pings, and has none of its own', () => {
    expect(client().decode('2')).to.deep.equal({ kind: 'ping' });
    expect(client().encode({ kind: 'pong' })).to.equal('3');
    expect(() => client().encode({ kind: 'ping' })).to.throw(TypeError, 'Only the gateway pings');
  });

  it('takes leave of the namespace, and is sent away from it', () => {
    expect(client({ namespace: '/a' }).farewell?.()).to.deep.equal(['41/a,']);
    expect(client({ namespace: '/a' }).decode('41/a,')).to.deep.equal({ kind: 'closed', reason: 'io server disconnect' });
    expect(client({ namespace: '/a' }).decode('41/b,')).to.deep.include({ kind: 'other' });
  });

  it('quotes nothing of what it cannot read', () => {
    for (const frame of ['42["secret', 'secret', '0{"secret', '45secret', '42secret["x"]'])
      expect(malformed(client(), frame), frame).to.be.a('string').that.does.not.include('secret');
  });
});
