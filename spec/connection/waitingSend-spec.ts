import { expect } from 'chai';
import { Subscriber } from 'rxjs';
import { waitingSend } from '../../lib/connection/waitingSend.js';
import { frozenTime } from '../testing/virtualTime.js';

describe('waitingSend', () => {
  const time = frozenTime();
  const subscriber = new Subscriber<unknown>();

  it('keeps what is to be sent, for nobody yet', () => {
    const data = { n: 1 };
    expect(waitingSend('typing', data, 100, subscriber)).to.deep.equal({
      ...{ kind: 'send', command: 'typing', timeout: 100, deadline: 100, owner: undefined },
      ...{ data, subscriber },
    });
    expect(waitingSend('typing', data, 100, subscriber).data).to.equal(data);
  });

  it('counts its deadline from the moment of the subscription', () => {
    time.tick(5);
    expect(waitingSend('typing', 0, 100, subscriber).deadline).to.equal(105);
  });

  it('has none with Infinity', () => {
    time.tick(5);
    expect(waitingSend('typing', 0, Infinity, subscriber).deadline).to.equal(Infinity);
  });
});
