import * as t from 'io-ts';
import { contract } from 'rxgate';
import { z } from 'zod';
import { Day } from './day.js'; // a Date in the program, 2026-11-30 on the wire

export const trading = contract({
  commands: {
    'orders.place': {
      request: z.object({ symbol: z.string(), quantity: z.number().int().positive() }),
      reply: z.object({ order: z.number() }),
    },
    'orders.count': { reply: t.number }, // asked without data
  },
  topics: {
    'bars:{symbol}:{resolution}': { data: t.type({ day: Day, close: t.number }) },
  },
});
