import { contract } from 'rxgate';
import { diffAsyncApi, exportAsyncApi, withJsonSchema, writeDocument } from 'rxgate/asyncapi';
import { z } from 'zod';

const isPrice = (value: unknown): value is number => typeof value === 'number' && value > 0;
const Price = withJsonSchema(isPrice, { type: 'number', exclusiveMinimum: 0 }); // a guard says nothing of itself

export const quotes = contract({
  commands: { quote: { description: 'The last price', request: z.object({ symbol: z.string() }), reply: Price } },
  topics: {
    'quotes:{symbol}': { data: z.object({ bid: z.number(), ask: z.number() }) },
    'market.closed': { unasked: true, data: z.iso.datetime() }, // sent to everybody: nobody subscribes
  },
});

/** The document as YAML. Throws if it breaks clients of the one that was released. */
export async function release(released?: unknown): Promise<string> {
  const document = await exportAsyncApi(quotes, { title: 'Quotes', version: '2.0.0', url: 'wss://gw.example/ws' });
  const breaking = released === undefined ? [] : diffAsyncApi(released, document).filter((change) => change.breaking);
  if (breaking.length > 0) throw new Error(breaking.map(({ subject, reason }) => `${subject}: ${reason}`).join('\n'));
  return writeDocument(document, 'yaml');
}
