import { expect } from 'chai';
import { ISODate, ISOInstant } from '../../lib/io-ts/isoInstant.js';

describe('ISOInstant', () => {
  it('takes instants of RFC 3339, and leaves them the strings that they are', () => {
    for (const text of [
      '2026-11-30T14:45:00Z',
      '2026-11-30T14:45:00.123456Z',
      '2028-02-29T23:59:59+05:30',
      '0001-01-01T00:00:00-23:59',
    ])
      expect(ISOInstant.decode(text)).to.deep.equal({ _tag: 'Right', right: text });
  });

  it('refuses what is none, and days and times that there are not', () => {
    const wrong = [
      '2026-02-29T00:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-01-01T24:00:00Z',
      '2026-01-01T00:60:00Z',
      '2026-01-01T00:00:60Z',
    ];
    for (const text of [
      ...wrong,
      '2026-01-01T00:00:00',
      '2026-01-01',
      '2026-01-01 00:00:00Z',
      '1',
      '',
      'x2026-01-01T00:00:00Z',
      0,
      null,
    ])
      expect(ISOInstant.is(text), String(text)).to.equal(false);
  });
});

describe('ISODate', () => {
  it('takes days that there are', () => {
    expect(['2026-11-30', '2000-02-29', '0099-12-31'].map(ISODate.is)).to.deep.equal([true, true, true]);
    const wrong = ['1900-02-29', '2026-11-31', '2026-00-01', '2026-1-1', '2026-11-30T00:00:00Z', '', 5];
    expect(wrong.filter(ISODate.is)).to.deep.equal([]);
  });
});
