import { expect } from 'chai';
import type { Message } from 'rxgate/protocols';
import { gatewayEnd } from '../../../lib/testing/contract/gatewayEnd.js';
import type { ContractGateway } from '../../../lib/testing/contract/protocolSubject.js';
import { type VirtualClock, virtualClock } from '../../../lib/testing/contract/virtualClock.js';
import { wireLog } from '../../../lib/testing/contract/wireLog.js';

/** A gateway that speaks the kinds of messages, and the socket of a client. */
const scene = (play: (ends: ReturnType<typeof connecting> & VirtualClock) => void, driver: Partial<ContractGateway> = {}) => {
  virtualClock((clock) => {
    play(Object.assign(connecting(driver), clock));
  });
};
const connecting = (driver: Partial<ContractGateway>) => {
  const faults: string[] = [];
  const came: unknown[] = [];
  const log = wireLog();
  const gateway = gatewayEnd(
    () => ({
      encode: ({ kind }) => (kind === 'send' ? undefined : kind === 'reply' ? { frames: ['reply'], answers: [] } : kind),
      decode: (frame) => ({ kind: frame, id: 1 }) as unknown as Message,
      ...driver,
    }),
    (text) => faults.push(text),
    log,
  );
  const connect = () => {
    const socket = gateway.webSocketFactory('ws://x', ['p'], {});
    socket.onmessage = ({ data }: { data: unknown }) => came.push(data);
    socket.onclose = ({ code }: { code: number }) => came.push(code);
    return socket;
  };
  return { gateway, connect, came, faults, log };
};

describe('gatewayEnd', () => {
  it('hears messages by kind, says them, and answers pings unless told otherwise', () => {
    scene(({ gateway, connect, advance, came }) => {
      const socket = connect();
      advance();
      expect(socket.protocol).to.equal('p');
      for (const kind of ['ping', 'request', 'cancel']) socket.send(kind);
      advance();
      expect(gateway.take('request')).to.deep.equal({ kind: 'request', id: 1 });
      expect(gateway.left('cancel')).to.have.length(1);
      expect(gateway.frames).to.deep.equal(['ping', 'request', 'cancel']);
      gateway.say({ kind: 'reply', id: 1, last: true }, { kind: 'ended', topic: 't' });
      gateway.pongs = false;
      socket.send('ping');
      advance();
      expect(came).to.deep.equal(['pong', 'reply', 'ended']);
    });
  });

  it('tells its clients when a turn ends, if it is to', () => {
    scene(({ gateway, connect, advance }) => {
      expect(connect()).to.not.have.property('atTurnEnd');
      gateway.turns = true;
      const ran: string[] = [];
      connect().atTurnEnd?.(() => ran.push('the end'));
      expect(ran).to.deep.equal([]);
      advance();
      expect(ran).to.deep.equal(['the end']);
    });
  });

  it('says what its codec owes for a frame, once', () => {
    const owed: string[] = [];
    scene(
      ({ connect, advance, came }) => {
        const socket = connect();
        advance();
        for (const frame of ['a', 'b']) socket.send(frame);
        advance();
        expect(came).to.deep.equal(['for a', 'for b']);
      },
      { owed, decode: (frame) => void owed.push(`for ${String(frame)}`) },
    );
  });

  it('throws where a kind was not heard, and where it has no words', () => {
    scene(({ gateway, connect, advance }) => {
      expect(() => gateway.take('request')).to.throw('The client has not connected');
      const socket = connect();
      advance();
      expect(() => gateway.take('request')).to.throw('The gateway was to hear a request of the client, and heard nothing');
      socket.send('cancel');
      advance();
      expect(() => gateway.take('request')).to.throw('and heard only cancel');
      expect(() => {
        gateway.say({ kind: 'send', command: 'x' });
      }).to.throw('The gateway has no words for a send');
    });
  });

  const greeting: Partial<ContractGateway> = {
    open: () => ['hello'],
    greet: (frame) => (frame === 'hello' ? ['welcome'] : undefined),
    refuse: ['no'],
  };

  it('greets at once, or when it is told to', () => {
    scene(({ connect, advance, came }) => {
      connect().onopen = null;
      advance();
      expect(came).to.deep.equal(['hello']);
    }, greeting);
    scene(({ gateway, connect, advance, came }) => {
      gateway.manner = 'wait';
      const socket = connect();
      advance();
      socket.send('hello');
      socket.send('request');
      advance();
      expect([came, gateway.left('request')]).to.deep.equal([[], []]);
      gateway.welcome();
      advance();
      expect(came).to.deep.equal(['hello', 'welcome']);
      expect(gateway.left('request')).to.have.length(1);
    }, greeting);
  });

  it('refuses who comes: at once where it speaks first, else at their first word; by frames or by a close', () => {
    const refused = (driver: Partial<ContractGateway>, speaks: boolean): unknown[] => {
      let heard: unknown[] = [];
      scene(({ gateway, connect, advance, came }) => {
        gateway.manner = 'refuse';
        const socket = connect();
        advance();
        if (speaks) socket.send('hello');
        advance();
        heard = came;
      }, driver);
      return heard;
    };
    const { open: _, ...second } = greeting;
    expect(refused(greeting, false)).to.deep.equal(['no']);
    expect(refused(second, false)).to.deep.equal([]);
    expect(refused(second, true)).to.deep.equal(['no']);
    expect(refused({ ...second, refuse: 4403 }, true)).to.deep.equal([4403]);
    expect(() => refused({ ...second, refuse: undefined }, true)).to.throw('no words to refuse a greeting');
  });

  it('finds fault with what it cannot read', () => {
    scene(
      ({ connect, advance, faults }) => {
        const socket = connect();
        advance();
        socket.send('?');
        advance();
        expect(faults).to.deep.equal(['the gateway cannot read what the client sent: what?: ?']);
      },
      { decode: () => ({ kind: 'malformed', error: new Error('what?') }) as never },
    );
  });

  it('cuts, goes silent, hears closes, and has a new connection each time', () => {
    scene(({ gateway, connect, advance, came, log }) => {
      connect();
      advance();
      gateway.drop();
      advance();
      const second = connect();
      advance();
      gateway.silence();
      gateway.write('unheard');
      second.send('unheard');
      advance();
      const third = connect();
      advance();
      third.close(4000, 'done');
      advance();
      expect(came).to.deep.equal([1006, 4000]);
      expect([gateway.connections, gateway.closes, gateway.frames]).to.deep.equal([3, [4000], []]);
      expect(log.text.split('\n  ')).to.deep.equal([
        ...[
          '',
          '(connected)',
          '(cut)',
          '(connected)',
          '(silence)',
          'gateway > unheard',
          '(connected)',
          '(the client is gone: 4000)',
        ],
      ]);
    });
  });
});
