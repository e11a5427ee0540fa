import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { expect } from 'chai';
import { checkedFormats, numberFormats } from '../../lib/asyncapi/formats.js';
import { compiledCodec } from '../support/compiledCodec.js';

const texts: Readonly<Record<string, readonly string[]>> = {
  'date-time': [
    '2026-01-31T12:00:00Z',
    '2026-02-29T00:00:00Z',
    '2024-02-29T00:00:00.123+02:00',
    '1900-02-29T00:00:00Z',
    '2000-02-29T00:00:00z',
    '2026-01-31 12:00',
    '2026-13-01T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T23:59:60Z',
    '2026-01-01T22:59:60Z',
    '2026-01-01T12:00:00',
  ],
  date: ['2026-01-31', '2026-02-30', '2024-02-29', '2023-02-29', '26-01-01', '2026-1-1', '2026-11-31'],
  time: ['12:00:00Z', '12:00:00', '24:00:00Z', '23:59:60Z', '12:60:00Z', '12:00:00.5+01:30'],
  uuid: ['6ba7b810-9dad-41d1-80b4-00c04fd430c8', '6BA7B810-9DAD-41D1-80B4-00C04FD430C8', '6ba7b810-9dad-41d1-80b4', 'x'],
  email: ['a@b.example', "o'hara+x@mail.example.com", 'a@b', '@b.example', 'a b@c.example', 'a@-b.example', 'a..b@c.example'],
  hostname: ['example.com', 'a', '-a.com', 'a-.com', 'a_b.com', `${'a'.repeat(63)}.com`, `${'a'.repeat(64)}.com`],
  ipv4: ['192.0.2.1', '256.0.0.1', '1.2.3', '01.2.3.4', '0.0.0.0'],
  uri: [
    'https://example.com/',
    'urn:a:b',
    'mailto:a@b.example',
    '/path',
    'a b',
    'https://example.com/%20',
    'https://example.com/%zz',
  ],
  byte: ['AAEC', '', 'AA==', 'AAE=', 'A', 'AA=', '*AAA'],
};

describe('formats', () => {
  const ajv = new Ajv({ strict: false });
  addFormats.default(ajv);

  for (const format of Object.keys(checkedFormats))
    it(`${format}: agree with ajv-formats, and have an example that fits`, () => {
      const codec = compiledCodec({ Root: { type: 'string', format } });
      const validate = ajv.compile({ type: 'string', format });
      const all = [...(texts[format] ?? []), checkedFormats[format]!.example];
      expect(all).to.have.length.above(4);
      for (const text of all) expect(codec.is(text), text).to.equal(validate(text));
      expect(codec.is(checkedFormats[format]!.example)).to.equal(true);
    });

  it('of numbers are ranges', () => {
    expect(Object.keys(numberFormats)).to.deep.equal(['int32', 'int64', 'float', 'double']);
    const codec = compiledCodec({ Root: { type: 'integer', format: 'int32' } });
    expect([2 ** 31 - 1, -(2 ** 31), 2 ** 31, -(2 ** 31) - 1, 0.5].map((value) => codec.is(value))).to.deep.equal([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
