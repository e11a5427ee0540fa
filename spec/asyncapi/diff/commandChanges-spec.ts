import { expect } from 'chai';
import { commandChanges } from '../../../lib/asyncapi/diff/commandChanges.js';
import type { CommandModel, GatewayModel } from '../../../lib/asyncapi/gatewayModel.js';

const text = { kind: 'string' } as const;
const command = (name: string, more: Partial<CommandModel> = {}): CommandModel => ({
  name,
  request: text,
  reply: text,
  pointer: `#/${name}`,
  ...more,
});
const model = (...commands: readonly CommandModel[]): GatewayModel => ({
  title: 'T',
  version: '1',
  protocol: 'commandNotify',
  commands,
  topics: [],
  schemas: [],
});

describe('commandChanges', () => {
  it('tells what is gone, new, answered, and compares the rest', () => {
    const compared: string[] = [];
    const note =
      (direction: string) =>
      ({ subject, what, oldPointer, newPointer }: Record<string, unknown>) => {
        compared.push([direction, subject, what, oldPointer, newPointer].join(' '));
        return [];
      };
    const changes = commandChanges(
      {
        old: model(
          command('gone'),
          command('same', { replyPointer: '#/r' }),
          command('mute', { reply: undefined }),
          command('loud'),
        ),
        new: model(command('new'), command('same'), command('mute'), command('loud', { reply: undefined })),
      },
      { sent: note('sent') as never, received: note('received') as never },
    );
    expect(changes.map(({ breaking, subject, document, reason }) => [breaking, subject, document, reason])).to.deep.equal([
      [true, 'gone', 'old', 'the command is gone'],
      [false, 'mute', 'new', 'it is answered now'],
      [true, 'loud', 'new', 'nothing answers it any more'],
      [false, 'new', 'new', 'the command is new'],
    ]);
    expect(compared).to.deep.equal([
      'sent same request #/same/payload #/same/payload',
      'received same reply #/r #/same',
      'sent mute request #/mute/payload #/mute/payload',
      'sent loud request #/loud/payload #/loud/payload',
    ]);
  });
});
