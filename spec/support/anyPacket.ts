import fc from 'fast-check';
import { anyText } from './anyText.js';
import type { SocketIoPacket } from '../../lib/protocols/socketIoPacket.js';

const bytes = fc.uint8Array({ maxLength: 5 });
// Socket.IO's own parser makes a prototype of that key, and bytes of what looks like a placeholder.
const keys = fc.oneof(anyText(4), fc.constantFrom('num', '7', 'constructor', '')).filter((key) => key !== '__proto__');

/** Data as an event carries it: JSON, with bytes anywhere. */
const { data } = fc.letrec<{ data: unknown }>((tie) => ({
  data: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.oneof(fc.constantFrom(null, true, 0, -1.5, 1e300, 'ä€𝄞'), anyText(6), fc.integer(), bytes),
    fc.array(tie('data'), { maxLength: 3 }),
    fc.dictionary(keys, tie('data'), { maxKeys: 3 }),
  ),
}));

const countOf = (value: unknown): number => {
  if (value instanceof Uint8Array) return 1;
  return typeof value === 'object' && value !== null
    ? Object.values(value).reduce((sum: number, each) => sum + countOf(each), 0)
    : 0;
};
const args = fc.array(data, { maxLength: 3 }).filter((list) => countOf(list) <= 10);
const namespace = fc.constantFrom('/', '/streaming', '/ä/b?c=1');
const id = fc.option(fc.constantFrom(0, 7, 999_999_999_999_999), { nil: undefined });
const names = fc.oneof(anyText(5), fc.constantFrom('news', '', '"', 'connected', '__proto__'));

/** An event or an ack with any data, whose bytes are at most ten. */
export const anyPacket: fc.Arbitrary<SocketIoPacket> = fc.oneof(
  fc
    .record({ namespace, id, name: names, args })
    .map(({ name, args: list, ...rest }) => ({ type: 2, ...rest, data: [name, ...list] })),
  fc.record({ type: fc.constant(3), namespace, id: fc.nat(), data: args }),
);
