import { expect } from 'chai';
import { isWebSocketUrl, publicUrl } from '../../lib/connection/gatewayUrl.js';

describe('isWebSocketUrl', () => {
  const rows: readonly (readonly [string, boolean])[] = [
    ['ws://a', true],
    ['wss://a.example:8080/ws?x=1', true],
    ['WSS://a', true],
    ['ws://[::1]:80/', true],
    ['http://a', false],
    ['https://a', false],
    ['ws://a#part', false],
    ['ws:', false],
    ['/ws', false],
    ['', false],
    [' ', false],
  ];
  for (const [url, is] of rows)
    it(`says ${is ? 'yes' : 'no'} to ${JSON.stringify(url)}`, () => {
      expect(isWebSocketUrl(url)).to.equal(is);
    });
});

describe('publicUrl', () => {
  it('leaves out what may be a credential', () => {
    expect(publicUrl('wss://user:secret@gw.example:8443/ws/v1?token=secret')).to.equal('wss://gw.example:8443/ws/v1');
    expect(publicUrl('ws://a')).to.equal('ws://a/');
  });
});
