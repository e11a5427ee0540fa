import { expect } from 'chai';
import { pathOf } from '../../lib/server/upgrade.js';

describe('pathOf', () => {
  const rows: readonly (readonly [url: string | undefined, path: string])[] = [
    ['/ws', '/ws'],
    ['/ws?token=secret', '/ws'],
    ['/a/b/?x=/c?d', '/a/b/'],
    ['/', '/'],
    ['?token=secret', ''],
    [undefined, '/'],
  ];
  for (const [url, path] of rows)
    it(`of ${String(url)} is ${JSON.stringify(path)}, without what may be a credential`, () => {
      expect(pathOf({ url } as never)).to.equal(path);
    });
});
