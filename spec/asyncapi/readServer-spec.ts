import { expect } from 'chai';
import { readServer } from '../../lib/asyncapi/readServer.js';

const root = { value: { components: { servers: { main: { url: 'wss://shared.example' } } } }, pointer: '#' };
const url = (servers?: unknown) => readServer({ value: servers, pointer: '#/servers' }, root);

describe('readServer', () => {
  it('is the first that speaks WebSocket', () => {
    expect(
      url({ a: { url: 'https://x.example', protocol: 'https' }, b: { url: 'wss://y.example/ws', protocol: 'WSS' } }),
    ).to.equal('wss://y.example/ws');
    expect(url({ a: { url: 'mqtt://x', protocol: 'mqtt' } })).to.equal(undefined);
    expect(url()).to.equal(undefined);
    expect(url({ a: { $ref: '#/components/servers/main' } })).to.equal('wss://shared.example');
  });

  it('is made of host and pathname, as version 3 has it, or of an address without a scheme', () => {
    expect(url({ a: { host: 'x.example', pathname: '/ws', protocol: 'ws' } })).to.equal('ws://x.example/ws');
    expect(url({ a: { url: 'x.example/ws', protocol: 'wss' } })).to.equal('wss://x.example/ws');
    expect(url({ a: { url: 'https://x.example/ws', protocol: 'wss' } })).to.equal('wss://x.example/ws');
  });

  it('has its variables filled by their defaults', () => {
    const variables = { port: { default: '80' }, stage: {} };
    expect(url({ a: { url: 'ws://x.example:{port}/{stage}', protocol: 'ws', variables } })).to.equal('ws://x.example:80/{stage}');
  });
});
