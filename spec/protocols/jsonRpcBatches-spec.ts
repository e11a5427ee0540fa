import { expect } from 'chai';
import { createJsonRpcBatches } from '../../lib/protocols/jsonRpcBatches.js';

describe('createJsonRpcBatches', () => {
  it('leaves an answer alone that belongs to no batch', () => {
    expect(createJsonRpcBatches().answer(1, '{"id":1}')).to.equal('{"id":1}');
  });

  it('makes one list of the answers to a batch, in the order in which they come, with the last of them', () => {
    const batches = createJsonRpcBatches();
    expect(batches.open([1, '1', 2], [])).to.equal(undefined);
    expect(batches.answer(2, '"two"')).to.equal(undefined);
    expect(batches.answer(3, '"three"')).to.equal('"three"');
    expect(batches.answer('1', '"one, a string"')).to.equal(undefined);
    expect(batches.answer(1, '"one"')).to.equal('["two","one, a string","one"]');
    expect(batches.answer(1, '"again"')).to.equal('"again"');
  });

  it('begins with what is answered already, and says it at once where nothing else is asked', () => {
    const batches = createJsonRpcBatches();
    expect(batches.open([1], ['"bad"'])).to.equal(undefined);
    expect(batches.answer(1, '"one"')).to.equal('["bad","one"]');
    expect(batches.open([], ['"bad"', '"worse"'])).to.equal('["bad","worse"]');
    expect(batches.open([], [])).to.equal(undefined);
  });

  it('waits for one answer to an id that is asked with twice', () => {
    const batches = createJsonRpcBatches();
    batches.open([1, 1], []);
    expect(batches.answer(1, '"one"')).to.equal('["one"]');
  });

  it('keeps batches apart', () => {
    const batches = createJsonRpcBatches();
    batches.open([1, 2], []);
    batches.open([3], []);
    expect(batches.answer(3, '"three"')).to.equal('["three"]');
    batches.answer(1, '"one"');
    expect(batches.answer(2, '"two"')).to.equal('["one","two"]');
  });
});
