import { expect } from 'chai';
import { NEVER, of, Subject } from 'rxjs';
import { failover } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import type { ConnectConfig } from '../../lib/connection/connectConfig.js';
import { createCredentialState } from '../../lib/connection/credentialState.js';
import { failoverOf } from '../../lib/connection/failover.js';
import type { ProviderContext } from '../../lib/connection/provider.js';
import { attempting } from '../support/attempting.js';
import { frozenTime } from '../testing/virtualTime.js';

const protocol = { ...commandNotify(), subprotocols: ['x', 'y'] };

describe('the providers of an attempt', () => {
  frozenTime();

  const rows: readonly (readonly [string, Partial<ConnectConfig>, object])[] = [
    ['the url alone, with no subprotocols', {}, { url: 'ws://fake', protocols: [] }],
    ["the protocol's subprotocols", { protocol }, { protocols: ['x', 'y'] }],
    ["subprotocols in place of the protocol's", { protocol, protocols: ['z'] }, { protocols: ['z'] }],
    ['no subprotocols where none are to be offered', { protocol, protocols: [] }, { protocols: [] }],
    ['one subprotocol as a list', { protocols: () => 'z' }, { protocols: ['z'] }],
    [
      'headers, and what else the socket is opened with',
      { headers: of({ a: 'b' }, { a: 'c' }), socketOptions: { agent: 1 }, closeTimeout: 5 },
      { options: { headers: { a: 'b' }, socketOptions: { agent: 1 }, closeTimeout: 5 } },
    ],
  ];
  for (const [what, config, given] of rows)
    it(`give the socket ${what}`, () => {
      expect(attempting(config).asked[0]).to.deep.include(given);
    });

  it('give the greeting the first of the credentials', () => {
    const sent: unknown[] = [];
    const greeting = { open: (credentials: unknown) => (sent.push(credentials), []), accept: () => 'wait' as const };
    attempting({ credentials: () => of('first', 'second') }, greeting).socket.open();
    expect(sent).to.deep.equal(['first']);
  });

  it('are asked once, all with what is known of the credential', () => {
    const told: string[] = [];
    const ask =
      <T>(name: string, value: T) =>
      ({ refreshed }: ProviderContext) => {
        told.push(`${name} ${refreshed}`);
        return value;
      };
    const config = {
      url: ask('url', 'ws://fake'),
      protocols: ask('protocols', 'z'),
      headers: ask('headers', {}),
      credentials: ask('credentials', 1),
    };
    const credential = createCredentialState();
    attempting(config, undefined, credential);
    credential.begin().refused();
    attempting(config, undefined, credential);
    const names = Object.keys(config);
    expect(told).to.deep.equal([...names.map((name) => `${name} false`), ...names.map((name) => `${name} true`)]);
  });

  it('fail with the first that fails, leaving those that are pending', () => {
    const pending = new Subject<string>();
    const headers = () => {
      throw new Error('no headers');
    };
    const { errors } = attempting({ url: pending, headers });
    expect(errors[0]).to.include({ kind: 'connectFailed', reason: 'provider', retryable: true });
    expect(errors[0].cause).to.have.property('message', 'no headers');
    expect(pending.observed).to.equal(false);
  });

  it('open nothing before the last has answered', () => {
    expect(attempting({ credentials: NEVER }).asked).to.deep.equal([]);
  });

  it('take the place of a ring of the moment, and a ring is known from other providers', () => {
    const ring = failover(['ws://a', 'ws://b']);
    expect(attempting({ url: ring }).asked[0]?.url).to.equal('ws://a');
    ring.report('failed');
    expect(attempting({ url: ring }).asked[0]?.url).to.equal('ws://b');
    expect(failoverOf(ring)).to.equal(ring);
    // An observable has a `next` if it is a Subject, but nothing to report to.
    for (const url of ['ws://a', () => 'ws://a', of('ws://a'), new Subject<string>(), Promise.resolve('ws://a'), null])
      expect(failoverOf(url)).to.equal(undefined);
  });
});
