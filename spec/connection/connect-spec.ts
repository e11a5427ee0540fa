import { expect } from 'chai';
import { connect, type ConnectConfig, type ProviderContext, type Session, type Untyped } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { fakeGateway } from 'rxgate/testing';
import { frozenTime, tracing } from '../testing/virtualTime.js';

describe('connect', () => {
  const time = frozenTime();
  /** Lets all that is under way arrive. */
  const settle = (): void => time.tick(10);
  const setting = (config: Partial<ConnectConfig<Untyped>> = {}) => {
    const gateway = fakeGateway();
    const { webSocketFactory } = gateway;
    const session$ = connect({ url: 'ws://fake', protocol: commandNotify(), webSocketFactory, ...config });
    const lines: string[] = [];
    const subscribe = (name: string, act: (session: Session) => void = () => undefined) => {
      const { error, complete } = tracing(lines)(name);
      return session$.subscribe({
        next: (session) => {
          lines.push(`${name} ${session.id}`);
          act(session);
        },
        ...{ error, complete },
      });
    };
    return { gateway, subscribe, lines };
  };

  it('throws for a bad option at the call, not into the stream', () => {
    expect(() => setting({ closeTimeout: -1 })).to.throw(RangeError, /^connect: closeTimeout/);
  });

  it('is cold: no socket before a subscription, and one for each, numbered from 1', () => {
    const { gateway, subscribe, lines } = setting();
    settle();
    expect(gateway.connections).to.equal(0);
    subscribe('a');
    subscribe('b');
    settle();
    expect([gateway.connections, gateway.open]).to.deep.equal([2, 2]);
    expect(lines).to.deep.equal(['a 1', 'b 2']);
  });

  it('does not complete by itself: a clean close by the gateway is an error too', () => {
    const { gateway, subscribe, lines } = setting();
    subscribe('a');
    settle();
    gateway.drop(1000);
    settle();
    expect(lines).to.deep.equal(['a 1', 'a! connectionLost']);
    expect(gateway.connections).to.equal(1);
  });

  it('completes after session.close()', () => {
    const { gateway, subscribe, lines } = setting();
    subscribe('a', (session) => session.close(4000));
    settle();
    expect(lines).to.deep.equal(['a 1', 'a |']);
    expect(gateway.closes).to.deep.equal([4000]);
  });

  it('closes with 1000 when it is unsubscribed from, that one alone', () => {
    const { gateway, subscribe, lines } = setting();
    const first = subscribe('a');
    subscribe('b');
    settle();
    first.unsubscribe();
    settle();
    expect([gateway.closes, gateway.open]).to.deep.equal([[1000], 1]);
    expect(lines).to.deep.equal(['a 1', 'b 2']);
  });

  it('may be unsubscribed from in the turn of its session', () => {
    const { gateway, subscribe, lines } = setting();
    const subscription = subscribe('a', () => subscription.unsubscribe());
    settle();
    expect([gateway.closes, gateway.open]).to.deep.equal([[1000], 0]);
    expect(lines).to.deep.equal(['a 1']);
    expect(time.timers).to.equal(0);
  });

  it('remembers between subscriptions that the credential was refused, and asks for another once', () => {
    const asked: boolean[] = [];
    const { gateway, subscribe, lines } = setting({ credentials: ({ refreshed }: ProviderContext) => asked.push(refreshed) });
    for (const name of ['a', 'b', 'c']) {
      subscribe(name);
      settle();
      gateway.drop(name === 'a' ? 4401 : 1012);
      settle();
    }
    expect(asked).to.deep.equal([false, true, false]);
    expect(lines.filter((line) => line.includes('!'))).to.have.length(3);
  });
});
