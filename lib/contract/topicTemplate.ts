import { checkName } from '../options/check.js';
import { compileTopic } from './compileTopic.js';
import { expandTopic } from './expandTopic.js';

/** The names of a template's placeholders: of `'bars:{symbol}:{resolution}'` they are `'symbol' | 'resolution'`. */
export type TopicPlaceholder<Template extends string> = string extends Template
  ? string
  : Template extends `${string}{${infer Name}}${infer Rest}`
    ? Name | TopicPlaceholder<Rest>
    : never;

/** The parameters that a template needs; `undefined` where it has no placeholder. */
export type TopicTemplateParams<Template extends string, Value = string> = [TopicPlaceholder<Template>] extends [never]
  ? undefined
  : { readonly [Name in TopicPlaceholder<Template>]: Value };

/** The names that a template makes, as a type: `'bars:{symbol}'` gives `` `bars:${string}` ``. */
export type ConcreteTopic<Template extends string> = Template extends `${infer Before}{${string}}${infer After}`
  ? `${Before}${string}${ConcreteTopic<After>}`
  : Template;

/** Makes names of topics, and takes them apart again. */
export interface TopicTemplate<Template extends string> {
  readonly template: Template;
  /**
   * The concrete name. What a value has in common with the template itself is escaped, so that no two lists of values make the same name. TypeError,
   * which names the parameter, for a value that is missing, empty, or neither a string nor a number.
   */
  name(
    ...params: [TopicPlaceholder<Template>] extends [never]
      ? []
      : [params: Readonly<Record<TopicPlaceholder<Template>, string | number>>]
  ): string;
  /** The parameters of a concrete name, unescaped; `undefined` for a name that is not of this form. */
  parse(name: string): { readonly [Name in TopicPlaceholder<Template>]: string } | undefined;
}

/**
 * Reads the template of a topic.
 *
 * @example
 * const bars = topicTemplate('bars:{symbol}:{resolution}');
 * bars.name({ symbol: 'BRK:B', resolution: '1D' }); // 'bars:BRK%3AB:1D'
 * bars.parse('bars:BRK%3AB:1D');                    // { symbol: 'BRK:B', resolution: '1D' }
 *
 * @throws TypeError for a template that names cannot be taken apart by: a placeholder that is there twice, two with nothing between them, or a
 * brace that is not of a placeholder, whose name has letters, digits and `_`.
 */
export function topicTemplate<const Template extends string>(template: Template): TopicTemplate<Template> {
  checkName('topicTemplate', 'template', template);
  checkTemplate('topicTemplate', 'template', template);
  const parse = compileTopic(template);
  return {
    template,
    name: (...[params]) => expandTopic(template, params).name,
    parse: parse as TopicTemplate<Template>['parse'],
  };
}

/** A template without the names of its placeholders. */
export const formOf = (template: string): string => template.replace(/\{\w+\}/g, '{}');

/** What a template has that keeps its names from being taken apart again, in words. */
export const templateFault = (template: string): string | false =>
  // To the types, whatever stands in braces is a parameter.
  !/^([^{}]|\{\w+\})*$/.test(template)
    ? 'a brace of no placeholder'
    : /(\{\w+\}).*\1/s.test(template)
      ? 'a placeholder twice'
      : formOf(template).includes('}{') && 'two placeholders with nothing between them';

/** The form of a template. Throws a TypeError that names the option, unless the names that it makes can be taken apart again. */
export function checkTemplate(owner: string, option: string, template: string): string {
  const fault = templateFault(template);
  if (fault) throw new TypeError(`${owner}: ${option} has ${fault}: ${template}`);
  return formOf(template);
}
