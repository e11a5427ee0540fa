import { checkFunction, checkName, checkObject, checkThat } from '../options/check.js';
import { type ProtocolAbility, abilities, dependent } from './contract/ability.js';
import { callScripts } from './contract/callScripts.js';
import type { ContractScript } from './contract/contractScript.js';
import { frameScripts } from './contract/frameScripts.js';
import { greetingScripts } from './contract/greetingScripts.js';
import { heartbeatScripts } from './contract/heartbeatScripts.js';
import { leaveScripts } from './contract/leaveScripts.js';
import type { ContractGateway, ContractSettings, ProtocolSubject } from './contract/protocolSubject.js';
import { requestScripts } from './contract/requestScripts.js';
import { playScene } from './contract/scene.js';
import { streamScripts } from './contract/streamScripts.js';
import { topicScripts } from './contract/topicScripts.js';

/** One case of the suite: to be run, or left out for a reason. */
export type ContractCase =
  | {
      readonly name: string;
      /** Rejects with an error that says what was expected, what came, and the last frames. It takes milliseconds, and no time passes. */
      run(): Promise<void>;
    }
  | { readonly name: string; readonly skipped: string };

const scripts: readonly ContractScript[] = [
  ...requestScripts,
  ...streamScripts,
  ...callScripts,
  ...topicScripts,
  ...leaveScripts,
  ...frameScripts,
  ...heartbeatScripts,
  ...greetingScripts,
];

const owner = 'protocolContract';

/** The reason why something cannot be, its own or that of what it depends on. */
const reasonOf = (cannot: ContractSettings['cannot'], ability: ProtocolAbility): string | undefined =>
  cannot[ability] ?? Object.entries(cannot).find(([name]) => dependent[name as ProtocolAbility]?.includes(ability))?.[1];

const checkSubject = (subject: ProtocolSubject): ContractSettings => {
  checkObject(owner, 'subject', subject);
  const { data = (text: string) => ({ text }), topics = ['news', 'sport'], cannot = {} } = subject;
  const protocol = checkFunction(owner, 'protocol', subject.protocol);
  const { server } = checkObject(owner, 'protocol()', protocol());
  const gateway = subject.gateway ?? (server && (() => server.call(protocol(), Infinity)));
  checkThat(owner, 'gateway', typeof gateway, 'a function, since the protocol has no server()', typeof gateway === 'function');
  for (const [ability, reason] of Object.entries(cannot)) {
    checkThat(owner, 'cannot', ability, `about ${Object.keys(abilities).join(', ')}`, Object.hasOwn(abilities, ability));
    checkName(owner, `cannot.${ability}`, reason);
  }
  const [one, two] = topics;
  checkThat(owner, 'topics', one, 'two names that differ', typeof two === 'string' && one !== two);
  const { malformed = ['{"', new Uint8Array([0xff, 0xfe])] } = subject;
  checkThat(owner, 'malformed', typeof malformed, 'a list with a frame', Array.isArray(malformed) && malformed.length > 0);
  return {
    ...{ protocol, gateway: gateway as () => ContractGateway, cannot, topics, malformed },
    data: checkFunction(owner, 'data', data),
    params: checkFunction(owner, 'params', subject.params ?? data),
    command: checkName(owner, 'command', subject.command ?? 'echo'),
    code: subject.code ?? 'NO',
    unknown: subject.unknown ?? [],
    batch: subject.batch,
    credentials: subject.credentials,
    can: (ability) => reasonOf(cannot, ability) === undefined,
  };
};

/** Shows that a protocol cannot do what it is said not to be able to. */
const playDeclared = (settings: ContractSettings, { name, about, play, instead }: ContractScript): void => {
  let works = true;
  const others = Object.fromEntries(Object.entries(settings.cannot).filter(([ability]) => ability !== about));
  try {
    playScene({ ...settings, can: (ability) => reasonOf(others, ability) === undefined }, play);
  } catch {
    works = false;
  }
  if (works) throw new Error(`"${name}" holds, though \`cannot.${String(about)}\` says that it cannot: take that out`);
  if (instead) playScene(settings, instead);
};

const caseOf = (settings: ContractSettings, script: ContractScript): ContractCase => {
  const { name, about, needs = [], unfit } = script;
  const lacking = needs.map((ability) => reasonOf(settings.cannot, ability)).find((reason) => reason !== undefined);
  const skipped = unfit?.(settings.protocol()) ?? lacking;
  if (skipped !== undefined) return { name, skipped };
  const declared = about && settings.cannot[about];
  const inherited = about && declared === undefined ? reasonOf(settings.cannot, about) : undefined;
  if (inherited !== undefined) return { name, skipped: inherited };
  const run = (play: () => void) => async (): Promise<void> => {
    // A promise, so that it can be given to any runner; what the case throws rejects it.
    await Promise.resolve();
    play();
  };
  if (about && declared !== undefined)
    return {
      name: `cannot ${abilities[about]}: ${declared}`,
      run: run(() => {
        playDeclared(settings, script);
      }),
    };
  return {
    name,
    run: run(() => {
      playScene(settings, script.play);
    }),
  };
};

/**
 * The contract suite: what every protocol has to do, as cases for any test runner. `describeProtocol` hands them to mocha, jest or vitest.
 *
 * Each case runs the real pipeline (`connect`, `heartbeat`, `retryBackoff`, `shareSession`, and `request`, `topic` and `send` on it) against a
 * gateway in memory, in virtual time: requests, error replies, timeouts, cancelling, streams, requests of the gateway; topics, refusals,
 * leaving early, resubscription after a cut; frames that are malformed, unknown, large, strange, binary or batches, in both directions; heartbeats
 * both ways; the greeting and the farewell. It also watches the codec itself: that `decode` never throws, that what it gives is a message, that errors quote nothing.
 *
 * What it needs is the gateway's side in the protocol's own words: a codec the other way round. Where the protocol has a `server()`, that is it,
 * and nothing more is needed. What the protocol cannot do is said in `cannot`, each with its reason. Then the case must fail, and what
 * users see in its place is checked. A case that needs something which cannot be is skipped, with the reason.
 *
 * @example
 * // The gateway speaks { id, ask, data } → { id, ok } or { id, no }, and { on, data } by topic.
 * describeProtocol({
 *   protocol: () => myProtocol(),
 *   gateway: () => ({
 *     decode: (frame) => {
 *       const { id, ask, on, off, data } = JSON.parse(String(frame));
 *       if (on) return { kind: 'subscribe', id, key: on, topic: on, params: data };
 *       return off ? { kind: 'unsubscribe', id, topic: off } : { kind: 'request', id, command: ask, data };
 *     },
 *     encode: (message) => {
 *       if (message.kind === 'reply') return JSON.stringify({ id: message.id, ok: message.data });
 *       if (message.kind === 'failure') return JSON.stringify({ id: message.id, no: message.code });
 *       if (message.kind === 'notification') return JSON.stringify({ on: message.topic, data: message.data });
 *       return undefined;
 *     },
 *   }),
 *   malformed: ['{"', '[]', '{"id":{}}'],
 *   unknown: ['{"news":1}'],
 *   cannot: { cancel: 'there is no such frame', stream: 'one reply each', … },
 * });
 *
 * @throws TypeError at the call, with the name of what is wrong in `subject`.
 */
export function protocolContract(subject: ProtocolSubject): readonly ContractCase[] {
  const settings = checkSubject(subject);
  return scripts.map((script) => caseOf(settings, script));
}
