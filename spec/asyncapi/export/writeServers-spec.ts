import { expect } from 'chai';
import { writeServers } from '../../../lib/asyncapi/export/writeServers.js';
import { readServer } from '../../../lib/asyncapi/readServer.js';

describe('writeServers', () => {
  it('writes what the reader puts together again', () => {
    for (const url of ['wss://gw.example', 'ws://127.0.0.1:8000/api/v1/ws', 'wss://gw.example/ws?v=2']) {
      const servers = { value: writeServers(url), pointer: '#/servers' };
      expect(readServer(servers, servers)).to.equal(url);
    }
    expect(writeServers('WSS://a/b')).to.deep.equal({ gateway: { host: 'a', protocol: 'wss', pathname: '/b' } });
  });

  it('refuses other addresses', () => {
    for (const url of ['http://x', 'ws://', 'x', ''])
      expect(() => writeServers(url)).to.throw(
        TypeError,
        'exportAsyncApi: url must be an address that begins with ws:// or wss://',
      );
  });
});
