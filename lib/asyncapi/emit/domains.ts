import type { CommandModel, GatewayModel, TopicModel } from '../gatewayModel.js';
import { createNames, memberName, typeName } from '../identifiers.js';

/** A method of a client: what it is called, and what it does. */
export type DomainMember =
  | { readonly kind: 'command'; readonly name: string; readonly command: CommandModel }
  | { readonly kind: 'topic'; readonly name: string; readonly topic: TopicModel };

/** What belongs together: `bars.history` and `bars:{symbol}` are of the domain `bars`. */
export interface Domain {
  /** As an identifier: `bars`. */
  readonly name: string;
  /** Its client's type: `BarsClient`. */
  readonly clientType: string;
  /** Its client's module, without ending: `barsClient`. */
  readonly file: string;
  readonly members: readonly DomainMember[];
}

const separators = /[.:/]+/;
const parts = (text: string): readonly string[] => text.split(separators).filter((part) => part !== '' && !part.includes('{'));

/** The domain of a command; one in a single word is of the gateway as a whole. */
const domainOfCommand = (name: string): string => {
  const [first = 'gateway', ...more] = parts(name);
  return more.length > 0 ? first : 'gateway';
};
const domainOfTopic = ({ template, unasked }: TopicModel): string =>
  unasked ? domainOfCommand(template) : (parts(template)[0] ?? 'gateway');
const ownName = (name: string): string => {
  const [, ...more] = parts(name);
  return more.length > 0 ? more.join('.') : name;
};

/** The commands and topics of a gateway by domain, in the order of the document, each with a name that it alone has there. */
export function domainsOf({ commands, topics }: GatewayModel): readonly Domain[] {
  const found = new Map<string, { domain: string; members: DomainMember[]; nameFor: (wanted: string) => string }>();
  const of = (domain: string) => {
    const key = memberName(domain);
    const known = found.get(key) ?? { domain, members: [], nameFor: createNames([]) };
    found.set(key, known);
    return known;
  };
  for (const topic of topics) {
    const { members, nameFor } = of(domainOfTopic(topic));
    const name = topic.unasked ? ownName(topic.template) : parts(topic.template).join('.') || topic.template;
    members.push({ kind: 'topic', name: nameFor(memberName(name)), topic });
  }
  for (const command of commands) {
    const { members, nameFor } = of(domainOfCommand(command.name));
    members.push({ kind: 'command', name: nameFor(memberName(ownName(command.name))), command });
  }
  const fileFor = createNames(['types', 'codecs', 'contract', 'gatewayConfig', 'index', 'mockGateway', 'createClient']);
  return [...found].map(([name, { domain, members }]) => ({
    name,
    clientType: `${typeName(domain)}Client`,
    file: fileFor(`${name}Client`),
    members,
  }));
}
