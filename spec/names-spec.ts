import { expect } from 'chai';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const filesIn = (folder: string): string[] =>
  readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.replaceAll('\\', '/'));

/** Files with one caller, whose spec is that of the caller. The list only gets shorter. */
const byTheirCaller: Readonly<Record<string, string>> = {
  'asyncapi/accepts': 'integration/emitCodec-spec.ts',
  'asyncapi/createSchemas': 'asyncapi/readSchema-spec.ts',
  'asyncapi/documentNode': 'asyncapi/readAsyncApi-spec.ts',
  'asyncapi/emit/codecHelpers': 'integration/generateFiles-spec.ts',
  'asyncapi/emit/domains': 'integration/generateFiles-spec.ts',
  'asyncapi/emit/emitClient': 'integration/generateFiles-spec.ts',
  'asyncapi/emit/emitCodecs': 'integration/generateFiles-spec.ts',
  'asyncapi/emit/emitContract': 'integration/generateFiles-spec.ts',
  'asyncapi/emit/emitGateway': 'integration/generateFiles-spec.ts',
  'asyncapi/emit/emitMock': 'integration/generateFiles-spec.ts',
  'asyncapi/emit/emitReadme': 'integration/generateFiles-spec.ts',
  'asyncapi/emit/emitType': 'integration/generateFiles-spec.ts',
  'asyncapi/emit/emitTypes': 'integration/generateFiles-spec.ts',
  'asyncapi/envelope': 'asyncapi/readAsyncApi-spec.ts',
  'asyncapi/identifiers': 'asyncapi/readSchema-spec.ts',
  'asyncapi/parseDocument': 'asyncapi/readAsyncApi-spec.ts',
  'asyncapi/readChannels': 'asyncapi/readAsyncApi-spec.ts',
  'asyncapi/readKeywords': 'asyncapi/readSchema-spec.ts',
  'asyncapi/readMessages': 'asyncapi/readAsyncApi-spec.ts',
  'asyncapi/readObject': 'asyncapi/readSchema-spec.ts',
  'asyncapi/readScalar': 'asyncapi/readSchema-spec.ts',
  'asyncapi/readServer': 'asyncapi/readAsyncApi-spec.ts',
  'asyncapi/sampleValue': 'integration/emitCodec-spec.ts',
  'cli/commands/completion': 'integration/runCli-spec.ts',
  'cli/commands/generate': 'integration/runCli-spec.ts',
  'cli/commands/tail': 'integration/runCli-spec.ts',
  'cli/helpText': 'integration/runCli-spec.ts',
  'cli/main': 'integration/runCli-spec.ts',
  'cli/openGateway': 'integration/runCli-spec.ts',
  'cli/protocols': 'integration/runCli-spec.ts',
  'cli/readDocument': 'integration/runCli-spec.ts',
  'cli/terminal': 'integration/runCli-spec.ts',
  'cli/writeFolder': 'integration/runCli-spec.ts',
  'errors/asyncApiError': 'asyncapi/readSchema-spec.ts',
  'errors/usageError': 'integration/runCli-spec.ts',
  'server/createPeers': 'server/serve-spec.ts',
  'server/drainPeers': 'server/createDrain-spec.ts',
  'server/listening': 'server/serve-spec.ts',
  'server/outlet': 'server/slowConsumers-spec.ts',
  'server/revalidated': 'server/expiry-spec.ts',
  'server/topicGrants': 'server/topics-spec.ts',
  'testing/fakeServerPeer': 'testing/fakeServe-spec.ts',
};

describe('the files of lib', () => {
  const specs = filesIn('spec').filter((name) => name.endsWith('-spec.ts'));
  /** What leaves nothing at run time is checked by the compiler. */
  const runs = (name: string): boolean =>
    /^(?:export )?(?:async )?(?:const|let|function|class)\b/m.test(readFileSync(`${root}lib/${name}`, 'utf8'));
  const names = filesIn('lib').filter((name) => !/(?:^|\/)index\.ts$|\.d\.ts$/.test(name) && runs(name));
  const hasSpec = (name: string): boolean => {
    const base = name.replace(/^.*\//, '').replace(/\.ts$/, '');
    return specs.some((spec) => new RegExp(`(?:^|/)${base}(?:[-.][a-z-]+)?-spec\\.ts$`).test(spec));
  };

  it('have a spec of their name', () => {
    const without = names.filter((name) => !hasSpec(name)).map((name) => name.replace(/\.ts$/, ''));
    expect(without.filter((name) => !(name in byTheirCaller))).to.deep.equal([]);
    expect(
      Object.keys(byTheirCaller).filter((name) => !without.includes(name)),
      'have one now',
    ).to.deep.equal([]);
    expect(Object.values(byTheirCaller).filter((spec) => !existsSync(`${root}spec/${spec}`))).to.deep.equal([]);
  });

  it('are found by this spec', () => {
    expect(names).to.include.members(['connection/connect.ts', 'server/serve.ts', 'errors/gatewayErrors.ts']);
    expect(names).to.not.include.members(['protocols/message.ts', 'index.ts']);
  });
});
