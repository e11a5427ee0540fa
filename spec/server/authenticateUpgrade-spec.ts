import { expect } from 'chai';
import { concat, EMPTY, of, Subject, throwError } from 'rxjs';
import { AuthenticationError } from '../../lib/errors/gatewayErrors.js';
import { type AuthenticateUpgrade, authenticateUpgrade } from '../../lib/server/authenticateUpgrade.js';
import { virtualTime } from '../testing/virtualTime.js';

// What it means for a client is told in admission-spec.ts.
describe('authenticateUpgrade', () => {
  const ann = { user: 'ann' };
  const outcomes = (authenticate: AuthenticateUpgrade) => {
    const lines: unknown[] = [];
    const failures: unknown[] = [];
    const asking = authenticateUpgrade({ authenticate, within: 100, retryAfter: 7 }, undefined as never, (cause) =>
      failures.push(cause),
    );
    virtualTime(({ flush }) => {
      asking.subscribe({ next: (value) => lines.push(value), error: () => lines.push('error'), complete: () => lines.push('|') });
      flush();
    });
    return { lines, failures };
  };

  it('takes the first value of an observable, whatever comes of the rest', () => {
    const rest = throwError(() => new Error('late'));
    expect(outcomes(() => concat(of(ann, { user: 'bob' }), rest))).to.deep.equal({
      lines: [{ identity: ann }, '|'],
      failures: [],
    });
  });

  it('takes no value for nobody', () => {
    expect(outcomes(() => EMPTY).lines).to.deep.equal([{ refusal: { status: 401, reason: 'authenticate' } }, '|']);
  });

  it('takes an identity that is still good, and refuses one whose time is over', () => {
    // Virtual time begins at 0.
    const good = { user: 'ann', expiresAt: 1 };
    expect(outcomes(() => good)).to.deep.equal({ lines: [{ identity: good }, '|'], failures: [] });
    for (const expiresAt of [0, -1])
      expect(outcomes(() => ({ user: 'ann', expiresAt }))).to.deep.equal({
        lines: [{ refusal: { status: 401, reason: 'authenticate' } }, '|'],
        failures: [],
      });
  });

  it('gives up in time, and lets go of what it waited for', () => {
    const asked = new Subject<typeof ann>();
    const { lines, failures } = outcomes(() => asked);
    expect(lines).to.deep.equal([{ refusal: { status: 503, reason: 'authenticateTimeout', retryAfter: 7 } }, '|']);
    expect(failures).to.have.length(1);
    expect(asked.observed).to.equal(false);
  });

  it('tells a refusal from a failure', () => {
    const refusing = outcomes(() => throwError(() => new AuthenticationError('no')));
    expect([refusing.lines[0], refusing.failures]).to.deep.equal([{ refusal: { status: 401, reason: 'authenticate' } }, []]);
    const cause = new Error('down');
    const failing = outcomes(() => throwError(() => cause));
    expect(failing.lines[0]).to.deep.equal({ refusal: { status: 503, reason: 'authenticateFailed', retryAfter: 7 } });
    expect(failing.failures).to.deep.equal([cause]);
  });
});
