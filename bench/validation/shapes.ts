import * as t from 'io-ts';

const bar = {
  ...{ symbol: t.string, open: t.number, high: t.number, low: t.number, close: t.number },
  ...{ volume: t.number, time: t.string, final: t.boolean },
};
const aBar = {
  ...{ symbol: 'AAPL', open: 187.15, high: 188.44, low: 183.89, close: 185.64 },
  ...{ volume: 82_488_700, time: '2024-01-02T21:00:00.000Z', final: true },
};
const { symbol, open, ...rest } = bar;
const reversed = (value: object): object => Object.fromEntries(Object.entries(value).reverse());
const trade = t.type({ kind: t.literal('trade'), price: t.number, size: t.number });
const quote = t.type({ kind: t.literal('quote'), bid: t.number, ask: t.number, at: t.string });
const status = t.type({ kind: t.literal('status'), text: t.string });

/** A type of io-ts by what is in it, and values that it takes, which come by turns. */
export const shapes: Readonly<Record<string, readonly [type: t.Any, values: readonly unknown[]]>> = {
  'type, 8 fields': [t.type(bar), [aBar]],
  'keys in another order': [t.type(bar), [reversed(aBar)]],
  'keys in two orders by turns': [t.type(bar), [aBar, reversed(aBar)]],
  'exact, nothing to take out': [t.strict(bar), [aBar]],
  'exact, one field to take out': [t.strict(bar), [{ ...aBar, more: 1 }]],
  'partial, all there': [t.partial(bar), [aBar]],
  'partial, half of it there': [t.partial(bar), [{ symbol: 'AAPL', close: 185.64, time: aBar.time, final: true }]],
  'exact of required and optional fields': [t.exact(t.intersection([t.type({ symbol, open }), t.partial(rest)])), [aBar]],
  'record of 8 numbers': [t.record(t.string, t.number), [{ a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h: 8 }]],
  'tagged union of 3': [
    t.union([trade, quote, status]),
    [
      { kind: 'trade', price: 1.5, size: 2 },
      { kind: 'quote', bid: 1.5, ask: 1.6, at: 'x' },
      { kind: 'status', text: 'x' },
    ],
  ],
  'nullable fields': [
    t.type({ a: t.union([t.string, t.null]), b: t.union([t.number, t.null]), c: t.union([t.string, t.null]) }),
    [{ a: 'x', b: null, c: null }],
  ],
  'integers and keyof': [t.type({ a: t.Int, b: t.Int, side: t.keyof({ buy: null, sell: null }) }), [{ a: 1, b: 2, side: 'buy' }]],
  'array of 100 objects': [
    t.array(t.type({ price: t.number, size: t.number })),
    [Array.from({ length: 100 }, (_item, index) => ({ price: index + 0.5, size: index }))],
  ],
  'array of 100 numbers': [t.array(t.number), [Array.from({ length: 100 }, (_item, index) => index + 0.5)]],
};
