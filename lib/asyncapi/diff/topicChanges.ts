import { formOf } from '../../contract/topicTemplate.js';
import type { TopicModel } from '../gatewayModel.js';
import { placeholdersOf } from '../placeholdersOf.js';
import type { Shape } from '../shape.js';
import { changesByName } from './changesByName.js';
import type { Payloads } from './createPayloads.js';
import type { DocumentChange, Models } from './documentChange.js';

const domainOf = (template: string): string => /^[^:./{]*/.exec(template)?.[0] ?? '';

/** Whoever subscribes without parameters gives none. */
const none = (rest: boolean): Shape => ({ kind: 'object', properties: [], rest });

/** Why a topic is not there any more: mostly, it has another name. */
function whyGone({ template }: TopicModel, others: readonly TopicModel[]): string {
  const same = others.find((one) => formOf(one.template) === formOf(template));
  if (same) return `the topic is gone: it is "${same.template}" now, with other names of parameters`;
  const names = placeholdersOf(template);
  const wider = others.find(
    (one) => domainOf(one.template) === domainOf(template) && names.every((name) => placeholdersOf(one.template).includes(name)),
  );
  const more = wider ? placeholdersOf(wider.template).filter((name) => !names.includes(name)) : [];
  return wider && more.length > 0
    ? `the topic is gone: "${wider.template}" has the new ${more.map((name) => `{${name}}`).join(', ')}`
    : 'the topic is gone';
}

function changesOf(old: TopicModel, changed: TopicModel, payloads: Payloads): readonly DocumentChange[] {
  const subject = old.template;
  const asked: readonly DocumentChange[] =
    old.unasked === changed.unasked
      ? []
      : [
          {
            breaking: true,
            subject,
            direction: 'both',
            document: 'new',
            pointer: changed.pointer,
            reason: changed.unasked ? 'comes unasked now: nobody can subscribe' : 'comes only to who subscribes now',
          },
        ];
  const params = payloads.sent({
    subject,
    what: 'params',
    old: old.params ?? none(false),
    new: changed.params ?? none(true),
    oldPointer: `${old.pointer}/x-rxgate-params`,
    newPointer: `${changed.pointer}/x-rxgate-params`,
  });
  const data = payloads.received({
    subject,
    what: 'data',
    old: old.data,
    new: changed.data,
    oldPointer: old.dataPointer ?? old.pointer,
    newPointer: changed.dataPointer ?? changed.pointer,
  });
  return [...asked, ...(old.params === undefined && changed.params === undefined ? [] : params), ...data];
}

/** What is different about topics. */
export const topicChanges = (models: Models, payloads: Payloads): readonly DocumentChange[] =>
  changesByName(models.old.topics, models.new.topics, {
    nameOf: ({ template }) => template,
    kept: (old, changed) => changesOf(old, changed, payloads),
    gone: (old, added) => ({
      breaking: true,
      subject: old.template,
      direction: 'both',
      document: 'old',
      pointer: old.pointer,
      reason: whyGone(old, added),
    }),
    added: ({ template: subject, pointer }) => ({
      breaking: false,
      subject,
      direction: 'received',
      document: 'new',
      pointer,
      reason: 'the topic is new',
    }),
  });
