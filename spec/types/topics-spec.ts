import { expect } from 'chai';
import { NEVER, of } from 'rxjs';
import { type Peer, serve, type TopicContext, topics } from 'rxgate/server';
import { commandNotify } from 'rxgate/protocols';

/** Compiles only if both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_same: Same<A, B>): void => undefined;

describe('types of topics without a contract', () => {
  it('gives a handler the parameters that its template names', () => {
    const serving = () =>
      serve({ port: 0, protocol: commandNotify() }).pipe(
        topics({
          'bars:{symbol}:{resolution}': (named, context) => {
            same<typeof named, { readonly symbol: string; readonly resolution: string }>(true);
            same<typeof context, TopicContext<Peer>>(true);
            return of(named.symbol);
          },
          'news:{of}': ({ of: subject }) => of(subject.length),
          // @ts-expect-error: the template does not name it.
          'trades:{symbol}': ({ period }) => of(period),
          // @ts-expect-error: there is nothing that it names.
          news: ({ symbol }) => of(symbol),
        }),
      );
    expect(serving).to.be.a('function');
  });

  it('takes a table whose templates are known at run time only', () => {
    const table = Object.fromEntries(['a:{x}'].map((template) => [template, ({ x }: Record<string, string>) => of(x)]));
    expect(topics(table)).to.be.a('function');
    expect(topics<Peer>({ 'a:{x}': ({ x = '' }) => of(x) })).to.be.a('function');
  });

  it('refuses what produces nothing', () => {
    // @ts-expect-error: a number is no observable, iterable or promise.
    expect(topics({ news: () => 1 })).to.be.a('function');
    expect(topics({ news: () => NEVER })).to.be.a('function');
  });
});
