import { expect } from 'chai';
import { NEVER, Observable, of, Subject, throwError } from 'rxjs';
import type { TopicHandler } from '../../lib/server/topicHandler.js';
import { createProducers, type Numbered, type Producer } from '../../lib/server/topicProducers.js';
import { fakePeer } from './fakePeer.js';

describe('createProducers', () => {
  const { peer } = fakePeer();
  const finding = (handlers: Readonly<Record<string, TopicHandler>>, random = () => 0.5) => {
    const find = createProducers(handlers, random);
    return (topic: string, params?: unknown, key = topic): Producer | undefined =>
      find({ kind: 'subscribe', id: 1, key, topic, params }, peer);
  };
  const told = (producer: Producer | undefined): string[] => {
    const lines: string[] = [];
    producer?.values.subscribe({
      next: ({ data, position }: Numbered) => lines.push(`${String(data)} at ${position.offset}`),
      error: (error: unknown) => lines.push(`! ${String(error)}`),
      complete: () => lines.push('|'),
    });
    return lines;
  };

  it('knows no topic that no template fits', () => {
    const find = finding({ 'bars:{s}': () => NEVER });
    for (const topic of ['bars', 'bars:', 'x:bars:a', 'x:a', '']) expect(find(topic), topic).to.equal(undefined);
    expect(find('bars:a')).to.have.property('values');
  });

  it('asks the first template that fits, with the names in it, the peer and the params', () => {
    const asked: unknown[] = [];
    const ask =
      (name: string): TopicHandler =>
      (named, context) => {
        asked.push([name, { ...named }, context.peer === peer, context.params]);
        return NEVER;
      };
    const find = finding({ '{a}:{b}': ask('both'), 'bars:{s}': ask('bars'), one: ask('one') });
    find('bars:x', { n: 1 });
    find('one');
    expect(asked).to.deep.equal([
      ['both', { a: 'bars', b: 'x' }, true, { n: 1 }],
      ['one', {}, true, undefined],
    ]);
  });

  it('numbers values from 1, under an epoch that is made of random, and stands at 0 before the first', () => {
    const producer = finding({ t: () => of('a', 'b') }, () => 0.5)('t');
    const epoch = (2 ** 31).toString(36);
    expect(producer?.position).to.deep.equal({ epoch, offset: 0 });
    expect(told(producer)).to.deep.equal(['a at 1', 'b at 2', '|']);
    expect(producer?.position).to.deep.equal({ epoch, offset: 2 });
  });

  it('has one producer for a key while anybody listens, and another for other params', () => {
    let asked = 0;
    let subscribed = 0;
    const values = new Subject<string>();
    const source = new Observable<string>((subscriber) => {
      subscribed++;
      return values.subscribe(subscriber);
    });
    const find = finding({ t: () => (asked++, source) });
    const [first, again, other] = [find('t'), find('t'), find('t', 1, 't 1')];
    expect(again).to.equal(first);
    expect(other).to.not.equal(first);
    const lines = [told(first), told(again)];
    values.next('a');
    expect(lines).to.deep.equal([['a at 1'], ['a at 1']]);
    expect([asked, subscribed]).to.deep.equal([2, 1]);
  });

  it('makes it anew, under a new epoch, after the last has left, and after it ended by itself', () => {
    let number = 0;
    const sources = [NEVER, of('a'), throwError(() => 'broken'), NEVER];
    const find = finding({ t: () => sources.shift() ?? NEVER }, () => number++ / 2 ** 32);
    const epochs: unknown[] = [];
    for (let n = 0; n < 4; n++) {
      const producer = find('t');
      epochs.push(producer?.position.epoch);
      producer?.values.subscribe({ error: () => undefined }).unsubscribe();
    }
    expect(epochs).to.deep.equal(['0', '1', '2', '3']);
  });

  it('passes on what a handler throws, and asks it again the next time', () => {
    let asked = 0;
    const find = finding({
      t: () => {
        asked++;
        throw new Error('not yet');
      },
    });
    for (const times of [1, 2]) {
      expect(() => find('t')).to.throw('not yet');
      expect(asked).to.equal(times);
    }
  });
});
