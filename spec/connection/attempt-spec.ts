import { expect } from 'chai';
import { type Observable, Subject } from 'rxjs';
import { AuthenticationError, createCounters, type Session } from 'rxgate';
import { commandNotify, type Greeting, type GreetingOutcome, type Message, type Protocol } from 'rxgate/protocols';
import { sessionLink } from '../../lib/connection/sessionLink.js';
import { attempting } from '../support/attempting.js';
import { frozenTime } from '../testing/virtualTime.js';

const native = commandNotify();

describe('attempt', () => {
  const time = frozenTime();

  it('reports and emits in order, and its release comes last of all', () => {
    const { lines, socket, counters } = attempting({ counters: createCounters() });
    socket.open();
    expect(counters).to.include({ attempts: 1, sessions: 1 });
    socket.end({ code: 1012, reason: '', wasClean: true });
    const opening = ['connecting', 'opened', 'session 7', 'ready'];
    expect(lines).to.deep.equal([...opening, 'ended', 'error connectionLost', 'released']);
  });

  it('completes after session.close(), with the same order', () => {
    const { lines, socket, sessions } = attempting();
    socket.open();
    sessions[0]?.close();
    expect(lines.slice(-1)).to.deep.equal(['closing']);
    socket.end({ code: 1000, reason: '', wasClean: true });
    expect(lines.slice(-3)).to.deep.equal(['ended', 'complete', 'released']);
  });

  it('tells an unsubscribed session of its end, says released once, and never calls the subscriber', () => {
    const { lines, socket, leave } = attempting();
    socket.open();
    leave();
    leave();
    socket.end({ code: 1000, reason: '', wasClean: true });
    expect(lines.slice(4)).to.deep.equal(['ended', 'released']);
    expect(socket.closings).to.deep.equal([[1000, '']]);
    expect(time.timers).to.equal(0);
  });

  it('opens no socket after it was left while a provider was pending', () => {
    const url = new Subject<string>();
    const { sockets, lines, leave } = attempting({ url });
    leave();
    url.next('ws://fake');
    url.complete();
    expect(sockets).to.deep.equal([]);
    expect(lines).to.deep.equal(['connecting', 'released']);
    expect([url.observed, time.timers]).to.deep.equal([false, 0]);
  });

  it('fails, without the url in the text, where a provider gives a url that is none', () => {
    const { errors, sockets, lines } = attempting({ url: () => 'http://fake?token=secret' });
    expect(errors[0]).to.include({ kind: 'connectFailed', reason: 'provider' });
    expect(JSON.stringify(errors[0])).to.not.include('secret');
    expect(sockets).to.deep.equal([]);
    expect(lines).to.deep.equal(['connecting', 'ended', 'error connectFailed', 'released']);
  });

  it('drops a socket that does not open within connectTimeout; what it says later changes nothing', () => {
    const { lines, socket } = attempting({ connectTimeout: 50 });
    time.tick(50);
    expect(socket.terminations).to.equal(1);
    socket.open();
    expect(lines).to.deep.equal(['connecting', 'ended', 'error connectTimeout', 'released']);
  });

  it('has no timer with connectTimeout: Infinity, nor once the session is open', () => {
    expect(attempting({ connectTimeout: Infinity }).lines).to.deep.equal(['connecting']);
    expect(time.timers).to.equal(0);
    const { socket } = attempting();
    expect(time.timers).to.equal(1);
    socket.open();
    expect(time.timers).to.equal(0);
  });

  const subprotocols: readonly (readonly [string, string, string])[] = [
    ["one of the protocol's own", 'known', 'known'],
    ['one that may be a credential', 'secret', ''],
  ];
  for (const [what, agreed, shown] of subprotocols)
    it(`shows a subprotocol in its event only if it is the protocol's own: ${what}`, () => {
      const { socket, events, sessions } = attempting({ protocol: { ...native, subprotocols: ['known'] }, protocols: agreed });
      Object.assign(socket, { protocol: agreed });
      socket.open();
      expect(events.find(({ type }) => type === 'opened')).to.include({ subprotocol: shown });
      expect(sessions[0]?.opened.subprotocol).to.equal(agreed);
    });

  it('hears of pongs while the session is open, and never after', () => {
    let pongs = 0;
    const { socket, hooks, leave, sessions } = attempting();
    hooks.alive(true);
    socket.open();
    sessionLink(sessions[0] as Session).pong = () => pongs++;
    hooks.alive(true);
    leave();
    hooks.alive(true);
    expect(pongs).to.equal(1);
  });

  it('reports a ring that throws, and goes on', () => {
    const ring = {
      next: () => 'ws://fake',
      report: () => {
        throw new Error('broken');
      },
    };
    const { events, lines, socket } = attempting({ url: ring });
    socket.open();
    expect(events.filter(({ type }) => type === 'hookFailed')).to.have.nested.property('[0].hook', 'failover');
    expect(lines.slice(1)).to.deep.equal(['hookFailed', 'opened', 'session 7', 'ready']);
  });

  describe('with a greeting', () => {
    const greeting = (accept: Greeting['accept']): Greeting => ({
      open: (credentials) => [JSON.stringify({ credentials })],
      accept,
    });
    const welcome = (message: Message) =>
      message.kind === 'other' ? { opened: (message.body as { user: string }).user } : ('wait' as const);

    it('sends the credentials first, waits for the answer, and keeps it on the session', () => {
      const { socket, sessions, lines } = attempting({ credentials: 'me' }, greeting(welcome));
      socket.open();
      socket.message({ type: 'ping' });
      expect(socket.sent).to.deep.equal([{ credentials: 'me' }]);
      expect(lines).to.deep.equal(['connecting']);
      socket.message({ user: 'you' });
      expect(sessions[0]?.opened.greeting).to.equal('you');
    });

    it('leaves to the session what came in the frame of its end', () => {
      const codec = native.client();
      const decode = (): Message[] => ['a', 'b'].map((user) => ({ kind: 'other', body: { user } }));
      const heard: Message[] = [];
      const protocol = { ...native, client: () => ({ ...codec, decode, greeting: greeting(welcome) }) };
      const { socket, sessions, counters } = attempting({ protocol, counters: createCounters() });
      socket.open();
      socket.message({});
      expect(sessions[0]?.opened.greeting).to.equal('a');
      // The second was dispatched: nobody listened to it.
      expect(counters.drops.unhandled).to.equal(1);
      (sessions[0]?.messages as Observable<Message>).subscribe((message) => heard.push(message));
      socket.message({});
      expect(heard).to.have.length(2);
    });

    const fail = () => {
      throw new Error('broken');
    };
    const refused = new AuthenticationError('not you');
    const failures: readonly (readonly [string, Greeting, object])[] = [
      ['cannot be sent', { open: fail, accept: welcome }, { kind: 'connectFailed', reason: 'network' }],
      ['cannot be understood', greeting(fail), { kind: 'connectFailed', reason: 'network' }],
      ['is refused', greeting(() => ({ refused })), { kind: 'authentication', message: 'not you' }],
    ];
    for (const [what, its, error] of failures)
      it(`drops the socket and fails where it ${what}`, () => {
        const { socket, errors, sessions } = attempting({}, its);
        socket.open();
        socket.message({ user: 'you' });
        socket.message({ user: 'you' });
        expect(errors).to.have.length(1);
        expect(errors[0]).to.include(error);
        expect([socket.terminations, sessions.length]).to.deep.equal([1, 0]);
      });

    it('opens no session after a refusal in the same frame', () => {
      const decode = (): Message[] => ['a', 'b'].map((user) => ({ kind: 'other', body: { user } }));
      const outcomes = [{ refused }, { opened: 'b' }];
      const its = greeting(() => outcomes.shift() ?? 'wait');
      const protocol = { ...native, client: () => ({ ...native.client(), decode, greeting: its }) };
      const { socket, lines } = attempting({ protocol });
      socket.open();
      socket.message({});
      expect(lines).to.deep.equal(['connecting', 'ended', 'error authentication', 'released']);
    });

    it('takes several steps: sends what each asks for, and waits on', () => {
      const steps: GreetingOutcome[] = [{ send: ['"a"', '"b"'] }, 'wait', { send: [] }, { opened: 'in' }];
      const { socket, sessions, lines } = attempting(
        {},
        greeting(() => steps.shift() ?? 'wait'),
      );
      socket.open();
      for (let step = 0; step < 3; step++) socket.message({ step });
      expect(socket.sent).to.deep.equal([{}, 'a', 'b']);
      expect(lines).to.deep.equal(['connecting']);
      socket.message({});
      expect(sessions[0]?.opened.greeting).to.equal('in');
    });

    it('fails where a frame of a later step cannot be sent', () => {
      const { socket, errors } = attempting(
        {},
        greeting(() => ({ send: ['"a"'] })),
      );
      socket.open();
      socket.send = fail;
      socket.message({});
      expect(errors[0]).to.include({ kind: 'connectFailed', reason: 'network' });
    });

    it('keeps on the link of the session the heartbeat that was agreed on', () => {
      const agreed = { interval: 7, timeout: 3 };
      const made = attempting(
        {},
        greeting(() => ({ opened: 'in', heartbeat: agreed })),
      );
      made.socket.open();
      made.socket.message({});
      expect(sessionLink(made.sessions[0] as Session).heartbeat).to.equal(agreed);
    });

    it('is made once per codec, and shares its state', () => {
      let codecs = 0;
      const protocol: Protocol = {
        ...native,
        client: () => {
          const own = ++codecs;
          return { ...native.client(), greeting: { open: () => [], accept: () => ({ opened: own }) } };
        },
      };
      const all = [1, 2].map(() => {
        const made = attempting({ protocol });
        made.socket.open();
        made.socket.message({});
        return made.sessions[0]?.opened.greeting;
      });
      expect(all).to.deep.equal([1, 2]);
    });

    it('fails as a lost connection where the gateway closes instead', () => {
      const { socket, lines, errors } = attempting({}, greeting(welcome));
      socket.open();
      socket.end({ code: 4403, reason: 'not you', wasClean: true });
      expect(errors[0]).to.include({ kind: 'connectionLost', code: 4403, retryable: false });
      expect(lines).to.deep.equal(['connecting', 'ended', 'error connectionLost', 'released']);
    });
  });
});
