import { expect } from 'chai';
import { jsonLine } from '../../lib/cli/jsonLine.js';

describe('jsonLine', () => {
  it('writes bytes in base64, wherever they stand', () => {
    const bytes = Uint8Array.of(1, 2, 255);
    expect(jsonLine(bytes)).to.equal('"AQL/"');
    expect(jsonLine({ a: [Buffer.from(bytes)], b: bytes.subarray(1) })).to.equal('{"a":["AQL/"],"b":"Av8="}');
  });

  it('writes null for nothing, and all else as JSON', () => {
    expect(jsonLine(undefined)).to.equal('null');
    const at = new Date('2026-11-30T00:00:00Z');
    expect(jsonLine({ topic: 'a', data: undefined, at, text: 'ä\n' })).to.equal(
      '{"topic":"a","data":null,"at":"2026-11-30T00:00:00.000Z","text":"ä\\n"}',
    );
  });
});
