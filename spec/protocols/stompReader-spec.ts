import { expect } from 'chai';
import fc from 'fast-check';
import { stompFrame } from '../../lib/protocols/stompFrame.js';
import { type StompFrame, stompReader } from '../../lib/protocols/stompReader.js';
import type { OtherMessage } from '../../lib/protocols/message.js';
import { anyText } from '../support/anyText.js';

const seed = 1207;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
/** The frames that are read of these chunks, and in words what else came of them. */
const all = (...chunks: readonly (string | Uint8Array)[]): readonly (StompFrame | string)[] => {
  const read = stompReader(1_000, (frame) => ({ kind: 'other', body: frame }));
  return chunks
    .flatMap((chunk) => read(chunk))
    .map((message) => {
      if (message.kind === 'malformed') return message.error.message.replace('A STOMP frame was not read: ', '');
      return message.kind === 'closed' ? `closed: ${message.reason}` : ((message as OtherMessage).body as StompFrame);
    });
};
const one = (text: string): StompFrame | string | undefined => all(text)[0];

describe('stompReader', () => {
  it('reads command, headers and body', () => {
    expect(all('MESSAGE\nsubscription:1\ncontent-type:text/plain\n\nhello\0')).to.deep.equal([
      { command: 'MESSAGE', headers: { subscription: '1', 'content-type': 'text/plain' }, body: 'hello' },
    ]);
  });

  it('takes the end of a line with a CR or without', () => {
    expect(one('RECEIPT\r\nreceipt-id:7\r\ncontent-length:2\r\n\r\nab\0')).to.deep.equal({
      command: 'RECEIPT',
      headers: { 'receipt-id': '7', 'content-length': '2' },
      body: 'ab',
    });
    expect(one('A\n\r\nb\0')).to.deep.equal({ command: 'A', headers: {}, body: 'b' });
    expect(one('A\r\n\nb\0')).to.deep.equal({ command: 'A', headers: {}, body: 'b' });
  });

  it('takes the first of a header that is repeated', () => {
    expect(one('A\nx:first\ny:1\nx:second\ncontent-length:1\ncontent-length:2\n\na\0')).to.deep.include({
      headers: { x: 'first', y: '1', 'content-length': '1' },
    });
  });

  it('undoes escapes in names and values, in all but CONNECTED', () => {
    expect(one('A\na\\cb:\\\\c\\n\\r \n\n\0')).to.deep.include({ headers: { 'a:b': '\\c\n\r ' } });
    expect(one('CONNECTED\nserver:a\\cb:c\\t\n\n\0')).to.deep.include({ headers: { server: 'a\\cb:c\\t' } });
  });

  it('makes headers of names that objects have already', () => {
    const frame = one('A\n__proto__:1\nconstructor:2\ntoString:3\n\n\0') as StompFrame;
    expect(Object.entries(frame.headers).sort()).to.deep.equal([
      ['__proto__', '1'],
      ['constructor', '2'],
      ['toString', '3'],
    ]);
    expect(Object.getPrototypeOf(frame.headers)).to.equal(Object.prototype);
  });

  it('lets a body hold NULs and whole frames, if its length says so', () => {
    const inner = 'MESSAGE\nx:1\n\nfaked\0';
    expect(all(`A\ncontent-length:${inner.length}\n\n${inner}\0B\n\n\0`)).to.deep.equal([
      { command: 'A', headers: { 'content-length': `${inner.length}` }, body: inner },
      { command: 'B', headers: {}, body: undefined },
    ]);
  });

  it('counts the length in bytes, also of text', () => {
    expect(one('A\ncontent-length:9\n\né€😀\0')).to.deep.include({ body: 'é€😀' });
  });

  it('takes no other header for the length', () => {
    expect(one('A\nx-content-length:1\ncontent-length:x\n\nab\0')).to.deep.include({ body: 'ab' });
  });

  it('passes over beats, between frames and alone', () => {
    expect(all('\n', '\r\n', '\n\nA\n\n\0\n\r\nB\n\n\0\n', '\n')).to.deep.equal([
      { command: 'A', headers: {}, body: undefined },
      { command: 'B', headers: {}, body: undefined },
    ]);
  });

  it('says what is wrong with a frame, and goes on with the next', () => {
    const rows: readonly (readonly [string, string | RegExp])[] = [
      ['no empty line\0', 'its head or its length is wrong'],
      ['\0', 'its head or its length is wrong'],
      ['A\nx\n\n\0', 'a header is wrong'],
      ['A\nx:\\t\n\n\0', 'a header is wrong'],
      ['A\ncontent-length:3\n\nfour\0', 'its head or its length is wrong'],
      ['A\ncontent-type:application/json\n\n{"hush"\0', 'its body is not JSON'],
    ];
    for (const [text, what] of rows) {
      const found = all(`${text}B\n\n\0`);
      expect(found[0], text.slice(0, 40)).to.equal(what);
      expect(found[1], text.slice(0, 40)).to.deep.equal({ command: 'B', headers: {}, body: undefined });
      expect(found).to.have.length(2);
    }
  });

  it('reads no text that is not UTF-8, in the head nor in the body', () => {
    for (const bytes of [
      [0x41, 0x0a, 0xff, 0x3a, 0x0a, 0x0a, 0x00],
      [0x41, 0x0a, 0x0a, 0xff, 0x00],
    ]) {
      const [wrong, good] = all(Uint8Array.of(...bytes), 'B\n\n\0');
      expect(wrong).to.be.a('string');
      expect(good).to.include({ command: 'B' });
    }
  });

  it('finds the next frame behind a bad header, though there are NULs in the body', () => {
    expect(all('A\nbad\ncontent-length:8\n\nB\n\nx\0C\n\n\0D\n\n\0')).to.deep.equal([
      'a header is wrong',
      { command: 'D', headers: {}, body: undefined },
    ]);
  });

  describe('a frame over several messages', () => {
    it('is read once it is complete', () => {
      expect(all('MESS', 'AGE\nx:', '1\n', '\nab', 'c', '\0\nB\n\n', '\0')).to.deep.equal([
        { command: 'MESSAGE', headers: { x: '1' }, body: 'abc' },
        { command: 'B', headers: {}, body: undefined },
      ]);
    });

    it('keeps the line ends that it begins a message with', () => {
      expect(all('A\n\nx', '\n\n', '\ny\0')).to.deep.equal([{ command: 'A', headers: {}, body: 'x\n\n\ny' }]);
    });

    it('may be cut within a letter, and within a CR and its LF', () => {
      const bytes = bytesOf('A\r\nx:é\r\n\r\n€\0');
      for (let at = 0; at <= bytes.length; at++)
        expect(all(bytes.subarray(0, at), bytes.subarray(at)), `cut at ${at}`).to.deep.equal([
          { command: 'A', headers: { x: 'é' }, body: '€' },
        ]);
    });

    it('ends the session above the limit, for then nothing says where the next one begins', () => {
      const rest = 'x'.repeat(600);
      const closed = 'closed: A STOMP frame is longer than maxFrame (1000 bytes)';
      expect(all(`A\n\n${rest}`, rest)).to.deep.equal([closed]);
      expect(all(rest, rest)).to.deep.equal([closed]);
      expect(all('B\n\n\0A\ncontent-length:980\n\nx')).to.deep.equal([{ command: 'B', headers: {}, body: undefined }, closed]);
    });

    it('keeps what is at the limit', () => {
      const open = `A\n\n${'x'.repeat(997)}`;
      expect(open).to.have.length(1_000);
      expect(all(open, '\0')[0]).to.include({ command: 'A' });
      expect(all(`${open}x`)[0]).to.match(/^closed/);
      const head = 'A\ncontent-length:977\n\n';
      expect(all(head, 'x'.repeat(977), '\0')[0]).to.include({ command: 'A' });
      expect(all(head.replace('977', '978'))[0]).to.match(/^closed/);
      // It is there already: nothing is kept.
      expect(all(`A\n\n${'x'.repeat(2_000)}\0`)[0]).to.include({ command: 'A' });
    });

    it(`reads the same however it is cut, as text or bytes (seed ${seed})`, () => {
      const text = anyText(20).map((any) => any.replace(/[\0\ud800-\udfff]/gu, ''));
      const frames = fc.array(
        fc.record({
          command: fc.constantFrom('MESSAGE', 'RECEIPT', 'ERROR'),
          headers: fc.dictionary(text, text, { maxKeys: 3, noNullPrototype: true }),
          body: anyText(20).map((any) => any.replace(/^\ufeff|[\ud800-\udfff]/gu, '')),
        }),
        { maxLength: 4 },
      );
      fc.assert(
        fc.property(frames, fc.array(fc.nat(300), { maxLength: 6 }), fc.boolean(), (wanted, cuts, eol) => {
          const end = eol ? '\n' : '';
          const wire = bytesOf(
            wanted.map(({ command, headers, body }) => `${stompFrame(command, headers, body) as string}${end}`).join(''),
          );
          const places = [0, ...cuts.map((cut) => Math.min(cut, wire.length)).sort((a, b) => a - b), wire.length];
          const found = all(...places.slice(1).map((place, index) => wire.subarray(places[index], place)));
          expect(
            found.map((frame) => {
              const { command, headers, body = '' } = frame as StompFrame;
              const { 'content-length': _, ...rest } = headers;
              return { command, headers: rest, body };
            }),
          ).to.deep.equal(
            wanted.map(({ command, headers, body }) => {
              const { 'content-length': _, ...rest } = headers;
              return { command, headers: rest, body };
            }),
          );
        }),
        { seed, numRuns: 100 },
      );
    });
  });
});
