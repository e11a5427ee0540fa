import { expect } from 'chai';
import { either, function as functions } from 'fp-ts';
import { GatewayClosedError, type GatewayErrorKind, RequestFailedError } from '../../lib/errors/gatewayErrors.js';
import { type ErrorCases, matchError } from '../../lib/fp-ts/matchError.js';
import type { TaggedGatewayError } from '../../lib/errors/taggedGatewayError.js';

const kinds: readonly GatewayErrorKind[] = [
  ...(['connectFailed', 'connectTimeout', 'handshakeRejected', 'connectionLost', 'heartbeatTimeout', 'authentication'] as const),
  ...(['requestTimeout', 'requestFailed', 'subscriptionRejected', 'malformedMessage', 'validation', 'outboxOverflow'] as const),
  'gatewayClosed',
];

describe('matchError', () => {
  it('takes the case of the error’s kind, for each kind', () => {
    const cases = Object.fromEntries(
      kinds.map((kind) => [kind, (error: unknown) => [kind, error]]),
    ) as unknown as ErrorCases<unknown>;
    for (const kind of kinds) {
      const error = { kind } as TaggedGatewayError;
      expect(matchError(cases)(error)).to.deep.equal([kind, error]);
    }
  });

  it('gives the rest to otherwise, in a pipe of fp-ts', () => {
    const say = matchError({ requestFailed: ({ code }) => `refused: ${code}` }, ({ message }) => message);
    const said = (error: TaggedGatewayError) => functions.pipe(either.left(error), either.match(say, String));
    expect(said(new RequestFailedError('x', 'BUSY'))).to.equal('refused: BUSY');
    expect(said(new GatewayClosedError())).to.equal(new GatewayClosedError().message);
  });

  it('throws a TypeError that names a case that is no function, or missing', () => {
    expect(() => matchError({ validation: 1 } as never)).to.throw(TypeError, 'matchError: cases.validation must be a function');
    expect(() => matchError({} as never, 1 as never)).to.throw(TypeError, 'otherwise');
    expect(() => matchError({} as never)(new GatewayClosedError())).to.throw(TypeError, 'cases.gatewayClosed');
    const inherited = Object.assign(new GatewayClosedError(), { kind: 'toString' }) as unknown as TaggedGatewayError;
    expect(matchError({}, () => 'rest')(inherited)).to.equal('rest');
  });
});
