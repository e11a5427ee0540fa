import { expect } from 'chai';
import { domainsOf } from '../../../lib/asyncapi/emit/domains.js';
import { emitAllClients, emitClient } from '../../../lib/asyncapi/emit/emitClient.js';
import { plainModel } from '../../support/gatewayModels.js';

const domains = domainsOf(plainModel());
const clientOf = (name: string): string => emitClient(domains.find((domain) => domain.name === name)!);

describe('emitClient', () => {
  it('writes a method for a command, with its reply', () => {
    expect(clientOf('orders')).to.include('place(data: string, options?: RequestOptions): Observable<string>;');
    expect(clientOf('orders')).to.include("place: (data, options) => gateway.request('orders.place', data, options),");
  });

  it('writes one that only sends, and one that listens to what comes unasked', () => {
    const text = clientOf('gateway');
    expect(text).to.include('note(options?: SendOptions): Observable<never>;');
    expect(text).to.include("note: (options) => gateway.send('note', undefined, options),");
    expect(text).to.include('notice(): Observable<string>;');
    expect(text).to.include("notice: () => gateway.session.pipe(notifications('notice'), map(({ data }) => data)),");
    expect(text).to.include("import { type Gateway, type SendOptions, notifications } from 'rxgate';");
  });

  it('writes one for a topic, and a factory', () => {
    expect(clientOf('bars')).to.match(
      /bars\(params: \{[^}]*readonly symbol: string;[^}]*\}, options\?: TopicOptions\): Observable<types\.Bar>;/,
    );
    expect(clientOf('bars')).to.include("bars: (params, options) => gateway.topic('bars:{symbol}', params, options),");
    expect(clientOf('bars')).to.include('export const createBarsClient = (gateway: Gateway<GatewayContract>): BarsClient => ({');
  });
});

describe('emitAllClients', () => {
  it('puts the clients of all domains together', () => {
    const text = emitAllClients(domains);
    for (const { name, clientType, file } of domains) {
      expect(text).to.include(`import { type ${clientType}, create${clientType} } from './${file}.js';`);
      expect(text).to.include(`  ${name}: create${clientType}(gateway),`);
    }
  });
});
