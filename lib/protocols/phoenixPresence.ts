import { defer, filter, map, type OperatorFunction } from 'rxjs';
import { isRecord } from '../options/check.js';
import type { PhoenixEvent } from './phoenix.js';

/** One connection of somebody: what the gateway tracks of it. */
export interface PhoenixMeta {
  readonly phx_ref: string;
  readonly [field: string]: unknown;
}

/** Who is there: the connections of each, by key. */
export type PhoenixPresences = ReadonlyMap<string, readonly PhoenixMeta[]>;

type Listed = Readonly<Record<string, { readonly metas?: unknown } | null>>;

interface Diff {
  readonly joins?: Listed;
  readonly leaves?: Listed;
}

/** Own keys only: they are the gateway's, and may be named as something that every object has. */
const entriesOf = (listed: unknown): readonly (readonly [string, readonly PhoenixMeta[]])[] =>
  Object.entries((listed ?? {}) as Listed).flatMap(([key, entry]) => {
    const { metas: given } = { ...entry };
    const metas = Array.isArray(given) ? (given.filter(isRecord) as PhoenixMeta[]) : [];
    return metas.length > 0 ? [[key, metas] as const] : [];
  });

const without = (metas: readonly PhoenixMeta[], others: readonly PhoenixMeta[]): readonly PhoenixMeta[] => {
  const refs = new Set(others.map((meta) => meta.phx_ref));
  return metas.filter((meta) => !refs.has(meta.phx_ref));
};

const apply = (before: PhoenixPresences, { joins, leaves }: Diff): PhoenixPresences => {
  const after = new Map(before);
  // Whoever joined again is told with a meta that is known already, changed perhaps.
  for (const [key, metas] of entriesOf(joins)) after.set(key, [...without(after.get(key) ?? [], metas), ...metas]);
  for (const [key, metas] of entriesOf(leaves)) {
    const left = without(after.get(key) ?? [], metas);
    if (left.length > 0) after.set(key, left);
    else after.delete(key);
  }
  return after;
};

/**
 * Who is in a channel, out of the events of its topic: `presence_state`, then each `presence_diff`.
 *
 * Emits a new map after each change: by key, the metas of the connections that somebody has. Diffs that come before the state of their
 * join are applied to it. Errors and completes with the topic; unsubscribing leaves it. On reconnect it goes on with the list that it had until the new state
 * replaces it. Other events are passed over.
 *
 * @example
 * session$.pipe(topic<PhoenixEvent>('room:lobby'), phoenixPresence(), map((here) => [...here.keys()]));
 */
export function phoenixPresence(): OperatorFunction<PhoenixEvent, PhoenixPresences> {
  return (source) =>
    defer(() => {
      let here: PhoenixPresences = new Map();
      /** The diffs since the join, until its state is there. */
      let early: Diff[] | undefined = [];
      return source.pipe(
        filter(({ event, payload }) => {
          if (event === 'presence_state') {
            here = (early ?? []).reduce(apply, new Map(entriesOf(payload)));
            early = undefined;
            return true;
          }
          if (event === 'phx_join') early = [];
          if (event !== 'presence_diff') return false;
          if (early) early.push(payload as Diff);
          else here = apply(here, payload as Diff);
          return !early;
        }),
        map(() => here),
      );
    });
}
