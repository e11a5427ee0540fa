import { expect } from 'chai';
import type { CliArguments } from '../../lib/cli/command.js';
import { protocolOf, protocolOptions, protocols } from '../../lib/cli/protocols.js';
import { UsageError } from '../../lib/errors/usageError.js';

type Given = Readonly<Record<string, string | readonly string[]>>;
const argumentsOf = (given: Given): CliArguments => ({
  positionals: [],
  text: (name) => given[name] as string | undefined,
  texts: (name) => (given[name] ?? []) as readonly string[],
  flag: () => false,
});
const protocol = (given: Given) => protocolOf(argumentsOf(given));
const refusal = (given: Given): unknown => {
  try {
    return protocol(given);
  } catch (error) {
    return error instanceof UsageError && error.message;
  }
};

describe('protocolOf', () => {
  it('makes each protocol by its name', () => {
    for (const name of Object.keys(protocols)) expect(protocol({ protocol: name }), name).to.include({ name });
    expect(protocol({})).to.include({ name: 'commandNotify' });
    expect(protocolOptions.protocol?.choices).to.deep.equal(Object.keys(protocols));
  });

  it('gives it its options, as JSON or as text', () => {
    expect(protocol({ option: ['subprotocol=v1'] }).subprotocols).to.deep.equal(['v1']);
    const asked = (given: Given): unknown => {
      const { frames } = { frames: protocol(given).client().encode({ kind: 'subscribe', id: 1, key: 'k', topic: 'news' }) };
      return JSON.parse([frames].flat()[0] as string);
    };
    const topics = 'topics={"subscribe":"sub","unsubscribe":"unsub"}';
    expect(asked({ protocol: 'jsonRpc', option: [topics, 'jsonrpc=false'] })).to.deep.equal({
      ...{ id: 1, method: 'sub', params: ['news'] },
    });
    expect(asked({ protocol: 'typedTopics', template: ['news:{kind}'] })).to.deep.include({ type: 'news.subscribe' });
  });

  it('refuses what it does not know, and what its protocol refuses', () => {
    expect(refusal({ option: ['subprotocol'] })).to.equal('--option is NAME=VALUE');
    expect(refusal({ option: ['colour=red'] })).to.equal('commandNotify has no option "colour" here: subprotocol can be given');
    expect(refusal({ template: ['a:{b}'] })).to.equal('--template is for typedTopics, not for commandNotify');
    expect(refusal({ protocol: 'typedTopics', template: ['{b}'] })).to.match(/^typedTopics: topics /);
    expect(refusal({ protocol: 'jsonRpc', option: ['topics=7'] })).to.match(/jsonRpcSubscriptions/);
    expect(refusal({ protocol: 'socketIo', option: ['namespace=7'] })).to.match(/^socketIo: namespace /);
  });
});
