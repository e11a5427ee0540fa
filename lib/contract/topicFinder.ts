import { compileTopic } from './compileTopic.js';
import type { TopicCodecs } from './contractOf.js';
import { expandTopic } from './expandTopic.js';

/** A topic of a contract. */
export interface ContractTopic {
  readonly template: string;
  readonly codecs: TopicCodecs;
  readonly parse: (name: string) => Record<string, string> | undefined;
}

/** How many names are kept with their topics. They may come from anybody. */
const maxKnown = 20_000;

/** Whether a name is one that the template makes. Others may be read by it as well: `a:{b}` reads `a:1:2`, and makes `a:1%3A2` of it. */
const makes = ({ template, parse }: ContractTopic, name: string): boolean => {
  const named = parse(name);
  return named !== undefined && ['', ' '].some((reserved) => expandTopic(template, named, reserved).name === name);
};

/** Finds the topic of a contract that a concrete name belongs to. Params that a server put behind the name, after a space, are no part of it. */
export function topicFinder(topics: Readonly<Record<string, TopicCodecs>>): (name: string) => ContractTopic | undefined {
  const all = Object.entries(topics).map(([template, codecs]) => ({ template, codecs, parse: compileTopic(template) }));
  const known = new Map<string, ContractTopic | undefined>();
  const made = (name: string): ContractTopic | undefined =>
    all.find(({ template }) => template === name) ?? all.find((topic) => makes(topic, name));
  const read = (name: string): ContractTopic | undefined => all.find(({ parse }) => parse(name));
  return (name) => {
    if (known.has(name)) return known.get(name);
    const [bare = name] = name.split(' ', 1);
    const found = made(name) ?? made(bare) ?? read(name) ?? read(bare);
    if (known.size >= maxKnown) known.clear();
    known.set(name, found);
    return found;
  };
}
