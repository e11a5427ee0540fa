import { expect } from 'chai';
import { of } from 'rxjs';
import {
  AuthenticationError,
  ConnectFailedError,
  failover,
  HandshakeRejectedError,
  RequestFailedError,
  type Verdict,
} from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import type { ConnectConfig } from '../../lib/connection/connectConfig.js';
import { type CredentialState, createCredentialState } from '../../lib/connection/credentialState.js';
import { attempting } from '../support/attempting.js';
import { frozenTime } from '../testing/virtualTime.js';

const secretUrl = 'ws://user:secret@fake:1/ws?token=secret';
const url = () => 'ws://fake';

/** A credential that says whether another may help, and how often it was asked. */
const credentialThat = (helps: boolean) => {
  let asked = 0;
  const use = { stale: false, refreshed: false, adopt: () => undefined, accepted: () => undefined };
  const refused = () => {
    asked++;
    return helps;
  };
  const state: CredentialState = { renewed: () => undefined, begin: () => ({ ...use, refused }) };
  return {
    state,
    get asked() {
      return asked;
    },
  };
};

describe('the end of an attempt', () => {
  frozenTime();

  /** The error after what the gateway did to a socket that has, or has not, opened. */
  const lost = (code: number, config: Partial<ConnectConfig> = {}, credential?: CredentialState, reason = '') => {
    const made = attempting({ url, ...config }, undefined, credential);
    made.socket.open();
    made.socket.end({ code, reason, wasClean: true });
    return made;
  };
  const failed = (cause: unknown, config: Partial<ConnectConfig> = {}) => {
    const { socket, errors } = attempting(config);
    socket.onerror?.({ error: cause } as never);
    return errors[0];
  };
  const rejected = (status: number, verdict: Verdict, credential?: CredentialState, config: Partial<ConnectConfig> = { url }) => {
    const { hooks, errors, socket } = attempting(config, undefined, credential);
    hooks.rejected(verdict, (options) => new HandshakeRejectedError(status, options));
    // What the socket does about it is heard no more.
    socket.fail();
    expect([errors.length, socket.terminations]).to.deep.equal([1, 1]);
    return errors[0];
  };
  const refused = (error: AuthenticationError | RequestFailedError, credential?: CredentialState) => {
    const { socket, errors } = attempting({ url }, { open: () => [], accept: () => ({ refused: error }) }, credential);
    socket.open();
    socket.message({});
    return errors[0];
  };

  it('makes a failed connect of what the socket said, with its code and without the secrets of the url', () => {
    const cause = Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
    const error = failed(cause, { url: secretUrl });
    expect(error).to.include({ kind: 'connectFailed', reason: 'network', retryable: true, cause });
    expect(error.message)
      .to.match(/ws:\/\/fake:1\/ws: ECONNREFUSED$/)
      .and.not.include('secret');
  });

  for (const cause of [{ type: 'error' }, { code: 7 }, 'x'])
    it(`says no code where the socket had none: ${JSON.stringify(cause)}`, () => {
      expect(failed(cause, { url: 'ws://fake/ws' }).message).to.equal('Could not connect to ws://fake/ws');
    });

  it('leaves an error of the family as it is', () => {
    const cause = new ConnectFailedError('unsupported', 'x');
    expect(failed(cause)).to.equal(cause);
  });

  const rejections: readonly (readonly [number, Verdict, object])[] = [
    [503, 'retry', { retryable: true, refresh: false }],
    [503, { retryAfter: 7, spread: 3 }, { retryable: true, retryAfter: 7, spread: 3 }],
    [403, 'final', { retryable: false, refresh: false }],
    [401, 'refresh', { retryable: true, refresh: true }],
  ];
  for (const [status, verdict, fields] of rejections)
    it(`makes a rejected handshake of HTTP ${status} with the verdict ${JSON.stringify(verdict)}`, () => {
      expect(rejected(status, verdict)).to.include({ kind: 'handshakeRejected', status, ...fields });
    });

  const refreshes: readonly (readonly [string, Partial<ConnectConfig>, boolean, boolean, number])[] = [
    ['no provider can give another', { url: 'ws://fake', credentials: of(1), headers: { a: 'b' } }, true, false, 0],
    ['a ring can give another url only', { url: failover(['ws://a', 'ws://b']) }, true, false, 0],
    ['the refused one was new', {}, false, false, 1],
    ['the url may be another', {}, true, true, 1],
    ['the subprotocols may be others', { url: 'ws://fake', protocols: () => 'p' }, true, true, 1],
    ['the headers may be others', { url: 'ws://fake', headers: () => ({}) }, true, true, 1],
    ['the credentials may be others', { url: 'ws://fake', credentials: () => 'c' }, true, true, 1],
  ];
  for (const [what, config, helps, retryable, asked] of refreshes)
    it(`makes a refused credential ${retryable ? '' : 'not '}retryable where ${what}`, () => {
      const credential = credentialThat(helps);
      expect(lost(4401, config, credential.state).errors[0]).to.include({ code: 4401, retryable, refresh: true });
      expect(credential.asked).to.equal(asked);
      expect(rejected(401, 'refresh', credentialThat(helps).state, { url, ...config })).to.include({ retryable, refresh: true });
    });

  it('does not touch the credential for any other end', () => {
    const credential = credentialThat(true);
    lost(1012, {}, credential.state);
    lost(1008, {}, credential.state);
    rejected(403, 'final', credential.state);
    expect(credential.asked).to.equal(0);
  });

  it('keeps the refused greeting as the cause, and another refusal as it is', () => {
    const error = new AuthenticationError('not you');
    expect(refused(error)).to.include({ message: 'not you', cause: error, retryable: true });
    expect(refused(error, credentialThat(false).state)).to.equal(error);
    const other = new RequestFailedError('hello', 'FULL', undefined);
    expect(refused(other)).to.equal(other);
  });

  it("asks the application's closeCodes, then the protocol's, then the table", () => {
    const asked: string[] = [];
    const rule = (name: string, own: number) => (code: number, reason: string) => {
      asked.push(`${name} ${code} ${reason}`);
      return code === own ? ('final' as const) : undefined;
    };
    const protocol = { ...commandNotify(), closeCodes: rule('protocol', 4002) };
    const config = { protocol, closeCodes: rule('application', 4001) };
    const retryable = [4001, 4002, 4003, 1008].map((code) => lost(code, config, undefined, 'r').errors[0].retryable);
    expect(retryable).to.deep.equal([false, false, true, false]);
    expect(asked.slice(0, 3)).to.deep.equal(['application 4001 r', 'application 4002 r', 'protocol 4002 r']);
  });

  it('reports closeCodes that throw, and lets the table decide', () => {
    const problem = new Error('broken');
    const closeCodes = () => {
      throw problem;
    };
    const { errors, events } = lost(1008, { closeCodes }, createCredentialState(), 'why');
    expect(errors[0]).to.include({ code: 1008, reason: 'why', wasClean: true, retryable: false });
    expect(events).to.deep.include({ type: 'hookFailed', hook: 'closeCodes', cause: problem });
  });
});
