import { expect } from 'chai';
import { type AnyFrame, secret } from './anyFrame.js';
import { itemsOf } from './itemsOf.js';
import { type Meaning, meaningOf } from './meaningOf.js';

type Request = Extract<Meaning, { kind: 'request' }>;

/**
 * Most answers come in the same turn as their request. Others may be taken away by a cancel, or by the same id: those of a stream wait while the
 * client is slow to read.
 */
const isLate = ({ command, stream }: Request): boolean => command === 'later' || stream;
const isHeld = ({ command }: Request): boolean => command === 'hold';

/** Some data is nested more deeply than JSON is written. */
const written = (value: unknown): string | undefined => {
  try {
    return JSON.stringify(value);
  } catch {
    return 'too deep';
  }
};
const keyOf = (id: unknown): string => JSON.stringify(id);
const tally = (bodies: readonly any[]): Map<string, any[]> => {
  const found = new Map<string, any[]>();
  for (const body of bodies) found.set(keyOf(body.id), [...(found.get(keyOf(body.id)) ?? []), body]);
  return found;
};
const isOf =
  <K extends Meaning['kind']>(kind: K) =>
  (meaning: Meaning): meaning is Extract<Meaning, { kind: K }> =>
    meaning.kind === kind;

const isNested = (data: unknown, depth = 0): boolean =>
  depth > 1_000 || (Object(data) === data && isNested(Object.values(data as object)[0], depth + 1));

/** Where the stack ends is the machine's: params that are deep may be malformed, refused or granted. */
export const isDeep = (frame: AnyFrame): boolean => frame.length > 2_000;

/** What one request got. */
function checkAnswers(requests: readonly Request[], bodies: readonly any[], disturbed: boolean): void {
  const last = bodies.filter(({ more }) => more !== true);
  const about = `${written(requests)?.slice(0, 1_000)} got ${written(bodies)?.slice(0, 1_000)}`;
  const sure = requests.filter((request) => !isHeld(request) && !(disturbed && isLate(request))).length;
  const most = requests.filter((request) => !isHeld(request)).length;
  expect(last.length, about).to.be.within(sure, most);
  const [request] = requests;
  if (!request || requests.length > 1 || isHeld(request) || (disturbed && isLate(request))) return;
  const { command, data, stream } = request;
  const [answer] = last;
  if (['echo', 'POST_X', 'orders.place', 'later'].includes(command)) {
    const echoed = stream ? bodies[0] : answer;
    // What is too deep to be written is a failure of the command.
    if (answer.type === 'ERROR') expect([answer.code, isNested(data)], about).to.deep.equal(['INTERNAL_ERROR', true]);
    else expect(written(echoed.data), about).to.equal(written(data));
  } else if (command === 'count' || command === 'bars.history')
    expect(bodies.map((body) => body.data)).to.deep.equal(stream ? [1, 2, 3, undefined] : [1]);
  else if (command === 'fails') expect(answer).to.include({ code: 'INTERNAL_ERROR', error: 'the command failed' });
  else if (command === 'refuses') expect(answer).to.deep.include({ code: 'NO', data: { why: 'so' } });
  else if (command === 'checked') expect(answer.code ?? answer.data.side).to.be.oneOf(['INVALID_DATA', 'buy']);
  else if (!command.startsWith('rooms.')) expect(answer, about).to.include({ type: 'ERROR', code: 'UNKNOWN_COMMAND' });
}

/** Compares what a client heard with what its frames mean. */
export function checkHeard(sent: readonly AnyFrame[], bodies: readonly any[]): void {
  const frames = sent.flatMap(itemsOf);
  const meanings = frames.map(meaningOf);
  const isComplaint = ({ type, id }: any) => type === 'ERROR' && id === undefined;
  const answers = tally(bodies.filter((body) => !isComplaint(body) && (body.type === 'RESPONSE' || body.type === 'ERROR')));
  const confirmations = tally(bodies.filter(({ type }) => type === 'ACK' || type === 'NACK'));
  const cancelled = new Set(meanings.filter(isOf('cancel')).map(({ id }) => keyOf(id)));
  const requests = tally(meanings.filter(isOf('request')));
  const subscribes = tally(meanings.filter(isOf('subscribe')));
  const deepIds = new Set(frames.flatMap((frame, index) => (isDeep(frame) ? [keyOf((meanings[index] as Request).id)] : [])));

  for (const [id, asked] of requests) checkAnswers(asked, answers.get(id) ?? [], cancelled.has(id) || asked.length > 1);
  for (const id of answers.keys()) expect(requests.has(id), `an answer to ${id}, which nobody asked`).to.equal(true);
  for (const [id, asked] of subscribes) {
    const { length } = confirmations.get(id) ?? [];
    if (deepIds.has(id)) expect(length).to.be.at.most(asked.length);
    else expect(length, written(asked)).to.equal(asked.length);
  }
  for (const id of confirmations.keys()) expect(subscribes.has(id), `a confirmation of ${id}`).to.equal(true);
  const pongs = meanings
    .filter(isOf('ping'))
    .map(({ type, timestamp }) => ({ type: type.replace('i', 'o').replace('I', 'O'), timestamp }));
  const heardPongs = bodies.filter(({ type }) => /^pong$/i.test(type)).map(({ type, timestamp }) => ({ type, timestamp }));
  expect(heardPongs).to.deep.equal(pongs);
  const complaints = bodies.filter(isComplaint);
  const wrong = meanings.filter(({ kind }) => kind === 'malformed' || kind === 'unknown').length;
  expect(complaints.length).to.be.within(wrong, wrong + frames.filter(isDeep).length);
  for (const complaint of complaints) expect(complaint).to.include({ code: 'MALFORMED' });
  const known = ['RESPONSE', 'ERROR', 'ACK', 'NACK', 'NOTIFY', 'ENDED', 'pong', 'PONG'];
  expect(bodies.filter(({ type }) => !known.includes(type))).to.deep.equal([]);
  // An error may name a command or a topic, and never what came with it.
  const names = written(meanings.map((meaning) => [(meaning as Request).command, (meaning as { topic?: string }).topic]));
  if (!names?.includes(secret))
    for (const { id: _id, ...told } of bodies.filter(({ type }) => type === 'ERROR' || type === 'NACK'))
      expect(written(told)).not.to.include(secret);
}
