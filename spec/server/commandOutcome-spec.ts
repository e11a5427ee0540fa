import { expect } from 'chai';
import { NEVER, of, Subject, throwError } from 'rxjs';
import { RequestFailedError } from '../../lib/errors/gatewayErrors.js';
import { type CommandOutcome, outcomeOf } from '../../lib/server/commandOutcome.js';
import { commands } from '../../lib/server/commands.js';
import { peerLink } from '../../lib/server/peerLink.js';
import { fakePeer } from './fakePeer.js';

describe('outcomeOf', () => {
  /** A peer whose clock goes one ms per look. */
  const watched = () => {
    const client = fakePeer();
    const lines: string[] = [];
    let time = 0;
    const link = peerLink(client.peer);
    Object.assign(link, {
      clock: () => ++time,
      handled: (command: string, outcome: CommandOutcome, duration: number) => lines.push(`${command} ${outcome} ${duration}`),
    });
    return { client, link, lines };
  };

  it('tells the first outcome, with the time since', () => {
    const { link, lines } = watched();
    const note = outcomeOf(link, 'buy');
    link.clock();
    note('answered');
    note('stopped');
    expect(lines).to.deep.equal(['buy answered 2']);
  });

  it('looks at no clock while nobody wants to know', () => {
    const { link } = watched();
    link.handled = undefined;
    outcomeOf(link, 'buy')('answered');
    expect(link.clock()).to.equal(1);
  });

  const told = throwError(() => new RequestFailedError('buy', 'NO_FUNDS'));
  const broken = throwError(() => new Error('broken'));
  const rows: readonly [what: string, handler: () => unknown, message: object, lines: readonly string[]][] = [
    ['a value', () => 1, { id: 'a' }, ['buy answered 1']],
    ['an error that is told', () => told, { id: 'a' }, ['buy refused 1']],
    ['a failure', () => broken, { id: 'a' }, ['buy failed 1']],
    ['a stream, at its first value', () => of(1, 2), { id: 'a', stream: true }, ['buy answered 1']],
    ['a stream without a value', () => of(), { id: 'a', stream: true }, ['buy answered 1']],
    ['a send', () => 1, {}, ['buy answered 1']],
    ['a send that fails', () => broken, {}, ['buy failed 1']],
    ['a request that waits', () => NEVER, { id: 'a' }, []],
    ['a reply that cannot be encoded', () => 1n, { id: 'a' }, ['buy failed 1']],
  ];
  for (const [what, handler, message, lines] of rows)
    it(`is told of ${what}`, () => {
      const scene = watched();
      scene.client.through(commands({ buy: handler }));
      scene.client.receive({ command: 'buy', ...message });
      expect(scene.lines).to.deep.equal(lines);
    });

  it('is told of what was stopped, by a cancel or a disconnect, and of nothing after', () => {
    const { client, lines } = watched();
    const late = new Subject();
    client.through(commands({ buy: () => late }));
    for (const id of ['a', 'b']) client.receive({ command: 'buy', id });
    client.receive({ command: 'buy' });
    client.receive({ type: 'CANCEL', id: 'a' });
    expect(lines).to.have.length(1);
    client.disconnect();
    late.next(1);
    expect(lines.map((line) => line.split(' ', 2).join(' '))).to.deep.equal(Array(3).fill('buy stopped'));
  });
});
