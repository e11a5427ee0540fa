import { expect } from 'chai';
import { NEVER, of, Subject } from 'rxjs';
import { failover } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import { checkConnect, type ConnectConfig } from '../../lib/connection/connectConfig.js';
import { failoverOf, provideAll } from '../../lib/connection/provideAll.js';
import type { ProviderContext } from '../../lib/connection/provider.js';
import { tracing } from '../testing/virtualTime.js';

const provide = (config: Partial<ConnectConfig>, context: ProviderContext = { refreshed: false }) =>
  provideAll(checkConnect({ url: 'ws://fake', protocol: commandNotify(), ...config }), context);
const linesOf = (config: Partial<ConnectConfig>, context?: ProviderContext): string[] => {
  const lines: string[] = [];
  provide(config, context).subscribe(tracing(lines)('all'));
  return lines;
};
const protocol = { ...commandNotify(), subprotocols: ['x', 'y'] };

describe('provideAll', () => {
  const rows: readonly (readonly [string, Partial<ConnectConfig>, object])[] = [
    ['the url alone, with no subprotocols', {}, { url: 'ws://fake', protocols: [] }],
    ["the protocol's subprotocols", { protocol }, { url: 'ws://fake', protocols: ['x', 'y'] }],
    ["subprotocols in place of the protocol's", { protocol, protocols: ['z'] }, { url: 'ws://fake', protocols: ['z'] }],
    ['no subprotocols where none are to be offered', { protocol, protocols: [] }, { url: 'ws://fake', protocols: [] }],
    ['one subprotocol as a list', { protocols: () => 'z' }, { url: 'ws://fake', protocols: ['z'] }],
    [
      'headers and credentials',
      { headers: of({ a: 'b' }), credentials: () => of('first', 'second') },
      { url: 'ws://fake', protocols: [], headers: { a: 'b' }, credentials: 'first' },
    ],
  ];
  for (const [what, config, given] of rows)
    it(`gives ${what}`, () => {
      expect(linesOf(config)).to.deep.equal([`all ${JSON.stringify(given)}`, 'all |']);
    });

  it('asks every provider with the same context, once for each subscription', () => {
    const asked: string[] = [];
    const ask =
      <T>(name: string, value: T) =>
      ({ refreshed }: ProviderContext) => {
        asked.push(`${name} ${refreshed}`);
        return value;
      };
    const all = provide(
      {
        url: ask('url', 'ws://fake'),
        protocols: ask('protocols', 'z'),
        headers: ask('headers', {}),
        credentials: ask('credentials', 1),
      },
      { refreshed: true },
    );
    expect(asked).to.deep.equal([]);
    const once = ['url true', 'protocols true', 'headers true', 'credentials true'];
    all.subscribe();
    expect(asked).to.deep.equal(once);
    all.subscribe();
    expect(asked).to.deep.equal([...once, ...once]);
  });

  it('errors with the first that fails, leaving those that are pending', () => {
    const pending = new Subject<string>();
    const headers = () => {
      throw new Error('no headers');
    };
    const lines: unknown[] = [];
    provide({ url: pending, headers }).subscribe({ error: (error: unknown) => lines.push((error as Error).message) });
    expect(lines).to.deep.equal(['no headers']);
    expect(pending.observed).to.equal(false);
  });

  it('gives nothing before the last has answered', () => {
    expect(linesOf({ credentials: NEVER })).to.deep.equal([]);
  });

  it('takes the place of a ring of the moment, and knows a ring from other providers', () => {
    const ring = failover(['ws://a', 'ws://b']);
    expect(linesOf({ url: ring })[0]).to.include('ws://a');
    ring.report('failed');
    expect(linesOf({ url: ring })[0]).to.include('ws://b');
    expect(failoverOf(ring)).to.equal(ring);
    // An observable has a `next` if it is a Subject, but nothing to report to.
    for (const url of ['ws://a', () => 'ws://a', of('ws://a'), new Subject<string>(), Promise.resolve('ws://a')])
      expect(failoverOf(url)).to.equal(undefined);
  });
});
