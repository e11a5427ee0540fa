import { expect } from 'chai';
import { emitGateway, protocolText } from '../../../lib/asyncapi/emit/emitGateway.js';
import { fastwsModel, plainModel } from '../../support/gatewayModels.js';

describe('emitGateway', () => {
  it('says the protocol, with the templates of topics where it needs them', () => {
    expect(protocolText(plainModel())).to.equal('commandNotify()');
    expect(protocolText(fastwsModel())).to.equal("typedTopics({ topics: ['bars:{symbol}'] })");
    expect(protocolText({ ...fastwsModel(), topics: [] })).to.equal('typedTopics()');
  });

  it('knows the url of the document; without one it must be given', () => {
    expect(emitGateway(fastwsModel()))
      .to.include("export const defaultUrl = 'ws://gw.example/ws';")
      .and.include('= {}): GatewayConfig');
    const text = emitGateway(plainModel());
    expect(text).to.not.include('defaultUrl');
    expect(text).to.include('(options: GatewayOptions): GatewayConfig');
  });
});
