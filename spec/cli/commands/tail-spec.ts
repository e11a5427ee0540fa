import { expect } from 'chai';
import * as t from 'io-ts';
import { contract } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import type { Peer } from 'rxgate/server';
import { mockGateway, type MockGatewayOptions, typedTopicsGateway } from 'rxgate/testing';
import { firstValueFrom, ReplaySubject } from 'rxjs';
import { commands } from '../../../lib/cli/commands/index.js';
import { runCli } from '../../../lib/cli/runCli.js';
import { atTestEnd, cleanUp } from '../../support/atTestEnd.js';
import { type FakeTerminal, fakeTerminal } from '../../support/fakeTerminal.js';

const start = async (options: Partial<MockGatewayOptions> = {}) => {
  const port$ = new ReplaySubject<number>(1);
  const peers$ = new ReplaySubject<Peer>();
  const data = { 'prices:{symbol}': ({ symbol }: { symbol: string }, n: number) => [symbol, n] };
  const mock = mockGateway({
    ...{ protocol: commandNotify(), interval: 1, data, ...options },
    listening: ({ port }) => port$.next(port),
  }).subscribe(peers$);
  atTestEnd(() => mock.unsubscribe());
  return { url: `ws://127.0.0.1:${await firstValueFrom(port$)}`, peers$ };
};
const tail = (terminal: FakeTerminal, ...args: readonly string[]): Promise<number> =>
  runCli(['tail', ...args], commands, terminal, '1.2.3');
const line = (n: number): string => `{"topic":"prices:SPX","data":["SPX",${n}]}`;

describe('rxgate tail', () => {
  afterEach(cleanUp);

  it('prints a line for each notification, up to the limit', async () => {
    const terminal = fakeTerminal();
    expect(await tail(terminal, (await start()).url, 'prices:SPX', '-n', '2')).to.equal(0);
    expect(terminal.lines).to.deep.equal([line(0), line(1)]);
    expect(terminal.notes).to.deep.equal(['connecting', 'connected', 'closing', 'closed']);
  });

  it('listens to what comes unasked where no topic is named', async () => {
    const terminal = fakeTerminal();
    expect(await tail(terminal, (await start({ unasked: { notice: 'x' } })).url, '-n', '1', '-q')).to.equal(0);
    expect([terminal.lines, terminal.notes]).to.deep.equal([['{"topic":"notice","data":"x"}'], []]);
  });

  it('ends in order with Ctrl-C: the gateway sees a normal close', async () => {
    const terminal = fakeTerminal();
    const { url, peers$ } = await start();
    const ended = tail(terminal, url, 'prices:SPX', '-q');
    await terminal.printed(1);
    const { closed } = await firstValueFrom(peers$);
    terminal.interrupt();
    expect(await ended).to.equal(0);
    expect((await firstValueFrom(closed)).code).to.equal(1000);
    expect(terminal.listening).to.equal(0);
  });

  it('ends when nobody reads any more', async () => {
    const terminal = fakeTerminal('.', 2);
    expect(await tail(terminal, (await start()).url, 'prices:SPX')).to.equal(0);
    expect(terminal.lines).to.deep.equal([line(0), line(1)]);
  });

  it('fails with the reason where the gateway refuses, and gives up after --attempts', async () => {
    const refused = fakeTerminal();
    expect(await tail(refused, (await start()).url, 'none', '-q')).to.equal(1);
    expect(refused.notes.join()).to.match(/^rxgate: .*none.*UNKNOWN_TOPIC/);
    const withData = fakeTerminal();
    const contracted = contract({ topics: { 'prices:{symbol}': { params: t.type({ symbol: t.literal('SPX') }) } } });
    expect(await tail(withData, (await start({ contract: contracted })).url, 'prices:X', '-q')).to.equal(1);
    expect(withData.notes).to.deep.equal([
      'rxgate: Topic "prices:X" was refused with INVALID_DATA: the params are not valid {"paths":["symbol"]}',
    ]);
    const lost = fakeTerminal();
    expect(await tail(lost, 'ws://127.0.0.1:9', 'x', '--attempts', '1', '-q')).to.equal(1);
    expect(lost.notes.join()).to.match(/^rxgate: /);
  });

  it('speaks typedTopics, by templates', async () => {
    const terminal = fakeTerminal();
    const topics = ['prices:{symbol}'];
    const { url } = await start({ protocol: typedTopicsGateway({ topics }) });
    expect(await tail(terminal, url, 'prices:SPX', '-p', 'typedTopics', '--template', 'prices:{symbol}', '-n', '1')).to.equal(0);
    expect(terminal.lines).to.deep.equal([line(0)]);
  });

  it('says which option is missing where no template fits a topic', async () => {
    const { url } = await start({ protocol: typedTopicsGateway({ topics: ['prices:{symbol}'] }) });
    for (const [topic, ...args] of [['prices:SPX'], ['prices:SPX:1', '--template', 'prices:{symbol}']] as const) {
      const terminal = fakeTerminal();
      expect(await tail(terminal, url, topic, '-q', '-p', 'typedTopics', ...args)).to.equal(1);
      expect([terminal.lines, terminal.notes]).to.deep.equal([
        [],
        [`rxgate: The data of "${topic}" cannot be encoded: no template fits: --template 'bars:{symbol}' tells that of a topic`],
      ]);
    }
  });
});
