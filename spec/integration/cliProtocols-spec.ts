import { expect } from 'chai';
import { commands } from '../../lib/cli/commands/index.js';
import { runCli } from '../../lib/cli/runCli.js';
import { cleanUp } from '../support/atTestEnd.js';
import { fakeTerminal } from '../support/fakeTerminal.js';
import { graphqlServer } from '../support/graphqlServer.js';
import { phoenixServer } from '../support/phoenixServer.js';
import { rpcServer } from '../support/rpcServer.js';
import { socketIoServer } from '../support/socketIoServer.js';

const rxgate = async (...args: readonly string[]) => {
  const terminal = fakeTerminal();
  const code = await runCli([...args, '-q'], commands, terminal, '1.2.3');
  return { code, lines: terminal.lines.map((line): unknown => JSON.parse(line)), notes: terminal.notes };
};

describe('rxgate, with the servers of others', () => {
  afterEach(cleanUp);

  it('jsonRpc asks rpc-websockets', async () => {
    const { url } = await rpcServer();
    expect(await rxgate('request', url, 'sum', '[1,2,3]', '-p', 'jsonRpc')).to.deep.equal({ code: 0, lines: [6], notes: [] });
    const failed = await rxgate('request', url, 'fails', '-p', 'jsonRpc');
    expect(failed).to.include({ code: 1 });
    expect(failed.notes[0]).to.match(/^rxgate: .*No such order.*"order 4"/);
  });

  it('graphqlTransportWs asks graphql-ws, and listens by a template', async () => {
    const { url } = await graphqlServer();
    const protocol = ['-p', 'graphqlTransportWs'];
    const asked = await rxgate('request', url, 'query ($name: String) { hello(name: $name) }', '{"name":"bob"}', ...protocol);
    expect(asked).to.deep.equal({ code: 0, lines: [{ hello: 'hello, bob' }], notes: [] });
    const topics = JSON.stringify({ count: 'subscription ($to: Int!) { count(to: $to) }' });
    const operations = `operations={"up":"subscription { count(to: 2) }"}`;
    expect(await rxgate('request', url, 'up', '--stream', ...protocol, '-O', operations)).to.deep.equal({
      ...{ code: 0, lines: [{ count: 1 }, { count: 2 }], notes: [] },
    });
    expect((await rxgate('tail', url, 'count', ...protocol, '-O', `topics=${topics}`)).code).to.equal(1);
  });

  it('socketIo asks and hears Socket.IO, in a namespace', async () => {
    const { url } = await socketIoServer(
      (socket) => {
        socket.on('double', (n: number, ack: (reply: number) => void) => ack(n * 2));
        socket.emit('notice', { text: 'hello' });
      },
      {},
      '/streaming',
    );
    const protocol = ['-p', 'socketIo', '-O', 'namespace=/streaming'];
    expect(await rxgate('request', url, 'double', '21', ...protocol)).to.deep.equal({ code: 0, lines: [42], notes: [] });
    expect(await rxgate('tail', url, '-n', '1', ...protocol)).to.deep.equal({
      ...{ code: 0, lines: [{ topic: 'notice', data: { text: 'hello' } }], notes: [] },
    });
  });

  it('phoenix joins a channel', async () => {
    const { url } = await phoenixServer();
    const { code, lines } = await rxgate('tail', url, 'room:lobby', '-n', '1', '-p', 'phoenix');
    expect(code).to.equal(0);
    expect(lines[0]).to.have.property('topic', 'room:lobby');
    expect((await rxgate('tail', url, 'closed:lobby', '-p', 'phoenix')).notes[0]).to.include('unmatched topic');
  });
});
