import { checkThat } from '../options/check.js';

/** One character, so that it is not taken for one of the template's. encodeURIComponent leaves some as they are, a dot for example. */
const escape = (char: string): string =>
  encodeURIComponent(char).replace(/^[^%]/, (plain) => `%${plain.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * The concrete name of a topic, and the parameters that its template did not consume (`undefined` if none is left). A name without
 * placeholders is taken as it is; else each placeholder needs a non-empty string or a number, or it is a TypeError that names it. The
 * characters of `reserved` are escaped in values, beside those that the template itself writes.
 */
export function expandTopic(template: string, params: unknown, reserved = ''): { readonly name: string; readonly rest: unknown } {
  const given = { ...(params as Readonly<Record<string, unknown>>) };
  const rest = { ...given };
  // Only what the template itself writes could be mistaken for it; of letters, what stands alone between two placeholders.
  const special = `%{}${reserved}${template.replace(/\{\w+\}(?:([\w\s]+)(?=\{))?|[\w\s]/g, '$1')}`;
  const name = template.replace(/\{(\w+)\}/g, (_whole, key: string) => {
    const value = given[key];
    const fits = value !== '' && ['string', 'number'].includes(typeof value);
    checkThat('topic', `params.${key}`, value, `a string or a number, since "${template}" names it`, fits);
    Reflect.deleteProperty(rest, key);
    return String(value).replace(/./gsu, (char) => (special.includes(char) ? escape(char) : char));
  });
  // A name that was filled in has no braces.
  return { name, rest: name === template ? params : Object.keys(rest).length > 0 ? rest : undefined };
}
