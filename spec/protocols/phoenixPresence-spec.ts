import { expect } from 'chai';
import fc from 'fast-check';
import { Presence } from 'phoenix';
import { from, Subject, toArray } from 'rxjs';
import { type PhoenixEvent, phoenixPresence, type PhoenixPresences } from 'rxgate/protocols';

const state = (payload: unknown): PhoenixEvent => ({ event: 'presence_state', payload });
const diff = (joins: unknown, leaves: unknown): PhoenixEvent => ({ event: 'presence_diff', payload: { joins, leaves } });
const joined: PhoenixEvent = { event: 'phx_join', payload: {} };
const metas = (...refs: string[]) => ({ metas: refs.map((phx_ref) => ({ phx_ref })) });

/** The lists after each change, as plain objects: `{ ann: ['1', '2'] }`. */
const lists = (...events: PhoenixEvent[]): Record<string, string[]>[] => {
  const all: PhoenixPresences[] = [];
  from(events)
    .pipe(phoenixPresence())
    .subscribe((here) => all.push(here));
  return all.map((here) => Object.fromEntries([...here].map(([key, list]) => [key, list.map(({ phx_ref }) => phx_ref)])));
};

describe('phoenixPresence', () => {
  it('begins with the state, and adds and takes away the connections of each diff', () => {
    expect(
      lists(
        joined,
        state({ ann: metas('1') }),
        diff({ ann: metas('2'), bob: metas('3') }, {}),
        diff({}, { ann: metas('1') }),
        diff({}, { ann: metas('2') }),
      ),
    ).to.deep.equal([{ ann: ['1'] }, { ann: ['1', '2'], bob: ['3'] }, { ann: ['2'], bob: ['3'] }, { bob: ['3'] }]);
  });

  it('applies the diffs that came before the state to it, and has nobody twice', () => {
    expect(
      lists(joined, diff({ bob: metas('2') }, {}), diff({}, { ann: metas('1') }), state({ ann: metas('1'), bob: metas('2') })),
    ).to.deep.equal([{ bob: ['2'] }]);
  });

  it('begins anew with each join', () => {
    expect(
      lists(joined, state({ ann: metas('1') }), joined, diff({ cid: metas('9') }, {}), state({ bob: metas('2') })),
    ).to.deep.equal([{ ann: ['1'] }, { bob: ['2'], cid: ['9'] }]);
  });

  it('gives maps that do not change, to each subscriber his own, and passes over other events', () => {
    const events = new Subject<PhoenixEvent>();
    const heard: PhoenixPresences[] = [];
    const here$ = events.pipe(phoenixPresence());
    here$.subscribe((here) => heard.push(here));
    events.next({ event: 'new_msg', payload: {} });
    events.next(state({ ann: metas('1') }));
    const late: PhoenixPresences[] = [];
    here$.subscribe((here) => late.push(here));
    events.next(diff({ bob: metas('2') }, {}));
    expect(heard.map((here) => [...here.keys()])).to.deep.equal([['ann'], ['ann', 'bob']]);
    expect(late).to.deep.equal([]);
  });

  it('takes what is no list for nobody, and keys that every object has for names', () => {
    const hostile = JSON.parse(
      '{"__proto__":{"metas":[{"phx_ref":"1"}]},"constructor":{"metas":[null,7,{"phx_ref":"2"}]},"ann":{"metas":7},"bob":null}',
    );
    expect(lists(joined, state(hostile)).map((here) => Object.entries(here))).to.deep.equal([
      [
        ['__proto__', ['1']],
        ['constructor', ['2']],
      ],
    ]);
    expect(lists(joined, state(null), { event: 'presence_diff', payload: {} })).to.deep.equal([{}, {}]);
  });

  it('completes and errors with the topic', (done) => {
    from([state({})])
      .pipe(phoenixPresence(), toArray())
      .subscribe({ next: (all) => expect(all).to.have.length(1), complete: done });
  });

  const names = fc.constantFrom('ann', 'bob', 'cid');
  const ref = fc.integer({ min: 1, max: 6 }).map(String);
  const listed = fc.dictionary(
    names,
    fc.uniqueArray(ref, { minLength: 1, maxLength: 3 }).map((refs) => metas(...refs)),
    { noNullPrototype: true },
  );
  const change = fc.record({ joins: listed, leaves: listed }).map(({ joins, leaves }) => diff(joins, leaves));

  it('agrees with the reference client on any diffs, before the state and after it (seed 20)', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), listed, fc.array(change, { maxLength: 8 }), (early, first, later) => {
        const handlers = new Map<string, (payload: unknown) => void>();
        const presence = new Presence({
          on: (event: string, handler: () => void) => handlers.set(event, handler),
          joinRef: () => '1',
        });
        const theirs: Record<string, string[]>[] = [];
        presence.onSync(() =>
          theirs.push(
            Object.fromEntries(
              presence.list((key: string, { metas: list }: { metas: { phx_ref: string }[] }) => [
                key,
                list.map(({ phx_ref }) => phx_ref),
              ]),
            ),
          ),
        );
        const events = [...early, state(first), ...later];
        for (const { event, payload } of structuredClone(events)) handlers.get(event)?.(payload);
        expect(lists(joined, ...events)).to.deep.equal(theirs);
      }),
      { seed: 20, numRuns: 300 },
    );
  });
});
