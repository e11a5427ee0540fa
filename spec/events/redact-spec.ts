import { expect } from 'chai';
import { redact } from '../../lib/events/redact.js';

const canary = 'CANARY-5eb1f';

const rows: readonly (readonly [text: string, redacted: string])[] = [
  ['connect ECONNREFUSED 127.0.0.1:8080', 'connect ECONNREFUSED 127.0.0.1:8080'],
  ['Connection lost: close code 1006', 'Connection lost: close code 1006'],
  ['Is it up? Ask again', 'Is it up? Ask again'],
  ['wss://gw.example:8443/ws is down', 'wss://gw.example:8443/ws is down'],
  [`wss://joe:${canary}@gw.example/ws is down`, 'wss://gw.example/ws is down'],
  [`wss://joe:${canary}@x@gw.example/ws is down`, 'wss://gw.example/ws is down'],
  [`WSS://gw.example/ws?token=${canary}&b=2 is down`, 'WSS://gw.example/ws?… is down'],
  [`wss://gw.example?${canary} is down`, 'wss://gw.example?… is down'],
  [`https://gw.example/cb#${canary}`, 'https://gw.example/cb?…'],
  [`"wss://gw.example/?a='${canary}"`, '"wss://gw.example/?…'],
  [`GET /ws?access=${canary} failed`, 'GET /ws?… failed'],
  [`refused: a=1&b=${canary}`, 'refused: a=1?…'],
  [`Authorization: Bearer ${canary} is not valid`, 'Authorization: Bearer … is not valid'],
  [`basic ${canary}`, 'basic …'],
  [`{"token":"${canary} and more","a":1}`, '{"token":…,"a":1}'],
  [`{'password': '${canary} and more'}`, "{'password': …}"],
  [`access_token = ${canary} expired`, 'access_token = … expired'],
  [`api-key: ${canary}`, 'api-key: …'],
  [`client_secret:${canary}`, 'client_secret:…'],
  [`token: "${canary} without an end`, 'token: …'],
  ['one\r\ntwo\u0000\u001b[31mthree\u2028four', 'one two [31mthree four'],
];

describe('redact', () => {
  for (const [text, redacted] of rows)
    it(`makes ${JSON.stringify(text.replace(canary, '***'))} ${JSON.stringify(redacted)}`, () => {
      expect(redact(text)).to.equal(redacted);
    });

  it('writes no more than 500 characters', () => {
    expect(redact('x'.repeat(10_000))).to.have.length(500);
  });

  it('does not take long over a hostile text', () => {
    const began = process.hrtime.bigint();
    for (const part of ['?', '://', '&=', 'token', 'basic ', '?a', '" ', 'passw', ':']) redact(part.repeat(100_000));
    expect(Number(process.hrtime.bigint() - began) / 1e6).to.be.below(1_000);
  });
});
