import { expect } from 'chai';
import { NEVER } from 'rxjs';
import { commands } from '../../lib/server/commands.js';
import { createRooms } from '../../lib/server/createRooms.js';
import { cutName } from '../../lib/server/cutName.js';
import { rateLimit } from '../../lib/server/rateLimit.js';
import { topics } from '../../lib/server/topics.js';
import { fakePeer } from './fakePeer.js';

describe('cutName', () => {
  it('leaves names alone that are worth repeating, and cuts the others', () => {
    const name = 'x'.repeat(64);
    expect(cutName(name)).to.equal(name);
    expect(cutName(`${name}y`)).to.equal(`${'x'.repeat(63)}…`);
  });

  it('is what answers and events tell of names that clients make up', () => {
    const rooms = createRooms();
    const client = fakePeer();
    client.through(
      rateLimit({ perConnection: { points: 6, duration: 1_000_000 } }),
      rooms.track(),
      rooms.commands({ authorize: () => false }),
      commands({ known: () => 1 }),
      topics(
        { 'known:{name}': () => NEVER, 'broken:{name}': () => NEVER },
        {
          authorize: (topic) => {
            if (topic.startsWith('broken')) throw new Error('broken');
            return false;
          },
        },
      ),
    );
    const bare = fakePeer(2);
    const long = 'n'.repeat(100_000);
    const medium = 'm'.repeat(200);
    client.receive({ id: 'a', command: long });
    client.receive({ command: long });
    client.receive({ type: 'SUBSCRIBE', id: 'b', topic: long });
    client.receive({ type: 'SUBSCRIBE', id: 'c', topic: `known:${medium}` });
    client.receive({ type: 'SUBSCRIBE', id: 'd', topic: `broken:${medium}` });
    client.receive({ id: 'e', command: 'rooms.join', data: { room: medium } });
    client.receive({ id: 'f', command: long });
    bare.receive({ type: 'SUBSCRIBE', id: 'g', topic: long });
    const codes = ['UNKNOWN_COMMAND', 'UNKNOWN_TOPIC', 'FORBIDDEN', 'INTERNAL_ERROR', 'FORBIDDEN', 'RATE_LIMITED'];
    expect(client.sent.map(({ code }) => code)).to.deep.equal(codes);
    expect(bare.sent.map(({ code }) => code)).to.deep.equal(['UNKNOWN_TOPIC']);
    for (const told of [...client.sent, ...bare.sent]) expect(JSON.stringify(told).length).to.be.below(250);
    expect(client.failures.map(({ hook }) => hook.length)).to.deep.equal([64, 64]);
    const limited = client.events.flatMap((event) => (event.type === 'limited' ? [event.name?.length] : []));
    expect(limited).to.deep.equal([64]);
  });
});
