import { expect } from 'chai';
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { type Refusal, refuseUpgrade } from '../../lib/server/refuseUpgrade.js';

/** A connection in memory that keeps what was written. */
const connection = () => {
  const written: Buffer[] = [];
  const stream = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => (written.push(chunk), done()),
  });
  return { stream, text: () => Buffer.concat(written).toString() };
};

describe('refuseUpgrade', () => {
  const answer = async (refusal: Refusal): Promise<string> => {
    const { stream, text } = connection();
    refuseUpgrade(stream, refusal);
    await once(stream, 'close');
    return text();
  };

  it('is an answer of HTTP with its status, its length, and the end of the connection', async () => {
    expect(await answer({ status: 403, reason: 'origin' })).to.equal(
      'HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 9\r\n\r\nForbidden',
    );
  });

  it('knows statuses that have no name', async () => {
    expect(await answer({ status: 599, reason: 'authenticate' })).to.match(/^HTTP\/1\.1 599 \r\n[^]*Content-Length: 0\r\n\r\n$/);
  });

  it('gives advice in whole seconds, rounded up', async () => {
    const advised = async (retryAfter: number) =>
      /Retry-After: (\d+)\r\n/.exec(await answer({ status: 503, reason: 'draining', retryAfter }))?.[1];
    expect([await advised(0), await advised(1), await advised(1_000), await advised(1_001)]).to.deep.equal(['0', '1', '1', '2']);
    expect(await answer({ status: 503, reason: 'draining' })).to.not.include('Retry-After');
  });

  it('reads on, since a connection that is dropped with unread data takes the answer with it', async () => {
    const { stream } = connection();
    refuseUpgrade(stream, { status: 400, reason: 'path' });
    expect(stream.readableFlowing).to.equal(true);
    await once(stream, 'close');
    expect(stream.destroyed).to.equal(true);
  });

  it('survives a client that is gone already', async () => {
    const { stream } = connection();
    refuseUpgrade(stream, { status: 400, reason: 'path' });
    const closed = new Promise((done) => stream.on('close', done));
    stream.destroy(new Error('ECONNRESET'));
    await closed;
    expect(stream.destroyed).to.equal(true);
  });
});
