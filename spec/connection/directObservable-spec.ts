import { expect } from 'chai';
import { config, firstValueFrom, map, Observable, type Subscriber, Subscription } from 'rxjs';
import sinon from 'sinon';
import { directObservable } from '../../lib/connection/directObservable.js';

for (const seldom of [false, true])
  describe(`directObservable${seldom ? ' with few values for each' : ''}`, () => {
    const setting = () => {
      const lines: string[] = [];
      const subscribers: Subscriber<number>[] = [];
      const observable = directObservable<number>((subscriber) => {
        subscribers.push(subscriber);
        subscriber.add(() => lines.push('gone'));
      }, seldom);
      const emit = (value: number): void => {
        for (const subscriber of subscribers) subscriber.next(value);
      };
      const see = (value: number): void => void lines.push(`${value}`);
      return { observable, subscribers, lines, emit, see };
    };
    /** Runs it, and gives what RxJS threw in turns of their own. */
    const unhandled = (run: () => void): unknown[] => {
      const clock = sinon.useFakeTimers();
      const errors: unknown[] = [];
      try {
        run();
        while (clock.countTimers() > 0)
          try {
            clock.next();
          } catch (error) {
            errors.push(error);
          }
      } finally {
        clock.restore();
      }
      return errors;
    };

    it('calls a function that subscribes alone, until it is unsubscribed', () => {
      const { observable, lines, emit, see } = setting();
      const subscription = observable.subscribe(see);
      expect(subscription).to.be.instanceOf(Subscription).and.have.property('closed', false);
      emit(1);
      subscription.unsubscribe();
      emit(2);
      expect(lines).to.deep.equal(['1', 'gone']);
      expect(subscription.closed).to.equal(true);
    });

    it('calls it as a function, not as a method', () => {
      const { observable, emit } = setting();
      const seen: unknown[] = [];
      observable.subscribe(function (this: unknown) {
        seen.push(this);
      });
      emit(1);
      expect(seen).to.deep.equal([undefined]);
    });

    it('is over with its end, and takes back what was added', () => {
      const { observable, subscribers, lines, emit, see } = setting();
      const subscription = observable.subscribe(see);
      subscribers[0]?.complete();
      subscribers[0]?.complete();
      emit(1);
      expect(lines).to.deep.equal(['gone']);
      expect(subscription.closed).to.equal(true);
      subscription.add(() => lines.push('too late'));
      expect(lines.at(-1)).to.equal('too late');
    });

    it('throws what the function throws in a turn of its own, and goes on', () => {
      const { observable, lines, emit, see } = setting();
      const broken = new Error('broken');
      const errors = unhandled(() => {
        observable.subscribe((value) => {
          if (value === 1) throw broken;
          see(value);
        });
        observable.subscribe(see);
        emit(1);
        emit(2);
      });
      expect(lines).to.deep.equal(['1', '2', '2']);
      expect(errors).to.deep.equal([broken]);
    });

    it('throws an error that nobody handles in a turn of its own, once', () => {
      const { observable, subscribers, lines, emit, see } = setting();
      const refused = new Error('refused');
      const errors = unhandled(() => {
        observable.subscribe(see);
        subscribers[0]?.error(refused);
        subscribers[0]?.error(refused);
        emit(1);
      });
      expect(lines).to.deep.equal(['gone']);
      expect(errors).to.deep.equal([refused]);
    });

    it('errors with what its subscription throws', () => {
      const bad = new TypeError('bad options');
      const observable = directObservable<number>(() => {
        throw bad;
      }, seldom);
      let subscription: Subscription | undefined;
      expect(unhandled(() => (subscription = observable.subscribe(() => {})))).to.deep.equal([bad]);
      expect(subscription?.closed).to.equal(true);
      const seen: unknown[] = [];
      observable.subscribe({ error: (error: unknown) => seen.push(error) });
      expect(seen).to.deep.equal([bad]);
    });

    it('leaves the way of errors to RxJS where they are to be thrown at once, as its deprecated setting says', () => {
      const { observable, emit, lines, see } = setting();

      sinon.stub(console, 'warn');
      sinon.stub(console, 'log');
      config.useDeprecatedSynchronousErrorHandling = true;
      try {
        observable.subscribe(() => {
          throw new Error('broken');
        });
        observable.subscribe(see);
        emit(1);
      } finally {
        config.useDeprecatedSynchronousErrorHandling = false;
        sinon.restore();
      }

      expect(lines).to.include('1');
    });

    it('is an Observable like any other to operators, observers and all else', async () => {
      const { observable, subscribers, lines, emit, see } = setting();
      expect(observable).to.be.instanceOf(Observable);
      observable.pipe(map((value) => 10 * value)).subscribe(see);
      observable.subscribe({ next: see, complete: () => lines.push('over') });
      // As it was before RxJS 7, and still is.
      // eslint-disable-next-line rxjs-x/prefer-observer
      observable.subscribe(see, undefined, () => lines.push('over'));
      observable.subscribe();
      const first = firstValueFrom(observable);
      emit(1);
      expect(await first).to.equal(1);
      for (const subscriber of subscribers) subscriber.complete();
      expect(lines).to.deep.equal(['10', '1', '1', ...Array<string>(2).fill('gone'), 'over', 'gone', 'over', 'gone', 'gone']);
    });

    it('takes back what is its own teardown, in whichever order and number it was added, once', () => {
      const lines: string[] = [];
      const own = (name: string) => ({ unsubscribe: () => void lines.push(name) });
      const observable = directObservable<number>((subscriber) => {
        for (const name of 'ab') subscriber.add(own(name));
        subscriber.add(new Subscription(() => lines.push('c')));
        subscriber.add(undefined);
        return own('d');
      }, seldom);
      const subscription = observable.subscribe(() => {});
      expect(lines).to.deep.equal([]);
      subscription.unsubscribe();
      subscription.unsubscribe();
      expect([...lines].sort()).to.deep.equal(['a', 'b', 'c', 'd']);
      subscription.add(own('late'));
      expect(lines.at(-1)).to.equal('late');
    });

    it('is closed by the time it takes anything back, and takes all back though one throws', () => {
      const lines: string[] = [];
      let subscriber: Subscriber<number> | undefined;
      const own = (name: string) => ({ unsubscribe: () => void lines.push(`${name} ${subscriber?.closed}`) });
      const observable = directObservable<number>((each) => {
        subscriber = each;
        each.add(own('a'));
        each.add(() => {
          throw new Error('no');
        });
        each.add(own('b'));
      }, seldom);
      const subscription = observable.subscribe(() => {});
      expect(() => {
        subscription.unsubscribe();
      }).to.throw('1 errors occurred');
      expect([...lines].sort()).to.deep.equal(['a true', 'b true']);
    });

    it('does not take back what was removed', () => {
      const lines: string[] = [];
      const [first, second] = ['a', 'b'].map((name) => ({ unsubscribe: () => void lines.push(name) }));
      const observable = directObservable<number>((subscriber) => {
        subscriber.add(first);
        subscriber.add(second);
      }, seldom);
      const subscriptions = [first, second].map((removed) => {
        const subscription = observable.subscribe(() => {});
        subscription.remove(removed as Subscription);
        return subscription;
      });
      for (const subscription of subscriptions) subscription.unsubscribe();
      expect(lines).to.deep.equal(['b', 'a']);
    });
  });
