import { expect } from 'chai';
import { identity, of, Subject, tap, throwError } from 'rxjs';
import { RequestFailedError } from '../../lib/errors/gatewayErrors.js';
import type { RequestMessage } from '../../lib/protocols/message.js';
import { answerCommand, runCommand } from '../../lib/server/answerCommand.js';
import { peerLink } from '../../lib/server/peerLink.js';
import { createServerCounters } from '../../lib/server/serverCounters.js';
import { fakePeer } from './fakePeer.js';

describe('answerCommand', () => {
  const scene = () => {
    const counters = createServerCounters();
    const client = fakePeer(1, { counters });
    return { client, counters, link: peerLink(client.peer) };
  };
  const asked: RequestMessage = { kind: 'request', id: 'a', command: 'work' };
  const never = () => expect.fail('no stream was asked for');

  it('answers with the first value, and is done then', () => {
    const { client, counters, link } = scene();
    const work = answerCommand(link, asked, of(1, 2), never);
    expect(work.closed).to.equal(true);
    expect(client.sent).to.deep.equal([{ type: 'RESPONSE', id: 'a', data: 1 }]);
    expect(counters.commands).to.include({ answered: 1, stopped: 0 });
  });

  it('leaves the values of a stream to what paces them, and tells the end', () => {
    const { client, link } = scene();
    const seen: unknown[] = [];
    answerCommand(link, { ...asked, stream: true }, of(1, 2), () => tap((value) => seen.push(value)));
    expect(seen).to.deep.equal([1, 2]);
    expect(client.sent).to.deep.equal([{ type: 'RESPONSE', id: 'a' }]);
  });

  it('counts a stream as answered with its first value, and as stopped where there was none', () => {
    const { counters, link } = scene();
    const values = new Subject<number>();
    const works = [0, 1].map(() => answerCommand(link, { ...asked, stream: true }, values, () => identity));
    works[0]?.unsubscribe();
    values.next(1);
    works[1]?.unsubscribe();
    expect(counters.commands).to.include({ answered: 1, stopped: 1 });
  });

  it('tells a failure that was made to be told, and reports any other', () => {
    const { client, counters, link } = scene();
    for (const error of [new RequestFailedError('work', 'NO'), new Error('secret')])
      answerCommand(
        link,
        asked,
        throwError(() => error),
        never,
      );
    expect(client.sent.map(({ code }) => code)).to.deep.equal(['NO', 'INTERNAL_ERROR']);
    expect(client.failures.map(({ hook, cause }) => [hook, cause.message])).to.deep.equal([['work', 'secret']]);
    expect(counters.commands).to.include({ refused: 1, failed: 1 });
  });

  describe('runCommand', () => {
    it('takes one value and sends nothing; a failure is reported', () => {
      const { client, counters, link } = scene();
      const values = new Subject<number>();
      const work = runCommand(link, 'work', values);
      values.next(1);
      runCommand(
        link,
        'work',
        throwError(() => new Error('secret')),
      );
      expect([work.closed, values.observed, client.sent]).to.deep.equal([true, false, []]);
      expect(client.failures.map(({ hook }) => hook)).to.deep.equal(['work']);
      expect(counters.commands).to.include({ answered: 1, failed: 1 });
    });
  });
});
