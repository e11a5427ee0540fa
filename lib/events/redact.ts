// A text is cut before the expressions see it, so that a hostile one costs little, and again after, so that a line stays one.
const longestRead = 4_000;
const longestWritten = 500;

/**
 * One line of a foreign text without what may be a credential: user, query and fragment of URLs, values of queries, `Bearer` and `Basic`
 * credentials, and what is called a token, key, password or secret. It errs on the side of leaving out.
 */
export const redact = (text: string): string =>
  text
    .slice(0, longestRead)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/:\/\/[^\s/?#]*@/g, '://')
    .replace(/(:\/\/[^\s?#]*)[?#]\S*/g, '$1?…')
    .replace(/[?&#][^\s=?&#]*=\S*/g, '?…')
    .replace(/\b(bearer|basic)\s+\S+/gi, '$1 …')
    .replace(/((?:token|secret|passw|credential|api[-_]?key)\w*["']?\s*[:=]\s*)("[^"]*"?|'[^']*'?|\S+)/gi, '$1…')
    .slice(0, longestWritten);
