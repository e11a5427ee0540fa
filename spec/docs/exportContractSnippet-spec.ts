import { expect } from 'chai';
import { parseDocument } from 'rxgate/asyncapi';
import { release } from '../../docs/snippets/exportContract.js';

describe('the snippet about export and diff', () => {
  it('writes a document, and none that breaks clients', async () => {
    const released = (await parseDocument(await release(), 'yaml')) as { components: { messages: object } };
    expect(released).to.have.nested.property('info.title', 'Quotes');
    expect(await release(released)).to.include('address: quotes:{symbol}');
    const messages = {
      ...released.components.messages,
      'quote.reply': { name: 'quote.reply', payload: { type: 'integer', minimum: 1 } },
    };
    const error: unknown = await release({ ...released, components: { messages } }).catch((cause: unknown) => cause);
    expect((error as Error).message).to.equal(
      'quote: reply: need not be an integer any more\nquote: reply: may be above 0 now (from 1 before)',
    );
  });
});
