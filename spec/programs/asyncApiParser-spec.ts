import { type MessageInterface, type MessagesInterface, Parser } from '@asyncapi/parser';
import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { parseDocument } from 'rxgate/asyncapi';
import { readChannels2, readChannels3 } from '../../lib/asyncapi/readChannels.js';

const folder = new URL('../asyncapi/documents/', import.meta.url);
const documents = readdirSync(folder).filter((name) => /\.(json|yaml)$/.test(name));
const demo = new URL('../../demo/trading/asyncapi.json', import.meta.url);

const sorted = (names: Iterable<string | undefined>): readonly (string | undefined)[] => [...new Set(names)].sort();

describe('readChannels, beside @asyncapi/parser', function () {
  this.timeout(60_000);

  const parser = new Parser();
  for (const [name, url] of [...documents.map((one) => [one, new URL(one, folder)] as const), ['the demo', demo] as const])
    it(`${name} has no error, and the same messages go the same ways`, async () => {
      const text = readFileSync(url, 'utf8');
      const { document, diagnostics } = await parser.parse(text);
      expect(diagnostics.filter(({ severity }) => [0].includes(severity)).map(({ message }) => message)).to.deep.equal([]);
      const second = document!.version().startsWith('2');
      const operations = document!.operations().all();
      // FastWS gives request and reply the same `name`; there it is the key that tells them apart.
      const nameOf = (message: MessageInterface): string | undefined => {
        const names = [message.id(), message.name()];
        return (second ? names : names.reverse()).find(Boolean);
      };
      const named = (messages: readonly MessagesInterface[]) => sorted(messages.flatMap((some) => some.all().map(nameOf)));

      const root = { value: await parseDocument(text, 'yaml'), pointer: '#' };
      const channels = (second ? readChannels2 : readChannels3)(root, 'gateway');
      const sends = channels.flatMap((channel) => channel.sends);
      const received = operations.filter((operation) => operation.isReceive());
      expect(sorted(sends.map(({ message }) => message.name))).to.deep.equal(named(received.map((one) => one.messages())));
      expect(sorted(channels.flatMap(({ receives }) => receives.map((message) => message.name)))).to.deep.equal(
        named(operations.filter((operation) => operation.isSend()).map((one) => one.messages())),
      );
      // Version 2 has no replies; that of FastWS is an extension.
      if (second) return;
      const answers = received.flatMap((operation): readonly MessagesInterface[][] => {
        const reply = operation.reply();
        const own = reply?.messages();
        const all = own?.isEmpty() ? reply?.channel()?.messages() : own;
        // They are arrays, which flatMap would take apart.
        return all ? [[all]] : [];
      });
      expect(sorted(sends.flatMap(({ replies }) => replies.map((reply) => reply.name)))).to.deep.equal(named(answers.flat()));
    });

  it('there are documents', () => expect(documents).to.have.length.above(7));
});
