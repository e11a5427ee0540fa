import fc from 'fast-check';
import { commandNotify, type Message } from 'rxgate/protocols';
import { type AnyFrame, change } from './anyFrame.js';

const ids = fc.constantFrom<unknown>(1, '1', 2, 'a', '__proto__', null, {});
const data = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<unknown>({ user: 'ann' }, { user: 'ann', admin: true }) },
  { weight: 4, arbitrary: fc.constantFrom<unknown>({ user: 'bob' }, { user: ['ann'] }, { user: null }, {}, [], 'ann', 7, true) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(null, undefined) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
);
const json = (body: fc.Arbitrary<object>): fc.Arbitrary<string> => body.map((value) => JSON.stringify(value));
const logins = json(fc.record({ id: ids, command: fc.constant('POST_LOGIN'), data }, { requiredKeys: ['command'] }));
const cancels = json(fc.record({ type: fc.constant('CANCEL'), id: ids }));
const others = json(fc.record({ id: ids, command: fc.constantFrom('echo', 'later', 'fails', 'POST_LOGIN '), data }));
const mutated = fc.tuple(logins, change).map(([frame, apply]) => apply(frame));

/** The frames of one client that tries to log in with `{ user }`, or does something else. */
export const anyLogin: fc.Arbitrary<readonly AnyFrame[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: logins },
    { weight: 2, arbitrary: mutated },
    { weight: 2, arbitrary: cancels },
    { weight: 2, arbitrary: others },
  ),
  { maxLength: 8 },
);

/** What becomes of a client that sent such frames, where `verify` takes `ann`, and answers after the last frame. */
export interface LoginCourse {
  /** What is told to the client before `verify` answered, and after. */
  readonly before: readonly object[];
  readonly after: readonly object[];
  /** With what it is closed, and whether it is let in. */
  readonly code: 4401 | 1013 | undefined;
  readonly admitted: boolean;
  /** What the later stages get then. */
  readonly held: readonly AnyFrame[];
  /** How many logins may still be refused. */
  readonly left: number;
}

const failure = (id: unknown, code: string, error: string): object => ({ type: 'ERROR', id, code, error });
type Login = Extract<Message, { readonly kind: 'request' | 'send' }>;

/** The course of a login, as the docstring of `login` says it. */
export function loginCourse(frames: readonly AnyFrame[], attempts: number): LoginCourse {
  const codec = commandNotify().server!();
  const before: object[] = [];
  const after: object[] = [];
  let line: { readonly frame: AnyFrame; readonly message: Message }[] = [];
  let pending: Login | undefined;
  let left = attempts;
  let code: LoginCourse['code'];
  const answer = (to: object[], login: Login, frame: (id: unknown) => object): void => {
    if (login.kind === 'request') to.push(frame(login.id));
  };
  const take = (message: Message, frame: AnyFrame): void => {
    if (message.kind === 'malformed') before.push({ type: 'ERROR', code: 'MALFORMED', error: message.error.message });
    else if ((message.kind === 'request' || message.kind === 'send') && message.command === 'POST_LOGIN') {
      if (pending) answer(before, message, (id) => failure(id, 'LOGIN_PENDING', 'a login is under way'));
      else if (message.data === undefined || message.data === null) {
        const unknown = (id: unknown) => failure(id, 'INTERNAL_ERROR', 'the credential could not be checked');
        answer(before, message, (id) => ({ ...unknown(id), retryAfter: 5_000 }));
        code = 1013;
      } else pending = message;
    } else if (message.kind === 'request' || message.kind === 'send' || message.kind === 'other') line.push({ frame, message });
    else if (message.kind === 'cancel' && pending?.kind === 'request' && pending.id === message.id) {
      pending = undefined;
      if (--left === 0) code = 1013;
    } else if (message.kind === 'cancel') {
      const withdrawn = line.find((held) => held.message.kind === 'request' && held.message.id === message.id);
      line = line.filter((held) => held !== withdrawn);
    }
  };
  for (const frame of frames)
    for (const message of [codec.decode(frame)].flat<(Message | readonly Message[])[]>())
      if (code === undefined) take(message, frame);
  let admitted = false;
  if (code === undefined && pending) {
    admitted = (pending.data as { user?: unknown }).user === 'ann';
    if (admitted) answer(after, pending, (id) => ({ type: 'RESPONSE', id, data: { user: 'ann' } }));
    else {
      answer(after, pending, (id) => failure(id, 'UNAUTHENTICATED', 'the credential was refused'));
      if (--left === 0) code = 4401;
    }
  }
  return { before, after, code, admitted, held: line.map(({ frame }) => frame), left };
}
