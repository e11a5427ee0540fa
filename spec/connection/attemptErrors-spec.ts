import { expect } from 'chai';
import { AuthenticationError, ConnectFailedError, type GatewayEvent, RequestFailedError, type Verdict } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { createAttemptErrors } from '../../lib/connection/attemptErrors.js';
import { checkConnect, type ConnectConfig } from '../../lib/connection/connectConfig.js';

/** `helps`: what the credential says of its refusal. */
const errorsOf = (config: Partial<ConnectConfig> = {}, helps = true) => {
  let asked = 0;
  const events: GatewayEvent[] = [];
  const settings = checkConnect({
    ...{ url: () => 'ws://fake', protocol: commandNotify(), events: { next: (event) => events.push(event) } },
    ...config,
  });
  const errors = createAttemptErrors(settings, {
    ...{ stale: false, refreshed: false, adopt: () => undefined, accepted: () => undefined },
    refused: () => {
      asked++;
      return helps;
    },
  });
  return {
    ...errors,
    events,
    get asked() {
      return asked;
    },
  };
};
const noUrl = 'ws://user:secret@fake:1/ws?token=secret';

describe('createAttemptErrors', () => {
  it('makes a failed connect of what the socket said, with its code and without the secrets of the url', () => {
    const cause = Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
    const error = errorsOf().failed(noUrl, cause, undefined);
    expect(error).to.include({ kind: 'connectFailed', reason: 'network', retryable: true, cause });
    expect(error.message)
      .to.match(/ws:\/\/fake:1\/ws: ECONNREFUSED$/)
      .and.not.include('secret');
  });

  for (const cause of [undefined, { type: 'error' }, { code: 7 }, null])
    it(`says no code where the socket had none: ${JSON.stringify(cause)}`, () => {
      expect(errorsOf().failed('ws://fake/ws', cause, undefined).message).to.equal('Could not connect to ws://fake/ws');
    });

  it('leaves an error of the family as it is', () => {
    const cause = new ConnectFailedError('unsupported', 'x');
    expect(errorsOf().failed('ws://fake', cause, undefined)).to.equal(cause);
  });

  const rejections: readonly (readonly [number, Verdict, object])[] = [
    [503, 'retry', { retryable: true, refresh: false }],
    [503, { retryAfter: 7, spread: 3 }, { retryable: true, retryAfter: 7, spread: 3 }],
    [403, 'final', { retryable: false, refresh: false }],
    [401, 'refresh', { retryable: true, refresh: true }],
  ];
  for (const [status, verdict, fields] of rejections)
    it(`makes a rejected handshake of HTTP ${status} with the verdict ${JSON.stringify(verdict)}`, () => {
      const error = errorsOf().failed('ws://fake', new ConnectFailedError('network', 'x'), { status, verdict });
      expect(error).to.include({ kind: 'handshakeRejected', status, ...fields });
    });

  const refreshes: readonly (readonly [string, Partial<ConnectConfig>, boolean, boolean, number])[] = [
    ['no provider can give another', { url: 'ws://fake' }, true, false, 0],
    ['the refused one was new', {}, false, false, 1],
    ['another may be let in', {}, true, true, 1],
  ];
  for (const [what, config, helps, retryable, asked] of refreshes)
    it(`makes a refused credential ${retryable ? '' : 'not '}retryable where ${what}`, () => {
      const errors = errorsOf(config, helps);
      expect(errors.lost(4401, '', true, undefined)).to.include({ code: 4401, retryable, refresh: true });
      expect(errors.asked).to.equal(asked);
      expect(errorsOf(config, helps).refused(new AuthenticationError('x')).retryable).to.equal(retryable);
    });

  it('does not touch the credential for any other end', () => {
    const errors = errorsOf();
    errors.lost(1012, '', true, undefined);
    errors.lost(1008, '', true, undefined);
    errors.failed('ws://fake', undefined, { status: 403, verdict: 'final' });
    expect(errors.asked).to.equal(0);
  });

  it('keeps the refused greeting as the cause, and another refusal as it is', () => {
    const refused = new AuthenticationError('not you');
    expect(errorsOf().refused(refused)).to.include({ message: 'not you', cause: refused });
    expect(errorsOf({}, false).refused(refused)).to.equal(refused);
    const other = new RequestFailedError('hello', 'FULL', undefined);
    expect(errorsOf().refused(other)).to.equal(other);
  });

  it("asks the application's closeCodes, then the protocol's, then the table", () => {
    const asked: string[] = [];
    const rule = (name: string, own: number) => (code: number, reason: string) => {
      asked.push(`${name} ${code} ${reason}`);
      return code === own ? ('final' as const) : undefined;
    };
    const protocol = { ...commandNotify(), closeCodes: rule('protocol', 4002) };
    const { lost } = errorsOf({ protocol, closeCodes: rule('application', 4001) });
    const retryable = [4001, 4002, 4003, 1008].map((code) => lost(code, 'r', true, undefined).retryable);
    expect(retryable).to.deep.equal([false, false, true, false]);
    expect(asked.slice(0, 3)).to.deep.equal(['application 4001 r', 'application 4002 r', 'protocol 4002 r']);
  });

  it('reports closeCodes that throw, and lets the table decide', () => {
    const problem = new Error('broken');
    const closeCodes = () => {
      throw problem;
    };
    const { lost, events } = errorsOf({ closeCodes });
    expect(lost(1008, 'why', true, 'cause')).to.include({
      code: 1008,
      reason: 'why',
      wasClean: true,
      retryable: false,
      cause: 'cause',
    });
    expect(events).to.deep.equal([{ type: 'hookFailed', hook: 'closeCodes', cause: problem }]);
  });
});
