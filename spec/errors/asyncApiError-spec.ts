import { expect } from 'chai';
import { AsyncApiError } from 'rxgate/asyncapi';

describe('AsyncApiError', () => {
  it('says where and why, together and apart, with what caused it', () => {
    const cause = new Error('below');
    const error = new AsyncApiError('#/a', 'is missing', { cause });
    expect(error).to.be.instanceOf(Error);
    expect(error).to.include({ name: 'AsyncApiError', message: '#/a: is missing', pointer: '#/a', reason: 'is missing', cause });
  });

  it('cuts a long pointer in the middle of the message', () => {
    const pointer = `#/${'a'.repeat(300)}/${'b'.repeat(300)}`;
    const error = new AsyncApiError(pointer, 'is missing');
    expect(error.message).to.equal(`#/${'a'.repeat(98)} … ${'b'.repeat(100)}: is missing`);
    expect(error.pointer).to.equal(pointer);
    expect(new AsyncApiError(`#/${'a'.repeat(198)}`, 'is missing').message).to.equal(`#/${'a'.repeat(198)}: is missing`);
  });
});
