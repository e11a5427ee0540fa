import { expect } from 'chai';
import { connect, fixedDelays, type GatewayError, request, retryBackoff, type Session, shareSession } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { type FakeGateway, fakeGateway } from 'rxgate/testing';
import { virtualTime } from '../testing/virtualTime.js';

interface Scene {
  readonly steps: Readonly<Record<string, (gateway: FakeGateway, session: () => Session | undefined) => void>>;
  readonly diagram: string;
  readonly ask?: boolean;
}

/** Whether the provider was asked for a new credential, attempt by attempt, and how it ended. */
const run = ({ steps, diagram, ask = false }: Scene): string[] => {
  const lines: string[] = [];
  virtualTime(({ acts, flush }) => {
    const gateway = fakeGateway({ commands: { echo: (data: unknown) => data } });
    let current: Session | undefined;
    const credentials = ({ refreshed }: { refreshed: boolean }): string => {
      lines.push(refreshed ? 'refreshed' : 'stored');
      return 'token';
    };
    const session$ = connect({
      url: 'ws://fake',
      protocol: commandNotify(),
      credentials,
      webSocketFactory: gateway.webSocketFactory,
    }).pipe(retryBackoff({ strategy: fixedDelays([10]) }), shareSession());
    session$.subscribe({
      next: (session) => {
        current = session;
        if (ask) session$.pipe(request('echo', 1)).subscribe({ error: () => undefined });
      },
      error: (error: unknown) => lines.push((error as GatewayError).kind),
    });
    acts(diagram, Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, () => step(gateway, () => current)])));
    flush();
  });
  return lines;
};

const refuse = (gateway: FakeGateway): void => {
  gateway.drop(4401);
};

describe('the credential of a connection', () => {
  it('is asked for anew once, and a second refusal before the session was of use is final', () => {
    expect(run({ diagram: '-----r 20ms r', steps: { r: refuse } })).to.deep.equal(['stored', 'refreshed', 'connectionLost']);
  });

  it('is not made good by a word before the refusal', () => {
    const wordThenRefuse = (gateway: FakeGateway): void => {
      gateway.send({ kind: 'other', body: { type: 'ERROR' } });
      gateway.drop(4401);
    };
    expect(run({ diagram: '-----r 20ms r', steps: { r: wordThenRefuse } })).to.deep.equal([
      'stored',
      'refreshed',
      'connectionLost',
    ]);
  });

  for (const [title, leave] of [
    [
      'the gateway',
      (gateway: FakeGateway) => {
        gateway.drop(1012);
      },
    ],
    [
      'this side',
      (_gateway: FakeGateway, session: () => Session | undefined) => {
        session()?.terminate(
          new (class extends Error {
            kind = 'heartbeatTimeout';
            retryable = true;
          })() as never,
        );
      },
    ],
  ] as const)
    it(`is good once a session served with it, also one that ${title} ended`, () => {
      const lines = run({ ask: true, diagram: '-----r 20ms x 20ms r 20ms -', steps: { r: refuse, x: leave } });
      expect(lines).to.deep.equal(['stored', 'refreshed', 'stored', 'refreshed']);
    });

  it('is good once a session stayed for five seconds, though nothing was asked on it', () => {
    const lines = run({ diagram: '-----r 6s r 20ms -', steps: { r: refuse } });
    expect(lines).to.deep.equal(['stored', 'refreshed', 'refreshed']);
  });
});
