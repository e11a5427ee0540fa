import { expect } from 'chai';
import { emitContract } from '../../../lib/asyncapi/emit/emitContract.js';
import { behindOf, fastwsModel, plainModel } from '../../support/gatewayModels.js';

describe('emitContract', () => {
  it('has every command and topic by its name, and leaves out what carries nothing', () => {
    const model = plainModel();
    const text = emitContract(model, behindOf(model));
    expect(text).to.include("    'orders.place': { request: t.string, reply: t.string },\n");
    expect(text).to.include("    'note': {},\n");
    expect(text).to.include("    'notice': { unasked: true, data: t.string },\n");
    expect(text).to.match(/'bars:\{symbol\}': \{ params: [\s\S]*data: codecs\.Bar \},\n/);
  });

  it('says what an entry is for, in quotes', () => {
    const model = plainModel();
    const [command] = model.commands;
    const text = emitContract({ ...model, commands: [{ ...command!, description: "It's\n*/ here" }] }, behindOf(model));
    expect(text).to.include("{ description: 'It\\'s\\n*/ here', request: t.string, reply: t.string },");
    expect(emitContract({ ...model, commands: [{ ...command!, description: ' ' }] }, behindOf(model))).to.not.include(
      'description',
    );
  });

  it('says what the gateway speaks', () => {
    for (const model of [plainModel(), fastwsModel()])
      expect(emitContract(model, behindOf(model))).to.include(`\nexport const gatewayProtocol = '${model.protocol}';\n`);
    expect([plainModel().protocol, fastwsModel().protocol]).to.deep.equal(['commandNotify', 'typedTopics']);
  });

  it('cannot be ended by a title', () => {
    const model = plainModel();
    expect(emitContract(model, behindOf(model))).to.include('Plain *\\/.');
  });

  it('imports only what it names', () => {
    const model = fastwsModel();
    const text = emitContract(model, behindOf(model));
    expect(text).to.include("import * as codecs from './codecs.js';");
    expect(/\bt\./.test(text)).to.equal(text.includes("from 'io-ts'"));
  });
});
