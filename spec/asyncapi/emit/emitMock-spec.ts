import { expect } from 'chai';
import { emitMock, emitStartMock, valueText } from '../../../lib/asyncapi/emit/emitMock.js';
import { behindOf, fastwsModel, plainModel } from '../../support/gatewayModels.js';

describe('emitMock', () => {
  it('answers with the examples of the document, checked by its contract', () => {
    const model = plainModel();
    const text = emitMock(model, behindOf(model));
    expect(text).to.include("'orders.place': 'x',").and.include("'note': undefined,");
    expect(text).to.include("'bars:{symbol}': { close: 7 },").and.include("'notice': 'x',");
    expect(text).to.include('contract: gatewayContract,').and.include('({ replies, data, unasked, ...options }');
  });

  it('speaks as FastWS does: updates of a route that does not name its topics are plain', () => {
    const model = fastwsModel();
    const text = emitMock(model, behindOf(model));
    expect(text).to.include("protocol: typedTopicsGateway({ topics: ['bars:{symbol}'], plain: ['bars'] }),");
    expect(text).to.not.include('replies: {');
  });

  it('throws where the document has no example that fits', () => {
    const model = plainModel();
    const [first, ...others] = model.commands;
    const changed = { ...model, commands: [{ ...first!, reply: { kind: 'string', pattern: '^z' } as const }, ...others] };
    expect(emitMock(changed, behindOf(model))).to.include(
      "throw new Error('orders.place: the document has no example that fits;",
    );
  });

  it('can be started, on a port that is given', () => {
    expect(emitStartMock()).to.include("Number(process.env['PORT'] ?? 8080)").and.include("event.type === 'invalid'");
  });
});

describe('valueText', () => {
  it('writes any value of JSON as an expression', () => {
    for (const value of [null, true, 1.5, "it's", [], {}, [1, ['a']], { 'a-b': { c: [null] } }, { long: 'x'.repeat(120) }]) {
      // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is what the compiler would read
      expect(new Function(`return (${valueText(value)})`)()).to.deep.equal(value);
    }
  });
});
