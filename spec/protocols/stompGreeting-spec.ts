import { expect } from 'chai';
import { type GatewayError, MalformedMessageError } from 'rxgate';
import { stompGreeting, stompHeartbeat } from '../../lib/protocols/stompGreeting.js';
import type { Message } from '../../lib/protocols/message.js';

const heard = (command: string, headers: object = {}, body?: unknown): Message => ({
  kind: 'other',
  body: { command, headers, body },
});

describe('stompGreeting', () => {
  const greeting = () => stompGreeting({ heartbeatOutgoing: 10_000, heartbeatIncoming: 5_000 });
  const opening = (credentials?: unknown) => greeting().open(credentials);

  it('is CONNECT with the credentials, a host, the version and what beats there can be', () => {
    expect(opening({ login: 'ann', passcode: 'a:b\\c', host: 'sales', headers: { 'client-id': 'c1' } })).to.deep.equal([
      'CONNECT\nhost:sales\nclient-id:c1\nlogin:ann\npasscode:a:b\\c\naccept-version:1.2\nheart-beat:10000,5000\n\n\0',
    ]);
    const bare = ['CONNECT\nhost:/\naccept-version:1.2\nheart-beat:10000,5000\n\n\0'];
    expect(opening()).to.deep.equal(bare);
    expect(opening({ login: undefined })).to.deep.equal(bare);
  });

  it('lets no header take the place of what the adapter says itself', () => {
    const headers = { 'accept-version': '1.0', 'heart-beat': '0,0' };
    expect(opening({ headers })).to.deep.equal(['CONNECT\nhost:/\naccept-version:1.2\nheart-beat:10000,5000\n\n\0']);
  });

  it('refuses credentials that cannot be written, and quotes nothing', () => {
    for (const credentials of ['hush', 7, ['hush']])
      expect(() => opening(credentials)).to.throw(TypeError, /^credentials must be an object$/);
    expect(() => opening({ passcode: 'hush\nadmin:true' })).to.throw(TypeError, /^header passcode cannot be written$/);
    expect(() => opening({ passcode: { hush: 1 } })).to.throw(TypeError, /^header passcode cannot be written$/);
  });

  it('is over with CONNECTED, whose headers are its answer', () => {
    const headers = { version: '1.2', 'heart-beat': '0,20000', server: 'x' };
    expect(greeting().accept(heard('CONNECTED', headers))).to.deep.equal({
      opened: headers,
      heartbeat: { oneWay: true, interval: 15_000, timeout: Infinity },
    });
  });

  it('is refused by ERROR, by another version, and by whatever else comes, with the frame as cause', () => {
    for (const message of [
      heard('ERROR', { message: 'Bad CONNECT' }, 'Access refused for user ann'),
      heard('CONNECTED', { version: '1.1' }),
      heard('CONNECTED'),
      heard('MESSAGE'),
    ]) {
      const { refused } = greeting().accept(message) as { readonly refused: GatewayError };
      expect(refused).to.include({ kind: 'authentication', retryable: false, message: 'The broker refused CONNECT' });
      expect(refused.cause).to.equal((message as { readonly body: unknown }).body);
      expect(JSON.stringify(refused)).to.not.include('ann');
    }
    expect(greeting().accept({ kind: 'reply', id: 1, last: true })).to.have.property('refused');
  });

  it('is refused by what cannot be read', () => {
    const error = new MalformedMessageError('in', 'no');
    expect(greeting().accept({ kind: 'malformed', error })).to.deep.equal({ refused: error });
  });
});

describe('stompHeartbeat', () => {
  it('is the slower of what one can and the other wants: ours with a quarter to spare, theirs with twice the time', () => {
    expect(stompHeartbeat(10_000, 10_000, '10000,10000')).to.deep.equal({ oneWay: true, interval: 7_500, timeout: 20_000 });
    expect(stompHeartbeat(1_000, 4_000, '2000,8000')).to.deep.equal({ oneWay: true, interval: 6_000, timeout: 8_000 });
    expect(stompHeartbeat(8_000, 2_000, '4000,1000')).to.deep.equal({ oneWay: true, interval: 6_000, timeout: 8_000 });
  });

  it('waits for nothing where the broker does not beat, or need not', () => {
    for (const [wants, theirs] of [
      [10_000, '0,4000'],
      [0, '1000,4000'],
    ] as const)
      expect(stompHeartbeat(1_000, wants, theirs)).to.deep.equal({ oneWay: true, interval: 3_000, timeout: Infinity });
  });

  it('only watches where we do not beat, or need not', () => {
    expect(stompHeartbeat(0, 1_000, '3000,1000')).to.deep.equal({ mode: 'peer', interval: 3_000, timeout: 3_000 });
    expect(stompHeartbeat(1_000, 3_000, '1000,0')).to.deep.equal({ mode: 'peer', interval: 3_000, timeout: 3_000 });
  });

  it('does neither where nothing is agreed on, and leaves the timeout to whoever watches in another way', () => {
    const none = { mode: 'peer', interval: Infinity, timeout: undefined };
    for (const theirs of [undefined, '', '0,0', 'x,y']) expect(stompHeartbeat(1_000, 1_000, theirs), theirs).to.deep.equal(none);
    expect(stompHeartbeat(1_000, 0, '5')).to.deep.equal(none);
  });
});
