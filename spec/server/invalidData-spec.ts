import { expect } from 'chai';
import { ValidationError } from 'rxgate';
import { invalidData } from '../../lib/server/invalidData.js';

describe('invalidData', () => {
  it('names the paths, and has the refusal as its cause', () => {
    const cause = new ValidationError('orders.place', ['a.0', 'b']);
    const error = invalidData('orders.place', cause);
    expect(error).to.deep.include({
      kind: 'requestFailed',
      command: 'orders.place',
      code: 'INVALID_DATA',
      data: { paths: ['a.0', 'b'] },
    });
    expect(error.cause).to.equal(cause);
  });
});
