import { expect } from 'chai';
import type { GatewayModel, TopicModel } from '../../../lib/asyncapi/gatewayModel.js';
import { domainsOf } from '../../../lib/asyncapi/emit/domains.js';
import { fastwsModel, plainModel } from '../../support/gatewayModels.js';

const outline = (model: Pick<GatewayModel, 'commands' | 'topics'>) =>
  domainsOf(model as GatewayModel).map(({ name, clientType, file, members }) => [
    name,
    clientType,
    file,
    members.map((one) => one.name),
  ]);
const of = (commands: readonly string[], topics: readonly (readonly [string, boolean?])[] = []) =>
  outline({
    commands: commands.map((name) => ({ name, request: { kind: 'absent' }, reply: undefined, pointer: '#' })),
    topics: topics.map(
      ([template, unasked = false]): TopicModel => ({
        template,
        unasked,
        params: undefined,
        data: { kind: 'absent' },
        named: false,
        pointer: '#',
      }),
    ),
  });

describe('domainsOf', () => {
  it('puts together what begins alike; a single word is of the gateway', () => {
    expect(outline(plainModel())).to.deep.equal([
      ['gateway', 'GatewayClient', 'gatewayClient', ['notice', 'note']],
      ['bars', 'BarsClient', 'barsClient', ['bars']],
      ['orders', 'OrdersClient', 'ordersClient', ['place']],
    ]);
    expect(outline(fastwsModel())).to.deep.equal([['bars', 'BarsClient', 'barsClient', ['bars']]]);
    expect(of(['a/b', 'a.c'], [['a:{x}:d']])).to.deep.equal([['a', 'AClient', 'aClient', ['aD', 'b', 'c']]]);
  });

  it('gives members that collide names of their own', () => {
    expect(of(['a.b', 'a.B', 'a.b-'])).to.deep.equal([['a', 'AClient', 'aClient', ['b', 'b2', 'b3']]]);
  });

  it('names no file as one of the others', () => {
    expect(of(['create.it'])[0]?.[2]).to.equal('createClient2');
  });

  it('finds names for topics that are placeholders alone', () => {
    expect(of([], [['{queue}']])).to.deep.equal([['gateway', 'GatewayClient', 'gatewayClient', ['queue']]]);
  });
});
