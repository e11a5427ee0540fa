import { expect } from 'chai';
import type * as t from 'io-ts';
import { DateFromISOString, DateFromNumber, DateFromUnixTime } from '../../lib/io-ts/dates.js';

const instant = new Date('2026-11-30T14:45:00.125Z');
const codecs: Readonly<Record<string, readonly [t.Type<Date, unknown>, encoded: unknown, wrong: readonly unknown[]]>> = {
  DateFromISOString: [DateFromISOString, instant.toISOString(), ['2026-02-30T00:00:00Z', '1', '', instant.getTime(), instant]],
  DateFromNumber: [DateFromNumber, instant.getTime(), [NaN, Infinity, 8.64e15 + 1, '0', instant]],
  DateFromUnixTime: [DateFromUnixTime, instant.getTime() / 1_000, [NaN, -Infinity, 8.7e12, '0', instant]],
};

for (const [name, [codec, encoded, wrong]] of Object.entries(codecs))
  describe(name, () => {
    it('reads a date, and writes it as it was', () => {
      expect(codec.decode(encoded)).to.deep.equal({ _tag: 'Right', right: instant });
      expect(codec.encode(instant)).to.equal(encoded);
    });

    it('refuses what is no date', () => {
      for (const value of wrong) expect(codec.decode(value)._tag, String(value)).to.equal('Left');
      expect([codec.is(instant), codec.is(new Date(NaN)), codec.is(encoded)]).to.deep.equal([true, false, false]);
    });
  });
