import { expect } from 'chai';
import { ConnectTimeoutError, GatewayClosedError } from '../../lib/errors/gatewayErrors.js';
import { isGatewayError } from '../../lib/errors/isGatewayError.js';

describe('isGatewayError', () => {
  it('knows an error by its kind, of another copy of the package as well', () => {
    const foreign = Object.assign(new Error('x'), { kind: 'validation' });
    expect([new GatewayClosedError(), new ConnectTimeoutError(1), foreign].map(isGatewayError)).to.deep.equal([true, true, true]);
  });

  it('takes nothing else for one', () => {
    const others = [
      new Error('x'),
      Object.assign(new Error('x'), { kind: 'toString' }),
      { kind: 'validation' },
      null,
      undefined,
      'x',
    ];
    expect(others.filter(isGatewayError)).to.deep.equal([]);
  });
});
