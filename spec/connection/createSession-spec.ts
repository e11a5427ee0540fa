import { expect } from 'chai';
import { ConnectFailedError, createCounters, type GatewayEvent, HeartbeatTimeoutError, request, type Session } from 'rxgate';
import { commandNotify, type Message, type Protocol } from 'rxgate/protocols';
import { fakeGateway, fakeSession } from 'rxgate/testing';
import sinon from 'sinon';
import { NEVER, timer } from 'rxjs';
import type { OwnedSession } from '../../lib/connection/ownedSession.js';
import { sessionLink } from '../../lib/connection/sessionLink.js';
import { attempting } from '../support/attempting.js';
import { pipelineTo } from '../operators/pipelines.js';
import { frozenTime, tracing, virtualTime } from '../testing/virtualTime.js';

const miss = new HeartbeatTimeoutError(5);

describe('createSession', () => {
  const time = frozenTime();

  it('takes a frame that came with the one before for no later sign of life, and for a frame in all else', () => {
    const counters = createCounters();
    const { session } = fakeSession({ counters });
    const link = sessionLink(session) as OwnedSession;
    const heard: unknown[] = [];
    session.messages.subscribe((message) => heard.push(message.kind));
    const begun = link.lastReceived;
    time.tick(10);
    link.receive('{"type":"PONG"}', true);
    expect(link.lastReceived).to.equal(begun);
    link.receive('{"type":"PONG"}');
    expect(link.lastReceived).to.equal(begun + 10);
    expect([heard, counters.messagesIn, counters.bytesIn]).to.deep.equal([['pong', 'pong'], 2, 30]);
  });

  describe('close', () => {
    const codes: readonly (readonly [unknown, unknown, typeof RangeError | typeof TypeError | undefined])[] = [
      [1000, '', undefined],
      [3000, 'bye', undefined],
      [4999, 'ü'.repeat(61), undefined],
      [1001, '', RangeError],
      [1005, '', RangeError],
      [2999, '', RangeError],
      [5000, '', RangeError],
      [3000.5, '', RangeError],
      ['1000', '', RangeError],
      [1000, 'ü'.repeat(62), RangeError],
      [1000, 7, TypeError],
    ];
    for (const [code, reason, type] of codes)
      it(`P32: ${type ? 'refuses, and changes nothing, with' : 'takes'} ${JSON.stringify([code, reason]).slice(0, 30)}`, () => {
        const { session } = fakeSession();
        const close = () => session.close(code as number, reason as string);
        if (type) expect(close).to.throw(type, /^session\.close: /);
        else close();
        expect(session.open).to.equal(type !== undefined);
      });

    it('sends 1000 unless told otherwise, once', () => {
      const fake = fakeSession();
      fake.session.close();
      fake.session.close(4000);
      expect(fake.end).to.deep.equal({ code: 1000, reason: '', wasClean: true, by: 'us' });
    });

    it('fails what is pending with GatewayClosedError, and completes topics and the stream', () => {
      const { session, session$ } = fakeSession();
      const lines: string[] = [];
      const trace = tracing(lines);
      session$.subscribe({ complete: trace('stream').complete });
      session.request('a').subscribe(trace('a'));
      session.topic('t').subscribe(trace('t'));
      session.messages.subscribe(trace('messages'));
      session.close();
      expect(lines).to.deep.equal(['a! gatewayClosed', 't |', 'messages |', 'stream |']);
    });

    it('is not open while the handshake is under way: senders are told so', () => {
      virtualTime(({ flush }) => {
        const lines: string[] = [];
        const trace = tracing(lines);
        const gateway = fakeGateway({ latency: 5 });
        let opened: Session | undefined;
        pipelineTo(gateway).subscribe((session) => (opened = session));
        timer(20).subscribe(() => {
          opened?.close();
          lines.push(String(opened?.open));
          opened?.request('x').subscribe(trace('x'));
          opened?.topic('t').subscribe(trace('t'));
          try {
            opened?.send('x');
          } catch (error) {
            trace('send').error(error);
          }
        });
        flush();
        expect(lines).to.deep.equal(['false', 'x! gatewayClosed', 't! gatewayClosed', 'send! gatewayClosed']);
      });
    });

    it('fails an idempotent request at once: it is not taken back', () => {
      virtualTime(({ flush, now }) => {
        const lines: string[] = [];
        const session$ = pipelineTo(fakeGateway({ latency: 5, commands: { silent: () => NEVER } }));
        session$.subscribe((session) => timer(20).subscribe(() => session.close()));
        session$.pipe(request('silent', 0, { idempotent: true })).subscribe(tracing(lines, now)('r'));
        flush();
        // Open after 10 ms, closed 20 ms later, over after another 10.
        expect(lines).to.deep.equal(['30 r! gatewayClosed']);
      });
    });

    it('ends as our own close when it is terminated meanwhile', () => {
      virtualTime(({ flush }) => {
        const lines: string[] = [];
        const gateway = fakeGateway({ latency: 5 });
        let opened: Session | undefined;
        pipelineTo(gateway).subscribe({ next: (session) => (opened = session), complete: tracing(lines)('stream').complete });
        timer(20).subscribe(() => {
          opened?.close();
          opened?.terminate(miss);
          opened?.closed.subscribe(({ by, error }) => lines.push(`${by} ${String(error)}`));
        });
        flush();
        expect(lines).to.deep.equal(['stream |', 'us undefined']);
      });
    });
  });

  describe('answers that a codec gives with the frames', () => {
    const native = commandNotify();
    /** Answers by itself what is asked, after two frames. */
    const answering = (...answers: Message[]): Protocol => ({
      ...native,
      client: () => ({ ...native.client(), encode: ({ kind }) => (kind === 'ping' ? '0' : { frames: ['1', '2'], answers }) }),
    });
    const opened = (protocol: Protocol, events: GatewayEvent[] = []) => {
      const made = attempting({
        protocol,
        counters: createCounters(),
        events: { next: (event) => events.push(event), observed: true },
      });
      made.socket.open();
      return { ...made, session: made.sessions[0] as Session };
    };

    it('are taken in order, once the frames are out', () => {
      const { socket, session } = opened(
        answering({ kind: 'reply', id: 1, data: 7, last: false }, { kind: 'reply', id: 1, last: true }),
      );
      const lines: string[] = [];
      session.messages.subscribe(() => lines.push(`after ${socket.sent.join()}`));
      session.request('x', 0, { stream: true }).subscribe(tracing(lines)('x'));
      expect(lines).to.deep.equal(['x 7', 'after 1,2', 'x |', 'after 1,2']);
    });

    it('are told of as received, and count for no message of the other side', () => {
      const events: GatewayEvent[] = [];
      const { session, counters } = opened(answering({ kind: 'failure', id: 1, code: 'NO_SUCH_THING' }), events);
      const link = sessionLink(session);
      link.lastReceived = -1;
      const lines: string[] = [];
      session.request('x').subscribe(tracing(lines)('x'));
      expect(lines).to.deep.equal(['x! requestFailed']);
      expect(events.map(({ type }) => type).slice(-2)).to.deep.equal(['sent', 'received']);
      expect(counters).to.include({ messagesIn: 0, messagesOut: 1, bytesOut: 2, pending: 0 });
      expect(link.lastReceived).to.equal(-1);
    });

    it('confirm or refuse a topic in the turn in which it is asked for', () => {
      const lines: string[] = [];
      const granted = opened(answering({ kind: 'confirmation', id: 1, topic: 't' }));
      granted.session.topic('t').subscribe(tracing(lines)('t'));
      granted.socket.message({ type: 'NOTIFY', topic: 't', data: 5 });
      opened(answering({ kind: 'refusal', id: 1, code: 'NO' }))
        .session.topic('u')
        .subscribe(tracing(lines)('u'));
      expect(lines).to.deep.equal(['t 5', 'u! subscriptionRejected']);
    });

    it('are dropped where one before them ended the session', () => {
      const { session } = opened(
        answering({ kind: 'reply', id: 1, data: 1, last: true }, { kind: 'reply', id: 1, data: 2, last: true }),
      );
      const heard: Message[] = [];
      session.messages.subscribe((message) => heard.push(message));
      session.request('x').subscribe(() => session.close());
      expect(heard).to.deep.equal([{ kind: 'reply', id: 1, data: 1, last: true }]);
    });
  });

  describe('farewell', () => {
    const native = commandNotify();
    const parting = (farewell: () => readonly string[]): Protocol => ({
      ...native,
      client: () => ({ ...native.client(), farewell }),
    });

    it('is sent once, before the close frame that the application asks for', () => {
      const { socket, sessions } = attempting({ protocol: parting(() => ['"bye"']) });
      socket.open();
      const close = socket.close.bind(socket);
      socket.close = (code, reason) => {
        expect(socket.sent).to.deep.equal(['bye']);
        close(code, reason);
      };
      sessions[0]?.close(4000, 'done');
      socket.end({ code: 4000, reason: 'done', wasClean: true });
      expect([socket.sent, socket.closings]).to.deep.equal([['bye'], [[4000, 'done']]]);
    });

    it('is reported where it fails, and the close is carried out', () => {
      const cause = new Error('speechless');
      const { socket, sessions, events } = attempting({
        protocol: parting(() => {
          throw cause;
        }),
      });
      socket.open();
      sessions[0]?.close();
      expect(socket.closings).to.deep.equal([[1000, '']]);
      expect(events.filter(({ type }) => type === 'hookFailed')).to.deep.equal([{ type: 'hookFailed', hook: 'farewell', cause }]);
    });
  });

  describe('what the codec owes', () => {
    const native = commandNotify();
    /** A protocol whose codec owes as many frames as what it reads says. */
    const owing: Protocol = {
      ...native,
      client: () => {
        const codec = native.client();
        const owed: string[] = [];
        return {
          ...codec,
          owed,
          decode: (frame) => {
            const message = codec.decode(frame) as Message & { data?: number };
            for (let left = message.data ?? 0; left > 0; left--) owed.push(`"owed ${left}"`);
            return message;
          },
        };
      },
    };

    it('goes out after the frame that it is owed for, each counted as a message', () => {
      const { socket, sessions, counters } = attempting({ protocol: owing, counters: createCounters() });
      socket.open();
      sessions[0]?.messages.subscribe(() => {
        expect(socket.sent).to.deep.equal([]);
      });
      socket.message({ type: 'NOTIFY', topic: 't', data: 2 });
      expect(socket.sent).to.deep.equal(['owed 2', 'owed 1']);
      expect(counters).to.include({ messagesOut: 2, bytesOut: 16 });
      socket.message({ type: 'NOTIFY', topic: 't' });
      expect(socket.sent).to.have.length(2);
      expect(counters.messagesOut).to.equal(2);
    });

    it('does not go out on a session that was closed for the same frame', () => {
      const { socket, sessions } = attempting({ protocol: owing, counters: createCounters() });
      socket.open();
      sessions[0]?.messages.subscribe(() => {
        sessions[0]?.close();
      });
      socket.message({ type: 'NOTIFY', topic: 't', data: 1 });
      expect(socket.sent).to.deep.equal([]);
    });
  });

  describe('terminate', () => {
    it('names an error that is none of the family', () => {
      const { session, receive } = fakeSession();
      receive({ kind: 'other', body: 1 });
      let lost: unknown;
      session.request('x').subscribe({ error: (error: unknown) => (lost = error) });
      session.terminate(new RangeError('mine') as never);
      expect(lost).to.include({ kind: 'connectionLost', reason: 'RangeError' });
    });

    it('errors the stream with its error; what is pending lost its connection, and why is the cause', () => {
      const { session, session$ } = fakeSession();
      const error = sinon.spy();
      session$.subscribe({ error });
      let lost: unknown;
      session.request('a').subscribe({ error: (problem: unknown) => (lost = problem) });
      session.terminate(miss);
      sinon.assert.calledOnceWithExactly(error, miss);
      expect(lost).to.include({ kind: 'connectionLost', cause: miss });
    });

    it('only counts the first time', () => {
      const fake = fakeSession();
      fake.session.terminate(miss);
      fake.session.terminate(new ConnectFailedError('network', 'x'));
      fake.session.close();
      expect(fake.end?.error).to.equal(miss);
    });
  });

  describe('a message that closes it', () => {
    for (const retryable of [undefined, false, true])
      it(`ends it by the other side, and may be retried if that says so: ${String(retryable)}`, () => {
        const { session, session$, receive, sent } = fakeSession();
        const errors: unknown[] = [];
        session$.subscribe({ error: (error: unknown) => errors.push(error) });
        session.request('x').subscribe({ error: (error: unknown) => errors.push(error) });
        let end: unknown;
        session.closed.subscribe((given) => (end = given));
        receive({ kind: 'closed', reason: 'kicked', retryable });
        receive({ kind: 'closed', reason: 'again' });

        const lost = { kind: 'connectionLost', code: 1000, reason: 'kicked', wasClean: true, retryable: retryable ?? false };
        expect(errors).to.have.lengthOf(2);
        for (const error of errors) expect(error).to.include(lost);
        expect(end).to.deep.include({ code: 1000, reason: 'kicked', wasClean: true, by: 'them', error: errors[0] });
        expect(session.open).to.equal(false);
        expect(sent.map(({ kind }) => kind)).to.deep.equal(['request']);
      });
  });

  it('tells its end once, also to who asks late, and completes', () => {
    const { session, drop } = fakeSession();
    const lines: string[] = [];
    session.closed.subscribe({ next: ({ code }) => lines.push(`early ${code}`), complete: () => lines.push('early |') });
    drop(4000, 'x');
    drop(4001);
    session.closed.subscribe({ next: ({ code }) => lines.push(`late ${code}`), complete: () => lines.push('late |') });
    expect(lines).to.deep.equal(['early 4000', 'early |', 'late 4000', 'late |']);
  });

  it('P42: has no part that is a subject', () => {
    const { session } = fakeSession();
    for (const part of [session, session.closed, session.messages, session.request('x'), session.topic('x')])
      for (const method of ['next', 'error', 'complete']) expect(part).to.not.have.property(method);
  });

  it('shows nothing of its inner parts', () => {
    const { session } = fakeSession();
    const shown: string[] = [];
    for (const name in session) shown.push(name);
    expect(shown.sort()).to.deep.equal(
      ['bufferedAmount', 'close', 'closed', 'id', 'messages', 'open', 'opened', 'request', 'send', 'terminate', 'topic'].sort(),
    );
    expect(() => JSON.stringify(session)).to.not.throw();
  });

  describe('inbound', () => {
    it('P18: a frame that cannot be read is an event, and costs nothing else', () => {
      const reported: GatewayEvent[] = [];
      const counters = createCounters();
      const { session, receive } = fakeSession({ counters, events: { next: (event) => reported.push(event) } });
      const lines: string[] = [];
      session.request('a').subscribe(tracing(lines)('a'));
      receive('{');
      receive('{"type":"RESPONSE","id":"1","data":1}');
      expect(lines).to.deep.equal(['a 1', 'a |']);
      expect(reported.map(({ type }) => type)).to.deep.equal(['malformed']);
      expect(counters.drops.malformed).to.equal(1);
      expect(session.open).to.equal(true);
    });

    it('a codec that throws costs that frame only', () => {
      const counters = createCounters();
      const protocol: Protocol = {
        ...commandNotify(),
        client: () => ({
          encode: () => undefined,
          decode: () => {
            throw new Error('against its contract');
          },
        }),
      };
      const { session, receive } = fakeSession({ counters, protocol });
      receive('x');
      expect(counters.drops.malformed).to.equal(1);
      expect(session.open).to.equal(true);
    });

    it('a frame may hold many messages; after an end the rest is not heard', () => {
      const many: Message[] = [1, 2, 3].map((body) => ({ kind: 'other', body }));
      const protocol: Protocol = { ...commandNotify(), client: () => ({ encode: () => undefined, decode: () => many }) };
      const { session, receive } = fakeSession({ protocol });
      const bodies: unknown[] = [];
      session.messages.subscribe((message) => {
        bodies.push((message as { body?: unknown }).body);
        if (bodies.length === 2) session.terminate(miss);
      });
      receive('x');
      expect(bodies).to.deep.equal([1, 2]);
    });

    const kinds: readonly (readonly [string, Message, string | undefined])[] = [
      ['a message of no meaning here is dropped', { kind: 'other', body: 1 }, 'unhandled'],
      ['a send to who handles none is dropped', { kind: 'send', command: 'x' }, 'unhandled'],
      ['a request to who handles none is dropped', { kind: 'request', id: 'q', command: 'x' }, 'unhandled'],
      ['a reply to nobody is dropped', { kind: 'reply', id: 9, last: true }, 'unmatchedReply'],
      ['an error reply to nobody is dropped', { kind: 'failure', id: 9, code: 'NO' }, 'unmatchedReply'],
      ['a ping is answered', { kind: 'ping', timestamp: 3 }, undefined],
      ['a pong that nobody waits for is nothing', { kind: 'pong' }, undefined],
    ];
    for (const [title, message, reason] of kinds)
      it(`${title}${reason ? ` and counted: ${reason}` : ''}`, () => {
        const counters = createCounters();
        const { receive, sent } = fakeSession({ counters });
        receive(message);
        const drops = Object.entries(counters.drops).filter(([, count]) => count > 0);
        expect(drops).to.deep.equal(reason ? [[reason, 1]] : []);
        if (message.kind === 'ping') expect(sent).to.deep.equal([{ kind: 'pong', timestamp: 3 }]);
        if (message.kind === 'request') expect(sent[0]).to.include({ kind: 'failure', id: 'q', code: 'UNKNOWN_COMMAND' });
      });

    it('what somebody listens to is not dropped', () => {
      const counters = createCounters();
      const { session, receive } = fakeSession({ counters });
      session.messages.subscribe();
      receive({ kind: 'other', body: 1 });
      expect(counters.drops.unhandled).to.equal(0);
    });

    it('goes nowhere when a stage passes it on after the end', () => {
      const { session, receive, drop } = fakeSession();
      const link = sessionLink(session);
      const taken: Message[] = [];
      const held: (() => void)[] = [];
      link.handlers = { send: (message) => taken.push(message) };
      const deliver = link.deliver.bind(link);
      link.deliver = (message) => held.push(() => deliver(message));
      for (const command of ['before', 'after']) receive({ kind: 'send', command });
      held[0]?.();
      drop();
      held[1]?.();
      expect(taken).to.deep.equal([{ kind: 'send', command: 'before' }]);
    });

    it('has no replay: who listens late hears what comes then', () => {
      const { session, receive } = fakeSession();
      const bodies: unknown[] = [];
      receive({ kind: 'other', body: 1 });
      session.messages.subscribe((message) => bodies.push((message as { body?: unknown }).body));
      receive({ kind: 'other', body: 2 });
      expect(bodies).to.deep.equal([2]);
    });
  });

  describe('per-message events', () => {
    it('are built while somebody observes, with the kind and the name, and no payload', () => {
      const reported: GatewayEvent[] = [];
      const events = { next: (event: GatewayEvent) => reported.push(event), observed: true };
      const { session, receive } = fakeSession({ events });
      session.send('typing', 'secret');
      receive({ kind: 'notification', topic: 'bars', data: 'secret' });
      events.observed = false;
      session.send('typing', 'secret');
      expect(reported.filter(({ type }) => type !== 'dropped')).to.deep.equal([
        { type: 'sent', session: 1, kind: 'send', name: 'typing' },
        { type: 'received', session: 1, kind: 'notification', name: 'bars' },
      ]);
    });
  });

  it('counts messages and the sizes of frames', () => {
    const counters = createCounters();
    const { session, receive } = fakeSession({ counters });
    session.send('x');
    receive('{"type":"pong"}');
    expect(counters).to.include({ messagesOut: 1, bytesOut: '{"command":"x"}'.length, messagesIn: 1, bytesIn: 15 });
  });

  it('counts each message of a frame, and a frame without one as one', () => {
    const counters = createCounters();
    const protocol: Protocol = { ...commandNotify(), client: () => ({ encode: () => undefined, decode: () => [] }) };
    fakeSession({ counters }).receive('[{"type":"pong"},7,{"type":"pong"}]');
    expect(counters).to.include({ messagesIn: 3, bytesIn: 35 });
    fakeSession({ counters, protocol }).receive('x');
    expect(counters.messagesIn).to.equal(4);
  });

  it('takes no more of a frame once its socket was given up for one of its messages', () => {
    const { session, receive } = fakeSession();
    const { socket } = sessionLink(session);
    const heard: unknown[] = [];
    session.messages.subscribe((message) => {
      heard.push((message as { readonly data?: unknown }).data);
      // As a server's does when more waits in it than may: its owner hears of that in the next turn only.
      if (heard.length === 2) Object.defineProperty(socket, 'open', { value: false });
    });
    receive(`[${[1, 2, 3, 4].map((data) => JSON.stringify({ type: 'NOTIFY', topic: 't', data })).join()}]`);
    expect(heard).to.deep.equal([1, 2]);
  });

  it('P20: refuses what its codec makes that is no frame, with the cause, and sends on', () => {
    const frames: unknown[] = [Promise.resolve('x'), 7, ['a', {}]];
    const protocol: Protocol = {
      ...commandNotify(),
      client: () => ({ encode: () => frames.shift() as string, decode: () => [] }),
    };
    const { session } = fakeSession({ protocol });
    for (let n = 0; n < 3; n++)
      expect(() => session.send('x'))
        .to.throw()
        .with.property('kind', 'malformedMessage');
    expect(() => session.send('x')).to.not.throw();
    expect(session.open).to.equal(true);
  });

  it('starts no timer once it has ended', () => {
    const { session, drop } = fakeSession();
    const quiet = { error: () => undefined };
    session.request('a').subscribe({ error: () => session.request('b').subscribe(quiet) });
    session.topic('t').subscribe({ complete: () => session.topic('u').subscribe(quiet) });
    drop();
    session.request('c').subscribe(quiet);
    expect(time.timers).to.equal(0);
  });
});
