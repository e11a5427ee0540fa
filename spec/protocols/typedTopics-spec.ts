import { expect } from 'chai';
import { verdictOnClose } from '../../lib/connection/verdict.js';
import { typedTopics } from 'rxgate/protocols';

describe('typedTopics', () => {
  it('finds replies by their order, and beats by messages: these gateways hang up after 30 s of silence', () => {
    const { name, correlation, heartbeat, subprotocols, url, server } = typedTopics();
    expect({ name, correlation, heartbeat, subprotocols, url, server }).to.deep.equal({
      name: 'typedTopics',
      correlation: 'order',
      heartbeat: { mode: 'message', interval: 25_000, timeout: 10_000 },
      ...{ subprotocols: undefined, url: undefined, server: undefined },
    });
  });

  it('tries again after a timeout of the gateway, which closes with 1003, and leaves all else to the table', () => {
    const { closeCodes } = typedTopics();
    const verdict = (code: number, reason: string) => closeCodes?.(code, reason) ?? verdictOnClose(code, reason);
    const timeout = 'Connection timed out. Heartbeat interval 30.0. Max connection lifespan 3600.0';
    expect(verdict(1003, timeout)).to.equal('retry');
    for (const reason of ['Could not validate payload', 'No matching type', 'Could not decode message', ''])
      expect(verdict(1003, reason), reason).to.equal('final');
    expect([closeCodes?.(1000, timeout), closeCodes?.(1008, timeout)]).to.deep.equal([undefined, undefined]);
  });

  it('gives each session a codec of its own', () => {
    const protocol = typedTopics();
    const [one, two] = [protocol.client(), protocol.client()];
    one.encode({ kind: 'request', id: 1, command: 'echo' });
    expect(two.decode('{"type":"echo.response"}')).to.include({ kind: 'notification' });
    expect(one.decode('{"type":"echo.response"}')).to.include({ kind: 'reply', id: 1 });
  });

  const invalid: readonly (readonly [Record<string, unknown>, RegExp])[] = [
    [{ topics: 'bars:{symbol}' }, /topics must be templates as \["route:\{param\}"\]/],
    [{ topics: ['{symbol}'] }, /topics must be/],
    [{ topics: [':a'] }, /topics must be/],
    [{ topics: ['bars', 7.5, '{'] }, /topics must be/],
    [{ topics: ['bars:{a}{b}'] }, /topics must be/],
    [{ topics: ['bars/{a}'] }, /topics must be/],
    [{ topicName: 'json' }, /topicName must be a function/],
    [{ replyType: 7 }, /replyType must be a function/],
    [{ readUpdate: {} }, /readUpdate must be a function/],
    [{ ping: '' }, /ping must be/],
    [{ pong: 7 }, /pong must be/],
  ];
  for (const [options, message] of invalid)
    it(`refuses ${JSON.stringify(options)}`, () => {
      expect(() => typedTopics(options)).to.throw(TypeError, message);
    });
});
