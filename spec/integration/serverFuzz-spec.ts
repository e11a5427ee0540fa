import { expect } from 'chai';
import fc from 'fast-check';
import { map, Subject } from 'rxjs';
import { resourcesNow } from '../server/serving.js';
import { resourcesBackTo } from '../support/activeResources.js';
import { type AnyFrame, anyFrame, secret } from '../support/anyFrame.js';
import { anyLogin, loginCourse } from '../support/anyLogin.js';
import { cleanUp } from '../support/atTestEnd.js';
import { beforeLogin } from '../support/beforeLogin.js';
import { checkHeard, isDeep } from '../support/checkHeard.js';
import { fuzzClient, fuzzScene } from '../support/fuzzScene.js';
import { itemsOf } from '../support/itemsOf.js';
import { meaningOf } from '../support/meaningOf.js';
import { unhandledErrors } from '../support/unhandledErrors.js';
import { until } from '../support/until.js';

const seed = 20_260_301;
const total = 20_000;
const batch = 500;

describe('a fuzzer, over real sockets', () => {
  afterEach(cleanUp);

  it(`${total} random and mutated frames (seed ${seed}) crash nothing, and are answered as the protocol says`, async () => {
    const before = await resourcesNow();
    const errors = unhandledErrors();
    const { client, events, counters, users, rooms, running, peers } = await fuzzScene();
    const good = await fuzzClient(client());
    const bad = await fuzzClient(client());
    for (const each of [good, bad]) expect(await each.ask('POST_LOGIN', { user: 'ann' })).to.include({ type: 'RESPONSE' });
    const peer = await peers.value(({ id }) => id === 2);
    let malformed = 0;
    let maybe = 0;
    let sent = 0;
    const run = async (frames: readonly AnyFrame[]): Promise<void> => {
      const from = bad.heard.length;
      const dropped = counters.drops.malformed;
      for (const frame of frames) bad.send(frame);
      // Answers that come by a promise are there with the second.
      for (let turn = 0; turn < 2; turn++) expect(await bad.ask('echo', turn)).to.include({ type: 'RESPONSE', data: turn });
      expect(await good.ask('echo', sent)).to.include({ type: 'RESPONSE', data: sent });
      checkHeard(frames, bad.heard.slice(from));
      const items = frames.flatMap(itemsOf);
      const wrong = items.filter((frame) => meaningOf(frame).kind === 'malformed').length;
      const deep = items.filter((frame) => isDeep(frame) && meaningOf(frame).kind === 'subscribe').length;
      expect(counters.drops.malformed - dropped).to.be.within(wrong, wrong + deep);
      malformed += wrong;
      maybe += deep;
      sent += frames.length;
    };
    const frames = fc.sample(anyFrame, { seed, numRuns: total });
    for (let from = 0; from < total; from += batch)
      await run(frames.slice(from, from + batch)).catch((error: unknown) => {
        throw new Error(`seed ${seed}, frames from ${from}: ${String(error)}`, { cause: error });
      });
    // The fuzzer is worth something: frames of each sort were among them.
    expect(sent).to.equal(total);
    expect(malformed).to.be.within(total * 0.2, total * 0.6);
    expect(maybe).to.be.above(0);
    expect(counters.drops.malformed).to.equal(events.of('malformed').length);
    for (const { error } of events.of('malformed')) expect(JSON.stringify([error, error.message])).not.to.include(secret);
    expect(({} as { kind?: unknown; id?: unknown }).kind).to.equal(undefined);
    expect([good.codes, bad.codes, peer.open]).to.deep.equal([[], [], true]);
    expect(running.topics).to.be.above(0);

    for (const each of [good, bad]) each.client.close();
    await until(() => counters.connections === 0);
    expect(running).to.deep.equal({ topics: 0, commands: 0 });
    expect([users.size, rooms.size, counters.subscriptions, counters.running, counters.streams]).to.deep.equal([0, 0, 0, 0, 0]);
    peers.subscription.unsubscribe();
    await resourcesBackTo(before);
    expect(errors()).to.deep.equal([]);
  }).timeout(60_000);

  it(`random frames before and during a login (seed ${seed}) reach no handler, and are held, refused or counted as login says`, async () => {
    const [clients, each, maxHeld] = [40, 150, 40];
    const before = await resourcesNow();
    const errors = unhandledErrors();
    const asked = new Subject<void>();
    const { client, counters, users, rooms, running, peers } = await fuzzScene({
      // No frame of the fuzzer has this command, or happens to be a login.
      command: 'LOG_IN',
      maxHeld,
      verify: ({ user }) => asked.pipe(map(() => ({ user }))),
    });
    const worked = () => Object.values(counters.commands).reduce((sum, count) => sum + count, 0);
    const frames = fc.sample(anyFrame, { seed, numRuns: clients * each }).filter((frame) => !isDeep(frame));
    const sockets = await Promise.all(Array.from({ length: clients }, () => fuzzClient(client())));
    const parts = sockets.map((_socket, index) => frames.slice(index * each, (index + 1) * each));
    const expected = parts.map((part) => beforeLogin(part, maxHeld));
    const logins = sockets.map(({ send, ask }, index) => {
      const part = parts[index] ?? [];
      for (const frame of part.slice(0, each / 2)) send(frame);
      const login = ask('LOG_IN', { user: 'ann' });
      for (const frame of part.slice(each / 2)) send(frame);
      send('{"type":"ping","timestamp":424242}');
      return login;
    });
    const marked = ({ heard }: (typeof sockets)[number]) => heard.at(-1)?.timestamp === 424_242;
    await until(() => sockets.every((socket) => marked(socket) || socket.codes.length > 0));
    const heardBefore = sockets.map(({ heard }) => heard.splice(0).slice(0, -1));
    for (const [index, heard] of heardBefore.entries()) expect(heard).to.deep.equal(expected[index]?.heard);
    expect([worked(), running.topics, users.size, rooms.size]).to.deep.equal([0, 0, 0, 0]);
    expect(counters.drops.unauthenticated).to.equal(expected.reduce((sum, { dropped }) => sum + dropped, 0));

    asked.next();
    for (const login of logins) expect(await login).to.deep.include({ type: 'RESPONSE', data: { user: 'ann' } });
    for (const [index, { ask, heard }] of sockets.entries()) {
      // Answers that come by a promise are there with the second.
      for (let turn = 0; turn < 2; turn++) expect(await ask('echo', turn)).to.include({ type: 'RESPONSE', data: turn });
      checkHeard(expected[index]?.held ?? [], heard);
    }
    // Both the bound and the line were of use.
    expect(counters.drops.unauthenticated).to.be.above(clients);
    expect([worked() > clients * 5, running.topics > 0]).to.deep.equal([true, true]);

    for (const socket of sockets) socket.client.close();
    await until(() => counters.connections === 0);
    expect(running).to.deep.equal({ topics: 0, commands: 0 });
    peers.subscription.unsubscribe();
    await resourcesBackTo(before);
    expect(errors()).to.deep.equal([]);
  }).timeout(60_000);

  for (const attempts of [1, 2])
    it(`random logins (seed ${seed}), ${attempts} attempts each, let in who is to be let in, and end the others with 4401 or 1013`, async () => {
      const [batches, size] = [4, 50];
      const before = await resourcesNow();
      const errors = unhandledErrors();
      const settle = new Subject<void>();
      const { client, events, counters, users, running, peers } = await fuzzScene({
        attempts,
        verify: ({ user }) => settle.pipe(map(() => (user === 'ann' ? { user } : undefined))),
      });
      const outcomes = { admitted: 0, waiting: 0, 4401: 0, 1013: 0 };
      const mark = '{"type":"ping","timestamp":424242}';
      const run = async (parts: readonly (readonly AnyFrame[])[]): Promise<void> => {
        const sockets = await Promise.all(parts.map(() => fuzzClient(client())));
        const courses = parts.map((part) => loginCourse(part, attempts));
        for (const [index, { send }] of sockets.entries()) for (const frame of [...(parts[index] ?? []), mark]) send(frame);
        const marked = ({ heard }: (typeof sockets)[number]) => heard.at(-1)?.timestamp === 424_242;
        await until(() => sockets.every((socket) => marked(socket) || socket.codes.length > 0));
        for (const [index, { before: told }] of courses.entries()) {
          const heard = sockets[index]!.heard.splice(0).filter(({ type }) => type !== 'pong');
          expect(heard, String(parts[index])).to.deep.equal(told);
        }
        settle.next();
        for (const [index, { after, code, admitted, held, left }] of courses.entries()) {
          const { heard, codes, ask, send } = sockets[index]!;
          outcomes[code ?? (admitted ? 'admitted' : 'waiting')]++;
          if (code !== undefined) {
            await until(() => codes.length > 0);
            expect([heard, codes], String(parts[index])).to.deep.equal([after, [code]]);
            continue;
          }
          // Whoever has an attempt left gets in by it: nothing is stuck.
          const login = admitted ? undefined : ask('POST_LOGIN', { user: 'ann' });
          send(mark);
          await until(() => heard.at(-1)?.timestamp === 424_242);
          settle.next();
          if (login) expect(await login, `${left} left`).to.include({ type: 'RESPONSE' });
          for (let turn = 0; turn < 2; turn++) expect(await ask('echo', turn)).to.include({ type: 'RESPONSE', data: turn });
          expect(heard.splice(0, after.length)).to.deep.equal(after);
          checkHeard(
            held,
            heard.filter(({ type }) => type !== 'pong'),
          );
        }
        expect(users.peers('ann')).to.have.length(sockets.filter(({ codes }) => codes.length === 0).length);
        for (const socket of sockets) socket.client.close();
        await until(() => counters.connections === 0);
      };
      const all = fc.sample(anyLogin, { seed, numRuns: batches * size });
      for (let from = 0; from < all.length; from += size)
        await run(all.slice(from, from + size)).catch((error: unknown) => {
          throw new Error(`seed ${seed}, clients from ${from}: ${String(error)}`, { cause: error });
        });
      // The fuzzer is worth something: each sort of end was among them.
      expect(Math.min(...Object.values(outcomes)), JSON.stringify(outcomes)).to.be.above(0);
      expect(events.of('rejected').length).to.equal(outcomes[4401] + outcomes[1013]);
      expect(running).to.deep.equal({ topics: 0, commands: 0 });
      peers.subscription.unsubscribe();
      await resourcesBackTo(before);
      expect(errors()).to.deep.equal([]);
    }).timeout(60_000);
});
