import { expect } from 'chai';
import {
  AuthenticationError,
  ConnectFailedError,
  ConnectionLostError,
  ConnectTimeoutError,
  GatewayClosedError,
  GatewayError,
  type GatewayErrorKind,
  HandshakeRejectedError,
  HeartbeatTimeoutError,
  MalformedMessageError,
  OutboxOverflowError,
  RequestFailedError,
  RequestTimeoutError,
  SubscriptionRejectedError,
  ValidationError,
} from '../../lib/errors/gatewayErrors.js';

const cause = new Error('the cause quotes a secret');

/** One of each kind, with a cause where it takes one; and what its JSON says beside name, kind and message. */
const family: Readonly<Record<GatewayErrorKind, readonly [GatewayError, Readonly<Record<string, unknown>>]>> = {
  connectFailed: [new ConnectFailedError('network', 'refused', { cause }), { retryable: true, reason: 'network' }],
  connectTimeout: [new ConnectTimeoutError(10_000), { retryable: true, timeout: 10_000 }],
  handshakeRejected: [new HandshakeRejectedError(503, { cause }), { retryable: false, status: 503, refresh: false }],
  connectionLost: [
    new ConnectionLostError(1012, 'restart', true, { cause }),
    { retryable: true, code: 1012, reason: 'restart', wasClean: true, refresh: false },
  ],
  heartbeatTimeout: [new HeartbeatTimeoutError(5_000), { retryable: true, timeout: 5_000 }],
  authentication: [new AuthenticationError('refused', { cause }), { retryable: false }],
  requestTimeout: [
    new RequestTimeoutError('orders.place', 10_000),
    { retryable: true, command: 'orders.place', timeout: 10_000 },
  ],
  requestFailed: [
    new RequestFailedError('orders.place', 'NO_FUNDS', { missing: 7 }, { cause }),
    { retryable: false, command: 'orders.place', code: 'NO_FUNDS', data: { missing: 7 } },
  ],
  subscriptionRejected: [
    new SubscriptionRejectedError('bars:AAPL', 403, { plan: 'free' }, { cause }),
    { retryable: false, topic: 'bars:AAPL', code: 403, data: { plan: 'free' } },
  ],
  malformedMessage: [new MalformedMessageError('in', 'not JSON', { cause }), { retryable: false, direction: 'in' }],
  validation: [
    new ValidationError('orders.place', ['price', 'lines.0'], { cause }),
    { retryable: false, subject: 'orders.place', paths: ['price', 'lines.0'] },
  ],
  outboxOverflow: [new OutboxOverflowError(1_000), { retryable: true, limit: 1_000 }],
  gatewayClosed: [new GatewayClosedError(), { retryable: false }],
};

describe('the error family', () => {
  for (const [kind, [error, fields]] of Object.entries(family)) {
    const name = error.constructor.name;

    it(`P5: ${name} is an Error of the family with a stack, a message and a kind that follows from its name`, () => {
      expect(error).to.be.instanceOf(Error).and.instanceOf(GatewayError);
      expect(error.name).to.equal(name);
      expect(error.kind).to.equal(kind);
      expect(`${kind[0]!.toUpperCase()}${kind.slice(1)}Error`).to.equal(name);
      expect(error.message).to.not.equal('');
      expect(String(error)).to.equal(`${name}: ${error.message}`);
      expect(error.stack).to.include('gatewayErrors-spec');
    });

    it(`P5: the JSON of ${name} has its name, kind, message and data, and nothing else`, () => {
      expect(JSON.parse(JSON.stringify(error))).to.deep.equal({ name, kind, message: error.message, ...fields });
    });
  }

  it('P5: a cause is kept, and is in no JSON', () => {
    const withCause = Object.values(family).filter(([error]) => error.cause !== undefined);
    expect(withCause).to.have.length(8);
    for (const [error] of withCause) {
      expect(error.cause, error.name).to.equal(cause);
      expect(JSON.stringify({ error }), error.name).to.not.match(/cause|secret|stack/);
      expect(error.message, error.name).to.not.include('secret');
    }
  });

  it('has no cause where none is given', () => {
    expect('cause' in new AuthenticationError('refused')).to.equal(false);
  });

  describe('retryable', () => {
    const rows: readonly [string, GatewayError, boolean][] = [
      ['a provider failed', new ConnectFailedError('provider', 'x'), true],
      ['the network failed', new ConnectFailedError('network', 'x'), true],
      ['the runtime lacks something', new ConnectFailedError('unsupported', 'x'), false],
      ['a failed connect that says otherwise', new ConnectFailedError('network', 'x', { retryable: false }), false],
      ['a refused upgrade that says otherwise', new HandshakeRejectedError(503, { retryable: true }), true],
      ['a lost connection that says otherwise', new ConnectionLostError(1008, '', true, { retryable: false }), false],
      ['an authentication that could not be carried out', new AuthenticationError('x', { retryable: true }), true],
      ['a failed request with advice', new RequestFailedError('c', 'BUSY', undefined, { retryAfter: 0 }), true],
      [
        'a failed request with advice that says otherwise',
        new RequestFailedError('c', 1, 0, { retryAfter: 9, retryable: false }),
        false,
      ],
      ['a topic that was not confirmed', new SubscriptionRejectedError('t', 'TIMEOUT', undefined, { retryable: true }), true],
    ];
    for (const [name, error, retryable] of rows)
      it(`is ${retryable} of ${name}`, () => {
        expect(error.retryable).to.equal(retryable);
      });
  });

  describe('advice', () => {
    it('is a field and part of the JSON', () => {
      const error = new ConnectionLostError(1013, '', true, { retryAfter: 500, spread: 0 });
      expect([error.retryAfter, error.spread]).to.deep.equal([500, 0]);
      expect(error.toJSON()).to.include({ retryAfter: 500, spread: 0 });
    });

    it('is no field at all where there is none', () => {
      const error = new ConnectionLostError(1006, '', false, { retryAfter: undefined, spread: undefined });
      expect(Object.keys(error)).to.not.include('retryAfter').and.not.include('spread');
    });
  });

  describe('texts', () => {
    const rows: readonly [GatewayError, string][] = [
      [new ConnectionLostError(1006, '', false), 'Connection lost: close code 1006'],
      [new ConnectionLostError(1012, 'restart', true), 'Connection lost: close code 1012 (restart)'],
      [new RequestFailedError('c', 'E'), '"c" failed with E'],
      [new RequestFailedError('c', 7, undefined, { detail: 'no funds' }), '"c" failed with 7: no funds'],
      [new SubscriptionRejectedError('t', 'E', undefined, { detail: 'no plan' }), 'Topic "t" was refused with E: no plan'],
      [new ValidationError('c', ['a.b', 'c']), 'The payload of "c" is not what the contract says, at a.b, c'],
      [new HandshakeRejectedError(403), 'The upgrade was refused with HTTP 403'],
    ];
    for (const [error, text] of rows)
      it(`says: ${text}`, () => {
        expect(error.message).to.equal(text);
      });

    it('name the option that sets a limit', () => {
      expect(new ConnectTimeoutError(9).message).to.match(/connectTimeout \(9 ms\)/);
      expect(new HeartbeatTimeoutError(9).message).to.match(/heartbeat's timeout \(9 ms\)/);
      expect(new RequestTimeoutError('c', 9).message).to.match(/timeout \(9 ms\)/);
      expect(new OutboxOverflowError(9).message).to.match(/^9 .*\(maxWaiting\)/);
    });
  });

  it('says with refresh that another credential may be let in', () => {
    expect(new ConnectionLostError(4401, '', true, { refresh: true }).refresh).to.equal(true);
    expect(new HandshakeRejectedError(401, { refresh: true }).toJSON()).to.include({ refresh: true, status: 401 });
  });
});
