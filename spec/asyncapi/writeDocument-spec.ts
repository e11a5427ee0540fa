import { expect } from 'chai';
import { parseDocument, writeDocument } from 'rxgate/asyncapi';

describe('writeDocument', () => {
  const shared = { type: 'string', description: 'long '.repeat(40).trim() };
  const document = { asyncapi: '3.0.0', a: shared, b: shared, version: '1.0', yes: 'yes' };

  it('writes what parseDocument reads', async () => {
    for (const format of ['json', 'yaml'] as const) {
      const text = await writeDocument(document, format);
      expect(text.endsWith('\n') && !text.endsWith('\n\n')).to.equal(true);
      expect(await parseDocument(text, format)).to.deep.equal(document);
    }
  });

  it('writes no aliases, and breaks no lines', async () => {
    const text = await writeDocument(document, 'yaml');
    expect(text).to.not.match(/[&*]a\d/);
    expect(text.split('\n').length).to.equal(10);
  });
});
