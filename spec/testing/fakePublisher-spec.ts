import { expect } from 'chai';
import { NEVER, type Observable, of, Subject, throwError } from 'rxjs';
import type { Peer } from '../../lib/server/peer.js';
import type { TopicHandler } from '../../lib/server/topicHandler.js';
import { expandTopic } from '../../lib/contract/expandTopic.js';
import { createFakePublisher } from '../../lib/testing/fakePublisher.js';
import { tracing } from './virtualTime.js';

const context = { peer: {} as Peer, topic: 't:1' };

describe('createFakePublisher', () => {
  const publishing = (handlers: Readonly<Record<string, TopicHandler<Peer>>>) => {
    const lines: string[] = [];
    const { handlers: both, publish } = createFakePublisher(handlers);
    const listen = (template: string, named: Readonly<Record<string, string>> = {}, name = template) =>
      (both[template]?.(named, { ...context, topic: expandTopic(template, named).name }) as Observable<unknown>).subscribe(
        tracing(lines)(name),
      );
    return { lines, publish, listen };
  };

  it('adds what is published by hand to what a handler produces', () => {
    const produced = new Subject<string>();
    const { lines, publish, listen } = publishing({ t: () => produced });
    publish('t', 'before anybody listens');
    listen('t');
    publish('t', 'by hand');
    produced.next('by the handler');
    expect(lines).to.deep.equal(['t by hand', 't by the handler']);
  });

  it('publishes by the concrete name of a template, to all who listen to it', () => {
    const { lines, publish, listen } = publishing({ 'bars:{s}': () => NEVER, 'bars:a': () => NEVER });
    listen('bars:{s}', { s: 'a' }, 'template');
    listen('bars:{s}', { s: 'b' }, 'other');
    listen('bars:a', {}, 'name');
    for (const topic of ['bars:a', 'bars:{s}', 'bars']) publish(topic, 1);
    expect(lines).to.deep.equal(['template 1', 'name 1']);
  });

  const ends: readonly (readonly [string, Observable<unknown>, readonly string[]])[] = [
    ['completes', of('last'), ['t last', 't |']],
    ['errors', throwError(() => 'broken'), ['t! broken']],
  ];
  for (const [what, produced, told] of ends)
    it(`ends when the handler ${what}, and lets go of what is published`, () => {
      const { lines, publish, listen } = publishing({ t: () => produced });
      expect(listen('t').closed).to.equal(true);
      publish('t', 'late');
      expect(lines).to.deep.equal(told);
    });

  it('ends for one listener when the next one still listens', () => {
    const sources = [new Subject<never>(), new Subject<never>()];
    const left = [...sources];
    const { lines, publish, listen } = publishing({ t: () => left.shift()! });
    listen('t', {}, 'a');
    listen('t', {}, 'b');
    sources[0]?.complete();
    publish('t', 1);
    expect(lines).to.deep.equal(['a |', 'b 1']);
  });

  it('gives parameters and context to the handler, and passes on what it throws', () => {
    const problem = new Error('refused');
    const asked: unknown[] = [];
    const { handlers } = createFakePublisher({
      't:{a}': (named, given) => {
        asked.push(named, given);
        throw problem;
      },
    });
    expect(() => handlers['t:{a}']?.({ a: '1' }, context)).to.throw(problem);
    expect(asked).to.deep.equal([{ a: '1' }, context]);
  });

  it('names a handler that is none', () => {
    expect(() => createFakePublisher({ 't:{a}': 7 as never })).to.throw(
      TypeError,
      /^fakeGateway: topics\.t:\{a\} must be a function/,
    );
  });
});
