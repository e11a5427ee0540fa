import { expect } from 'chai';
import { AsyncApiError } from 'rxgate/asyncapi';

describe('AsyncApiError', () => {
  it('says where and why, together and apart, with what caused it', () => {
    const cause = new Error('below');
    const error = new AsyncApiError('#/a', 'is missing', { cause });
    expect(error).to.be.instanceOf(Error);
    expect(error).to.include({ name: 'AsyncApiError', message: '#/a: is missing', pointer: '#/a', reason: 'is missing', cause });
  });
});
