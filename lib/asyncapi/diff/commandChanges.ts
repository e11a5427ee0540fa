import type { CommandModel } from '../gatewayModel.js';
import { changesByName } from './changesByName.js';
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
export const commandChanges = (models: Models, payloads: Payloads): readonly DocumentChange[] =>
  changesByName(models.old.commands, models.new.commands, {
    nameOf: ({ name }) => name,
    kept: (old, changed) => [
      ...payloads.sent({
        subject: old.name,
        what: 'request',
        old: old.request,
        new: changed.request,
        oldPointer: payloadOf(old),
        newPointer: payloadOf(changed),
      }),
      ...replyChanges(old, changed, payloads),
    ],
    gone: ({ name: subject, pointer }) => ({
      breaking: true,
      subject,
      direction: 'sent',
      document: 'old',
      pointer,
      reason: 'the command is gone',
    }),
    added: ({ name: subject, pointer }) => ({
      breaking: false,
      subject,
      direction: 'sent',
      document: 'new',
      pointer,
      reason: 'the command is new',
    }),
  });
