import { expect } from 'chai';
import { commandNotify } from 'rxgate/protocols';
import { clientEnd } from '../../../lib/testing/contract/clientEnd.js';
import { gatewayEnd } from '../../../lib/testing/contract/gatewayEnd.js';
import type { ContractSettings } from '../../../lib/testing/contract/protocolSubject.js';
import { virtualClock } from '../../../lib/testing/contract/virtualClock.js';
import { wireLog } from '../../../lib/testing/contract/wireLog.js';

const protocol = commandNotify();

describe('clientEnd', () => {
  const play = (script: (scene: ReturnType<typeof ends> & { advance(ms?: number): void }) => void): void => {
    virtualClock(({ advance }) => {
      script({ ...ends(), advance });
    });
  };
  const ends = () => {
    const gateway = gatewayEnd(protocol.server as never, (text) => expect.fail(text), wireLog());
    return { gateway, client: clientEnd({ command: 'echo' } as ContractSettings, protocol, gateway) };
  };

  it('connects at first use, and shows what becomes of what it asks', () => {
    play(({ client, gateway, advance }) => {
      advance();
      expect(gateway.connections).to.equal(0);
      const asked = client.request('a');
      const told = client.topic('t', 1);
      const sent = client.send('b');
      advance();
      expect([gateway.connections, sent.end]).to.deep.equal([1, 'complete']);
      gateway.say(
        { kind: 'reply', id: gateway.take('request').id, data: 7, last: true },
        { kind: 'refusal', id: gateway.take('subscribe').id, code: 'NO' },
      );
      advance();
      expect([asked.values, asked.end]).to.deep.equal([[7], 'complete']);
      expect(told.end).to.include({ kind: 'subscriptionRejected', code: 'NO' });
    });
  });

  it('leaves nothing behind when it leaves', () => {
    play(({ client, gateway, advance }) => {
      const sessions = client.sessions();
      const asked = client.request('a');
      advance();
      expect(sessions.values[0]?.open).to.equal(true);
      asked.leave();
      sessions.leave();
      advance();
      expect(gateway.closes).to.deep.equal([1000]);
    });
  });

  it('connects again after 100 ms, and tells of it', () => {
    play(({ client, gateway, advance }) => {
      client.sessions();
      advance();
      gateway.drop();
      advance(99);
      expect(gateway.connections).to.equal(1);
      advance(1);
      expect(gateway.connections).to.equal(2);
      expect(client.events.map(({ type }) => type)).to.include.members(['ended', 'retrying']);
    });
  });

  it("answers the gateway's requests with what they bring", () => {
    play(({ client, gateway, advance }) => {
      client.sessions();
      advance();
      gateway.say({ kind: 'request', id: 'x', command: 'echo', data: 5 });
      advance();
      expect(gateway.take('reply')).to.deep.include({ id: 'x', data: 5 });
    });
  });
});
