import { expect } from 'chai';
import { ConnectionLostError } from 'rxgate';
import { notConnected } from '../../lib/connection/notConnected.js';

describe('notConnected', () => {
  it('is a lost connection that may come back, each time another', () => {
    const error = notConnected();
    expect(error).to.be.instanceOf(ConnectionLostError);
    expect(error).to.include({ kind: 'connectionLost', code: 1006, wasClean: false, retryable: true, refresh: false });
    expect(error.message).to.match(/no session is open/);
    expect(notConnected()).to.not.equal(error);
  });
});
