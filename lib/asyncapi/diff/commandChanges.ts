import type { CommandModel } from '../gatewayModel.js';
import type { Payloads } from './createPayloads.js';
import type { DocumentChange, Models } from './documentChange.js';

const payloadOf = ({ pointer }: CommandModel): string => `${pointer}/payload`;

function replyChanges(old: CommandModel, changed: CommandModel, payloads: Payloads): readonly DocumentChange[] {
  const subject = old.name;
  if (old.reply && changed.reply)
    return payloads.received({
      subject,
      what: 'reply',
      old: old.reply,
      new: changed.reply,
      oldPointer: old.replyPointer ?? old.pointer,
      newPointer: changed.replyPointer ?? changed.pointer,
    });
  if (old.reply)
    return [
      {
        breaking: true,
        subject,
        direction: 'received',
        document: 'new',
        pointer: changed.pointer,
        reason: 'nothing answers it any more',
      },
    ];
  if (changed.reply)
    return [
      {
        breaking: false,
        subject,
        direction: 'received',
        document: 'new',
        pointer: changed.pointer,
        reason: 'it is answered now',
      },
    ];
  return [];
}

/** What is different about commands. */
export function commandChanges(models: Models, payloads: Payloads): readonly DocumentChange[] {
  const known = new Map(models.new.commands.map((command) => [command.name, command]));
  const before = new Set(models.old.commands.map(({ name }) => name));
  const kept = models.old.commands.flatMap((old): readonly DocumentChange[] => {
    const changed = known.get(old.name);
    const subject = old.name;
    if (!changed)
      return [
        { breaking: true, subject, direction: 'sent', document: 'old', pointer: old.pointer, reason: 'the command is gone' },
      ];
    const request = {
      subject,
      what: 'request',
      old: old.request,
      new: changed.request,
      oldPointer: payloadOf(old),
      newPointer: payloadOf(changed),
    };
    return [...payloads.sent(request), ...replyChanges(old, changed, payloads)];
  });
  const added = models.new.commands
    .filter(({ name }) => !before.has(name))
    .map(
      ({ name: subject, pointer }): DocumentChange => ({
        breaking: false,
        subject,
        direction: 'sent',
        document: 'new',
        pointer,
        reason: 'the command is new',
      }),
    );
  return [...kept, ...added];
}
