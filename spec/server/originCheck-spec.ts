import { expect } from 'chai';
import type { IncomingMessage } from 'node:http';
import { originCheck, type Origins } from '../../lib/server/originCheck.js';

const ask = (origins: Origins | undefined, headers: IncomingMessage['headers']): boolean =>
  originCheck(origins)({ headers } as never);

describe('originCheck', () => {
  const host = 'gw.example';
  const cookie = 'sid=1';
  const rows: readonly (readonly [what: string, origins: Origins | undefined, headers: IncomingMessage['headers'], boolean])[] = [
    ['any origin without cookies', undefined, { host, origin: 'https://evil.example' }, true],
    ['a program that sends cookies and no origin', undefined, { host, cookie }, true],
    ['cookies from a page of the same host', undefined, { host, cookie, origin: 'https://gw.example' }, true],
    [
      'cookies from the same host and port',
      undefined,
      { host: 'gw.example:8080', cookie, origin: 'http://gw.example:8080' },
      true,
    ],
    [
      'cookies where one of both names the default port',
      undefined,
      { host: 'gw.example:443', cookie, origin: 'https://gw.example' },
      true,
    ],
    ['cookies from another host', undefined, { host, cookie, origin: 'https://evil.example' }, false],
    ['cookies from another port', undefined, { host, cookie, origin: 'https://gw.example:8080' }, false],
    ['cookies from a subdomain', undefined, { host, cookie, origin: 'https://evil.gw.example' }, false],
    ['cookies from a page without an origin', undefined, { host, cookie, origin: 'null' }, false],
    ['cookies from a file', undefined, { host: '', cookie, origin: 'file://' }, false],
    [
      'cookies with a host in front of the host',
      undefined,
      { host: 'evil.example@gw.example', cookie, origin: 'https://x.example' },
      false,
    ],
    ['cookies where no host is told', undefined, { cookie, origin: 'https://gw.example' }, false],
    ['an origin of the list', ['https://a.example', 'https://b.example'], { host, origin: 'https://b.example' }, true],
    ['an origin that begins as one of the list', ['https://a.example'], { host, origin: 'https://a.example.evil' }, false],
    ['its own host, which is not in the list', ['https://a.example'], { host, cookie, origin: 'https://gw.example' }, false],
    ['a program without an origin, with a list', ['https://a.example'], { host }, true],
    ['an origin that an expression matches', [/^https:\/\/[a-z]+\.example$/], { host, origin: 'https://c.example' }, true],
    ['an origin that no expression matches', [/^https:\/\/[a-z]+\.example$/], { host, origin: 'http://c.example' }, false],
    ['any origin where the list is empty', [], { host, origin: 'https://a.example' }, false],
    ['what the function lets in', (origin, request) => origin === undefined && request.headers.host === host, { host }, true],
    ['what the function keeps out', (origin) => origin === undefined, { host, origin: 'https://a.example' }, false],
  ];
  for (const [what, origins, headers, passes] of rows)
    it(`S17: ${passes ? 'lets in' : 'keeps out'} ${what}`, () => {
      expect(ask(origins, headers)).to.equal(passes);
    });

  it('asks an expression that remembers where it was as if it did not', () => {
    const check = originCheck([/a\.example/g]);
    const request = { headers: { origin: 'https://a.example' } } as never;
    expect([1, 2, 3].map(() => check(request))).to.deep.equal([true, true, true]);
  });
});
