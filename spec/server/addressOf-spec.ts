import { expect } from 'chai';
import { addressOf, readAddress } from '../../lib/server/addressOf.js';
import { fakePeer } from './fakePeer.js';

describe('addressOf', () => {
  it('leaves the port out', () => {
    const addresses = ['127.0.0.1:80', '::1:54321', '::ffff:10.0.0.1:9', ':', 'a pipe'];
    expect(addresses.map((address) => addressOf({ address }))).to.deep.equal([
      '127.0.0.1',
      '::1',
      '::ffff:10.0.0.1',
      '',
      'a pipe',
    ]);
  });
});

describe('readAddress', () => {
  it('gives what the application reads', () => {
    expect(readAddress(fakePeer(7).peer, ({ id }) => `${id}`)).to.equal('7');
  });

  it('reports a reader that throws, and falls back to the other end of the connection', () => {
    const client = fakePeer();
    const cause = new Error('no header');
    const read = () => {
      throw cause;
    };
    expect(readAddress(client.peer, read)).to.equal('127.0.0.1');
    expect(client.failures).to.deep.equal([{ type: 'hookFailed', hook: 'address', cause }]);
  });
});
