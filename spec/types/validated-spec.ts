import * as t from 'io-ts';
import { NEVER } from 'rxjs';
import { commands, type HandlerContext, type Peer, serve, type ServeOptions, validated } from 'rxgate/server';
import { z } from 'zod';

// What stands here is checked by the compiler: `npm run types`.
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const equal = <A, B>(_same: Equal<A, B>): void => undefined;

const isName = (value: unknown): value is { name: string } => typeof value === 'object';

export const handlers = (options: ServeOptions) =>
  serve(options).pipe(
    commands({
      'of io-ts': validated(t.type({ price: t.number, note: t.union([t.string, t.undefined]) }), (order, { peer, command }) => {
        equal<typeof order, { price: number; note: string | undefined }>(true);
        equal<typeof peer.id, number>(true);
        equal<typeof command, string>(true);
        return NEVER;
      }),
      'of zod': validated(z.object({ at: z.coerce.number(), side: z.enum(['buy', 'sell']) }), (order, { key }) => {
        equal<typeof order, { at: number; side: 'buy' | 'sell' }>(true);
        equal<typeof key, string | undefined>(true);
        return order.at;
      }),
      'of a guard': validated(isName, ({ name }) => {
        equal<typeof name, string>(true);
        return name;
      }),
      'knows the peer': validated(isName, (_data, { peer }: HandlerContext<Peer>) => {
        equal<typeof peer, Peer>(true);
        return peer.identity?.user;
      }),
      'with inferred peer': validated(isName, (_data, { peer }) => peer.identity?.user),
      plain: (order, { peer }) => {
        equal<typeof order, never>(true);
        return peer.identity?.user;
      },
    }),
  );

// @ts-expect-error: the handler wants other data than the codec gives.
export const wrong = validated(isName, (data: { age: number }) => data.age);
