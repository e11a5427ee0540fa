import { expect } from 'chai';
import { EMPTY, of, Subject, throwError } from 'rxjs';
import { AuthenticationError, RequestFailedError } from '../../lib/errors/gatewayErrors.js';
import type { VerifiedIdentity, VerifyIdentity } from '../../lib/server/verifyIdentity.js';
import { verifyIdentity } from '../../lib/server/verifyIdentity.js';
import { frozenTime } from '../testing/virtualTime.js';
import { fakePeer } from './fakePeer.js';

describe('verifyIdentity', () => {
  const time = frozenTime();
  const canary = 'CANARY-0b5e55';
  const outcomeOf = (verify: () => unknown) => {
    const outcomes: VerifiedIdentity[] = [];
    const failures: unknown[] = [];
    verifyIdentity(verify as VerifyIdentity, canary, fakePeer().peer, (cause) => failures.push(cause)).subscribe((outcome) =>
      outcomes.push(outcome),
    );
    expect(outcomes, 'one outcome').to.have.length(1);
    return { ...(outcomes[0] as Partial<Record<'identity' | 'refusal', object>>), failures };
  };
  const throwing = (error: unknown) => () => throwError(() => error);

  it('gives data and peer to the hook, and takes the first identity of it', () => {
    const given: unknown[] = [];
    const identities = new Subject<{ user: string }>();
    const { peer } = fakePeer();
    const got: VerifiedIdentity[] = [];
    verifyIdentity(
      (...all) => (given.push(...all), identities),
      { token: 1 },
      peer,
      () => undefined,
    ).subscribe((outcome) => got.push(outcome));
    expect(given).to.deep.equal([{ token: 1 }, { peer }]);
    identities.next({ user: 'ann' });
    identities.next({ user: 'bob' });
    expect(got).to.deep.equal([{ identity: { user: 'ann' } }]);
    expect(identities.observed).to.equal(false);
  });

  const refused = { code: 'UNAUTHENTICATED', message: 'the credential was refused', close: 4401 };
  const broken = { code: 'INTERNAL_ERROR', message: 'the credential could not be checked', close: 1013 };
  const rows: readonly (readonly [what: string, verify: () => unknown, refusal: object, failures: number])[] = [
    ['nothing', () => EMPTY, refused, 0],
    ['undefined', () => undefined, refused, 0],
    ['null', () => of(null), refused, 0],
    ['an AuthenticationError', throwing(new AuthenticationError(canary)), refused, 0],
    [
      'an AuthenticationError that may be tried again',
      throwing(new AuthenticationError(canary, { retryable: true, retryAfter: 700 })),
      { code: 'UNAVAILABLE', message: 'the credential could not be checked', retryAfter: 700, close: 1013 },
      0,
    ],
    [
      'an error reply with what to tell',
      throwing(new RequestFailedError('login', 'LOCKED', { until: 7 }, { detail: 'come back later' })),
      { code: 'LOCKED', message: 'come back later', data: { until: 7 }, retryAfter: undefined, close: 4401 },
      0,
    ],
    [
      'FORBIDDEN',
      throwing(new RequestFailedError('login', 'FORBIDDEN')),
      { code: 'FORBIDDEN', message: undefined, data: undefined, retryAfter: undefined, close: 4403 },
      0,
    ],
    [
      'INTERNAL_ERROR',
      throwing(new RequestFailedError('login', 'INTERNAL_ERROR')),
      { code: 'INTERNAL_ERROR', message: undefined, data: undefined, retryAfter: undefined, close: 1013 },
      0,
    ],
    ['an error of its own', throwing(new Error(canary)), broken, 1],
    [
      'an exception',
      () => {
        throw new TypeError(canary);
      },
      broken,
      1,
    ],
    ['what is no identity', () => ({ name: 'ann' }), broken, 1],
  ];
  for (const [what, verify, refusal, failures] of rows)
    it(`refuses with ${JSON.stringify((refusal as { code: string }).code)} on ${what}`, () => {
      const outcome = outcomeOf(verify);
      expect(outcome.refusal).to.deep.equal(refusal);
      expect(outcome.failures).to.have.length(failures);
      expect(JSON.stringify(outcome.refusal)).to.not.include(canary);
    });

  it('refuses an identity from the moment on at which it expires', () => {
    time.tick(1_000);
    expect(outcomeOf(() => ({ user: 'ann', expiresAt: 1_001 })).identity).to.deep.equal({ user: 'ann', expiresAt: 1_001 });
    for (const expiresAt of [1_000, 1])
      expect(outcomeOf(() => ({ user: 'ann', expiresAt })).refusal).to.deep.equal({
        code: 'UNAUTHENTICATED',
        message: 'the credential has expired',
        close: 4401,
      });
  });
});
