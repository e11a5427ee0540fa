const plain = '\\\r\n:';
const coded = '\\rnc';

/** A header's name or value as STOMP 1.2 wants it on the wire. */
export const escapeStomp = (text: string): string => text.replace(/[\\\r\n:]/g, (letter) => `\\${coded[plain.indexOf(letter)]}`);

/** What was escaped. Throws where STOMP 1.2 does not know the escape. */
export const unescapeStomp = (text: string): string =>
  text.replace(/\\([^]?)/g, (_, letter: string) => {
    const found = letter && plain[coded.indexOf(letter)];
    if (!found) throw new TypeError('a header is wrong');
    return found;
  });
