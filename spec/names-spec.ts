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
