import { expect } from 'chai';
import type { Message } from '../../lib/protocols/message.js';
import { createCharges } from '../../lib/server/charges.js';
import { readRateLimit, type RateLimitConfig } from '../../lib/server/rateLimitConfig.js';
import { fakePeer } from './fakePeer.js';

describe('createCharges', () => {
  const scene = (config: Omit<RateLimitConfig, 'perConnection'> = {}, refuses = () => false) => {
    const taken: number[] = [];
    const consume = (_key: string, points: number) => {
      const refused = refuses();
      if (!refused) taken.push(points);
      return { remainingPoints: 0, msBeforeNext: 70, refused };
    };
    const settings = readRateLimit({ ...config, perConnection: { consume } });
    const charges = createCharges(fakePeer().peer, 'me', settings.createScopes(), settings);
    const take = (message: Message, times = 1): unknown[] => Array.from({ length: times }, () => charges.take(message));
    return { taken, take };
  };
  const ping: Message = { kind: 'ping' };
  const request = (command: string): Message => ({ kind: 'request', id: 1, command });

  it('takes whole points alone: fractions add up, without losing any', () => {
    const { taken, take } = scene({ kindCosts: { ping: 0.1, request: 1.5 } });
    expect(take(ping, 1_000)).to.deep.equal(Array(1_000).fill(undefined));
    expect(taken).to.deep.equal(Array(100).fill(1));
    take(request('work'), 4);
    expect(taken.slice(100)).to.deep.equal([1, 2, 1, 2]);
  });

  it('takes nothing with a refusal, and goes on asking', () => {
    let full = true;
    const { taken, take } = scene({ kindCosts: { ping: 0.5 }, costs: { heavy: 3 } }, () => full);
    expect(take(ping, 3)).to.deep.equal([undefined, 70, 70]);
    expect(take(request('heavy'))).to.deep.equal([70]);
    full = false;
    expect(take(ping)).to.deep.equal([undefined]);
    take(request('heavy'));
    expect(taken).to.deep.equal([1, 3]);
  });

  it('collects the fractions of a command that has a bucket for that command alone', () => {
    const taken: [string, number][] = [];
    const consume = (key: string, points: number) => {
      taken.push([key, points]);
      return { remainingPoints: 1, msBeforeNext: 0 };
    };
    const config = { perCommand: { a: { consume }, b: { consume } }, kindCosts: { request: 0.5, ping: 0.9 } };
    const settings = readRateLimit(config);
    const charges = createCharges(fakePeer().peer, 'me', settings.createScopes(), settings);
    for (const command of ['a', 'b', 'b', 'b', 'b']) {
      void charges.take({ kind: 'ping' });
      void charges.take(request(command));
    }
    expect(taken).to.deep.equal([
      ['command:b:me', 1],
      ['command:b:me', 1],
    ]);
  });

  it('S10: takes what costs says of a template for each topic of that form, however it is written', () => {
    const { taken, take } = scene({ costs: { 'bars:{symbol}:{resolution}': 5, 'bars:AAPL:1': 2, 'news:{of}': 0 } });
    const subscribe = (topic: string): Message => ({ kind: 'subscribe', id: 1, key: topic, topic });
    const cost = (topic: string): number | undefined => (take(subscribe(topic)), taken.splice(0)[0]);
    expect(['bars:MSFT:1', 'bars:AAPL:1D', 'bars:%41APL:2'].map(cost)).to.deep.equal([5, 5, 5]);
    // A name without parameters says more than a template, wherever it stands; an escape in it is no way around.
    expect(['bars:AAPL:1', 'bars:%41APL:1'].map(cost)).to.deep.equal([2, 2]);
    expect(['news:us', 'bars:AAPL', 'bars:'].map(cost)).to.deep.equal([undefined, 1, 1]);
    // A command is no topic.
    take(request('bars:MSFT:1'));
    expect(taken).to.deep.equal([1]);
  });

  it('goes by the first template that fits, as topics does', () => {
    const { taken, take } = scene({ costs: { 'a:{x}:c': 3, 'a:{y}': 4 } });
    for (const topic of ['a:b:c', 'a:b']) take({ kind: 'subscribe', id: 1, key: topic, topic });
    expect(taken).to.deep.equal([3, 4]);
  });

  it('takes the cost of a name for what asks by it, and not for what ends it', () => {
    const { taken, take } = scene({ costs: { bars: 7 } });
    take({ kind: 'subscribe', id: 1, key: 'bars', topic: 'bars' });
    take({ kind: 'send', command: 'bars' });
    take({ kind: 'unsubscribe', id: 1, topic: 'bars' }, 10);
    expect(taken).to.deep.equal([7, 7, 1]);
  });
});
