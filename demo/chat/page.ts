// The page of the chat. Everything that comes from the server is an observable; the rest is putting it on the screen.
import { createGateway, notifications, type RequestFailedError } from 'rxgate';
import { commandNotify } from 'rxgate/protocols';
import {
  catchError,
  concat,
  concatMap,
  debounceTime,
  distinct,
  distinctUntilChanged,
  EMPTY,
  exhaustMap,
  filter,
  fromEvent,
  map,
  merge,
  type Observable,
  of,
  startWith,
  switchMap,
  tap,
  timer,
} from 'rxjs';
import type { ChatMessage, Stats, ToldMessage, TypingNotice, Welcome } from './messages.js';

const byId = <E extends HTMLElement = HTMLElement>(id: string): E => document.getElementById(id) as E;

/** Replaces the children of a list. Texts of people are set as text, never as HTML. */
const fill = (list: HTMLElement, texts: readonly string[]): void => {
  list.replaceChildren(
    ...texts.map((text) => {
      const item = document.createElement('li');
      item.textContent = text;
      return item;
    }),
  );
};

const append = (name: string, text: string): void => {
  const item = document.createElement('li');
  const who = document.createElement('b');
  who.textContent = name;
  item.append(who, text);
  byId('messages').append(item);
  item.scrollIntoView();
};

const gateway = createGateway({
  url: `${location.origin.replace(/^http/, 'ws')}/ws`,
  protocol: commandNotify(),
  retry: { initialDelay: 200, maxDelay: 5_000 },
});
const heard = <T>(type: string): Observable<T> =>
  gateway.session.pipe(
    notifications<T>(type),
    map(({ data }) => data),
  );
const submitted = (id: string): Observable<Event> => fromEvent(byId(id), 'submit').pipe(tap((event) => event.preventDefault()));

const text = byId<HTMLInputElement>('text');

/** A welcome after a reconnect repeats what this tab has seen, and brings what it missed. */
const messages$ = merge(
  heard<Welcome>('welcome').pipe(concatMap(({ recent }) => recent)),
  heard<ChatMessage>('chat.message'),
).pipe(distinct(({ id }) => id));

/** Who is typing now. A notice that is never taken back fades. */
const typing$ = heard<TypingNotice>('typing').pipe(
  switchMap((notice) =>
    notice.typing ? concat(of(notice), timer(5_000).pipe(map(() => ({ ...notice, typing: false })))) : of(notice),
  ),
);

/** True with the first key, false after a pause. */
const keys$ = fromEvent(text, 'input');
const mine$ = merge(
  keys$.pipe(map(() => true)),
  keys$.pipe(
    debounceTime(1_500),
    map(() => false),
  ),
).pipe(distinctUntilChanged());

/** `@bob: hello` is for bob alone. */
const ask = (typed: string): Observable<unknown> => {
  const [, to, told] = /^@([^:]+):(.*)$/s.exec(typed) ?? [];
  return to === undefined ? gateway.request('chat.say', { text: typed }) : gateway.request('chat.tell', { to, text: told });
};

const said$ = submitted('say').pipe(
  exhaustMap(() =>
    ask(text.value).pipe(
      tap(() => {
        text.value = '';
        byId('error').textContent = '';
      }),
      catchError((error: unknown) => {
        const { code, message, detail = message } = error as RequestFailedError;
        byId('error').textContent = code === 'INVALID_DATA' ? 'Write something, at most 500 characters.' : detail;
        return EMPTY;
      }),
    ),
  ),
);

const stats$ = timer(0, 2_000).pipe(
  exhaustMap(() => gateway.request<Stats>('chat.stats', undefined, { whileDisconnected: 'fail' }).pipe(catchError(() => EMPTY))),
);

const chat$ = merge(
  gateway.states.pipe(tap(({ status }) => (byId('state').textContent = status))),
  messages$.pipe(
    tap(({ from: name, text: said }) => {
      append(name, said);
    }),
  ),
  heard<ToldMessage>('chat.told').pipe(
    tap(({ from: name, to, text: told }) => {
      append(`${name} to ${to}`, told);
    }),
  ),
  merge(heard<Welcome>('welcome').pipe(map(({ users }) => users)), heard<readonly string[]>('users')).pipe(
    tap((users) => {
      fill(byId('users'), users);
    }),
  ),
  typing$.pipe(
    startWith(undefined),
    tap((notice) => (byId('typing').textContent = notice?.typing ? `${notice.user} is typing…` : '')),
  ),
  mine$.pipe(switchMap((typing) => gateway.send('chat.typing', { typing }))),
  said$,
  stats$.pipe(
    tap(({ totalUsers, totalConnections, messages }) => {
      byId('stats').textContent = `${totalUsers} people, ${totalConnections} tabs, ${messages} messages`;
    }),
  ),
);

submitted('login')
  .pipe(
    exhaustMap(() => fetch('/login', { method: 'POST', body: byId<HTMLInputElement>('name').value })),
    filter(({ ok }) => ok),
    tap(() => {
      byId('login').hidden = true;
      byId('say').hidden = false;
      text.focus();
    }),
    switchMap(() => chat$),
  )
  .subscribe();
