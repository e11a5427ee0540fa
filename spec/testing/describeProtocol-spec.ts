import { expect } from 'chai';
import { commandNotify } from 'rxgate/protocols';
import { describeProtocol, protocolContract, type ProtocolSubject, type TestRunner } from 'rxgate/testing';

const subject: ProtocolSubject = {
  protocol: () => commandNotify(),
  malformed: ['{"', '[]', 'null', '{"type":"RESPONSE"}', '{"type":"NOTIFY","topic":7}', new Uint8Array([0xff, 0xfe])],
  unknown: ['{"type":"NEWS"}', '{}'],
  batch: { join: (items) => `[${items.join()}]`, bad: '{"type":"NOTIFY"}' },
};

// As whoever has written a protocol calls it.
describeProtocol(subject);

describe('describeProtocol', () => {
  const recording = () => {
    const lines: string[] = [];
    const bodies: (() => Promise<void>)[] = [];
    const it: TestRunner['it'] = Object.assign(
      (name: string, body: () => Promise<void>) => {
        lines.push(`it ${name}`);
        bodies.push(body);
      },
      { skip: (name: string) => lines.push(`skip ${name}`) },
    );
    const describe: TestRunner['describe'] = (name, body) => {
      lines.push(`describe ${name}`);
      body();
    };
    return { lines, bodies, runner: { describe, it } };
  };

  it('registers every case under the name of the protocol, and skips with the reason', () => {
    const { lines, runner } = recording();
    describeProtocol(subject, runner);
    expect(lines).to.deep.equal([
      'describe protocol commandNotify',
      ...protocolContract(subject).map((each) => ('run' in each ? `it ${each.name}` : `skip ${each.name} (${each.skipped})`)),
    ]);
    expect(lines.filter((line) => line.startsWith('skip'))).to.have.length(3);
  });

  it('gives tests that fail where the protocol does', async () => {
    const { bodies, runner } = recording();
    describeProtocol({ ...subject, unknown: ['{"'] }, runner);
    const outcomes = await Promise.allSettled(bodies.map((body) => body()));
    expect(outcomes.filter(({ status }) => status === 'rejected')).to.have.length(1);
  });

  for (const [what, runner, says] of [
    ['no describe', {}, /describeProtocol: describe must be a function/],
    ['no it', { describe: () => undefined }, /describeProtocol: it must be a function/],
  ] as const)
    it(`throws where there is ${what}`, () => {
      expect(() => {
        describeProtocol(subject, runner);
      }).to.throw(TypeError, says);
    });

  it('throws on a bad subject at the call, and registers nothing', () => {
    const { lines, runner } = recording();
    expect(() => {
      describeProtocol({ ...subject, cannot: { fly: 'no wings' } as never }, runner);
    }).to.throw(TypeError, /protocolContract: cannot/);
    expect(lines).to.deep.equal([]);
  });
});
