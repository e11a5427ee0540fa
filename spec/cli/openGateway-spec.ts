import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands } from '../../lib/cli/commands/index.js';
import { runCli } from '../../lib/cli/runCli.js';
import { cleanUp } from '../support/atTestEnd.js';
import { fakeTerminal } from '../support/fakeTerminal.js';
import { wsServer } from '../support/wsServer.js';

const request = async (folder: string, ...args: readonly string[]) => {
  const terminal = fakeTerminal(folder);
  const code = await runCli(['request', ...args], commands, terminal, '1.2.3');
  return { code, said: terminal.notes[0] };
};

describe('openGateway', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'rxgate-open-'))));
  afterEach(cleanUp);
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('sends the headers, and the credentials of a file', async () => {
    const server = await wsServer();
    writeFileSync(join(folder, 'login.json'), '{"login":"ann","passcode":"secret"}');
    const terminal = fakeTerminal(folder);
    const args = ['tail', server.url, 'x', '-p', 'stomp', '-H', 'X-Token: a:b', '--credentials', 'login.json'];
    const ended = runCli(args, commands, terminal, '1.2.3');
    const connection = await server.connection(0);
    expect(connection.request.headers).to.include({ 'x-token': 'a:b' });
    const connect = await connection.body((body) => String(body).startsWith('CONNECT'));
    expect(connect).to.include('\nlogin:ann\n').and.to.include('\npasscode:secret\n');
    terminal.interrupt();
    expect(await ended).to.equal(0);
    expect(terminal.notes.join()).to.not.include('secret');
  });

  it('tells its states, each end once, and waits in seconds', async () => {
    const server = await wsServer({ onConnection: ({ socket }) => socket.terminate() });
    const terminal = fakeTerminal(folder);
    const ended = runCli(['tail', server.url, 'x', '--attempts', '2'], commands, terminal, '1.2.3');
    await terminal.noted('reconnecting, in ');
    terminal.interrupt();
    expect(await ended).to.equal(0);
    expect(terminal.notes.slice(0, 2)).to.deep.equal(['connecting', 'connected']);
    expect(terminal.notes[2]).to.match(/^reconnecting, in \d+\.\d s: Connection lost/);
    const refused = fakeTerminal(folder);
    expect(await runCli(['request', 'ws://127.0.0.1:9', 'x', '--attempts', '1'], commands, refused, '1.2.3')).to.equal(1);
    expect(refused.notes).to.have.length(3);
    expect(refused.notes.slice(0, 2)).to.deep.equal(['connecting', 'closed']);
    expect(refused.notes[2]).to.match(/^rxgate: Could not connect/);
  });

  it('refuses what it cannot use, and never quotes credentials', async () => {
    const ws = 'ws://127.0.0.1:9';
    writeFileSync(join(folder, 'bad.json'), '{"passcode": secret}');
    for (const [args, reason] of [
      [['http://x', 'a'], 'the address of a gateway begins with ws:// or wss://'],
      [['ws://', 'a'], 'the address of a gateway begins with ws:// or wss://'],
      [[ws, 'a', '-H', 'novalue'], '--header is NAME:VALUE'],
      [[ws, 'a', '--attempts', '0'], '--attempts must be a whole number from 1, not "0"'],
      [[ws, 'a', '--timeout', 'soon'], '--timeout must be a whole number from 1, not "soon"'],
      [[ws, 'a', '--credentials', 'none.json'], '--credentials: none.json cannot be read (ENOENT)'],
      [[ws, 'a', '--credentials', 'bad.json'], '--credentials: bad.json is no JSON'],
    ] as const)
      expect(await request(folder, ...args), args.join(' ')).to.deep.equal({ code: 2, said: `rxgate: ${reason}` });
  });
});
