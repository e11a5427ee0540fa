import { compileTopic } from '../contract/compileTopic.js';

/** The name without escapes: with them, one topic has many names. */
const plain = (name: string): string => {
  if (!name.includes('%')) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    // Bytes that are no UTF-8: no topic has them.
    return name;
  }
};

/**
 * What a subscribe costs, by names and templates of topics: what is said of that very name, however it is escaped, else of the first template
 * that fits. `undefined`: nothing is said.
 */
export function topicCosts(costs: Readonly<Record<string, number>>): (topic: string) => number | undefined {
  const entries = Object.entries(costs);
  const isTemplate = (name: string): boolean => /\{\w+\}/.test(name);
  const names = new Map(entries.filter(([name]) => !isTemplate(name)).map(([name, cost]) => [plain(name), cost]));
  const templates = entries.filter(([name]) => isTemplate(name)).map(([name, cost]) => ({ match: compileTopic(name), cost }));
  if (entries.length === 0) return () => undefined;
  return (topic) => names.get(plain(topic)) ?? templates.find(({ match }) => match(topic) !== undefined)?.cost;
}
