import { expect } from 'chai';
import { stomp, type StompOptions } from 'rxgate/protocols';

describe('stomp', () => {
  it('is plain data that offers the subprotocol of STOMP 1.2, with a codec for each session', () => {
    const protocol = stomp();
    const { name, subprotocols, heartbeat, correlation, closeCodes, server } = protocol;
    expect({ name, subprotocols, heartbeat, correlation, closeCodes, server }).to.deep.equal({
      name: 'stomp',
      subprotocols: ['v12.stomp'],
      heartbeat: undefined,
      correlation: undefined,
      closeCodes: undefined,
      server: undefined,
    });
    expect(protocol.client()).to.not.equal(protocol.client());
  });

  it('offers the beats that it is told to', () => {
    const opening = (options?: StompOptions) => stomp(options).client().greeting?.open(undefined)[0];
    expect(opening()).to.include('\nheart-beat:10000,10000\n');
    expect(opening({ heartbeatOutgoing: 0, heartbeatIncoming: 500 })).to.include('\nheart-beat:0,500\n');
  });

  it('asks for replies where it is told to, and reads them there', () => {
    const codec = stomp({ replyTo: '/temp-queue/mine' }).client();
    expect(codec.encode({ kind: 'request', id: 1, command: '/q' })).to.include('\nreply-to:/temp-queue/mine\n');
    expect(codec.decode('MESSAGE\nsubscription:/temp-queue/mine\ncorrelation-id:1\n\n\0')).to.deep.equal([
      { kind: 'reply', id: 1, data: undefined, last: true },
    ]);
  });

  it('keeps no frame above maxFrame', () => {
    const codec = stomp({ maxFrame: 10 }).client();
    expect(codec.decode('FOO\n\n123456')).to.deep.equal([
      { kind: 'closed', reason: 'A STOMP frame is longer than maxFrame (10 bytes)' },
    ]);
    expect(stomp({ maxFrame: 11 }).client().decode('FOO\n\n123456')).to.deep.equal([]);
  });

  it('refuses options that are wrong, by their names', () => {
    const wrong: readonly (readonly [object, typeof TypeError | typeof RangeError, string])[] = [
      [{ envelope: 1 }, TypeError, 'stomp: envelope must'],
      [{ heartbeatOutgoing: -1 }, RangeError, 'stomp: heartbeatOutgoing must'],
      [{ heartbeatIncoming: '1 s' }, TypeError, 'stomp: heartbeatIncoming must'],
      [{ replyTo: '' }, TypeError, 'stomp: replyTo must'],
      [{ maxFrame: 0 }, RangeError, 'stomp: maxFrame must'],
      [[], TypeError, 'stomp: options must'],
    ];
    for (const [options, error, text] of wrong) expect(() => stomp(options), text).to.throw(error, text);
  });
});
