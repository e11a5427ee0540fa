import { once } from 'node:events';
import { expect } from 'chai';
import { firstValueFrom, ReplaySubject } from 'rxjs';
import { commandNotify } from 'rxgate/protocols';
import { broadcast, createRooms, createUsers, type Peer, serve, type ServeAddress } from 'rxgate/server';
import { WebSocket } from 'ws';
import { seededRandom } from '../backoff/seededRandom.js';
import { activeResources, resourcesBackTo } from '../support/activeResources.js';
import { until } from '../support/until.js';

const seed = 3_141;
const operations = 10_000;
const batch = 250;
const tabs = 20;
const userOf = (tab: number): string => `user ${tab % 7}`;

/** A tab of a browser, on a raw socket. */
interface Tab {
  readonly socket: WebSocket;
  /** What the model says that it is in. */
  readonly rooms: Set<string>;
  heard: number;
}

describe('rooms and users over real sockets', () => {
  it(`S7: ${operations} random joins, leaves and crashes (seed ${seed}) leave what the model says, and in the end nothing`, async function () {
    this.timeout(60_000);
    // Mocha sets its own timer when it has the promise.
    await new Promise(setImmediate);
    const before = activeResources();
    const random = seededRandom(seed);
    const below = (limit: number): number => Math.floor(random() * limit);
    const users = createUsers();
    const rooms = createRooms();
    const present = new Set<string>();
    rooms.changes.subscribe(({ type, room, peer }) => {
      const entry = `${peer.id} in ${room}`;
      if (type === 'joined' ? present.has(entry) : !present.has(entry)) throw new Error(`${entry} ${type} twice`);
      if (type === 'joined') present.add(entry);
      else present.delete(entry);
    });
    const peers = new Map<number, Peer>();
    const listening = new ReplaySubject<ServeAddress>(1);
    const running = serve({
      ...{ host: '127.0.0.1', port: 0, protocol: commandNotify() },
      listening: (address) => listening.next(address),
      authenticate: ({ url = '/' }) => ({ user: userOf(Number(url.slice(1))), claims: Number(url.slice(1)) }),
    })
      .pipe(
        users.track(),
        rooms.track(),
        rooms.commands({ authorize: (room) => (below(2) ? true : Promise.resolve(room !== '')) }),
      )
      .subscribe((peer) => peers.set(peer.identity?.claims as number, peer));
    const { port } = await firstValueFrom(listening);

    const open = new Map<number, Tab>();
    let crashes = 0;
    let lastId = 0;
    const ask = ({ socket }: Tab, command: string, room: string): string => {
      const id = `${++lastId}`;
      socket.send(JSON.stringify({ id, command, data: { room } }));
      return id;
    };
    const connect = async (tab: number): Promise<Tab> => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/${tab}`);
      socket.on('error', () => undefined);
      await once(socket, 'open');
      const opened: Tab = { socket, rooms: new Set(), heard: 0 };
      socket.on('message', (frame: Buffer) => {
        if ((JSON.parse(frame.toString()) as { type: string }).type === 'NOTIFY') opened.heard++;
      });
      open.set(tab, opened);
      return opened;
    };
    /** Resolves when the server has answered all that this tab asked for. */
    const settled = (tab: Tab): Promise<void> =>
      new Promise((resolve) => {
        const id = ask(tab, 'rooms.leave', 'none');
        const look = (frame: Buffer): void => {
          if ((JSON.parse(frame.toString()) as { id?: string }).id !== id) return;
          tab.socket.off('message', look);
          resolve();
        };
        tab.socket.on('message', look);
      });

    for (let turn = 1; turn <= operations; turn++) {
      const number = below(tabs);
      const tab = open.get(number) ?? (await connect(number));
      const room = `room ${below(30)}`;
      const dice = random();
      if (dice < 0.02) {
        // With whatever it asked for still under way.
        if (dice < 0.01) tab.socket.terminate();
        else tab.socket.close();
        open.delete(number);
        crashes++;
      } else if (dice < 0.55) {
        ask(tab, 'rooms.join', room);
        tab.rooms.add(room);
      } else {
        ask(tab, 'rooms.leave', room);
        tab.rooms.delete(room);
      }
      if (turn % batch !== 0) continue;

      // A permission that comes as a promise is a turn late: the answers to later messages overtake it.
      await Promise.all([...open.values()].map(settled));
      await new Promise(setImmediate);
      await until(() => [...users.toAll()].length === open.size);
      const wanted = new Map<string, Set<number>>();
      for (const [name, each] of open) {
        expect(new Set(rooms.of(peers.get(name) as Peer)), `rooms of tab ${name} after ${turn}`).to.deep.equal(each.rooms);
        for (const joined of each.rooms) wanted.set(joined, (wanted.get(joined) ?? new Set()).add(name));
      }
      const held = new Map(
        rooms.names.map((name) => [name, new Set(rooms.peers(name).map((peer) => peer.identity?.claims as number))]),
      );
      expect(held).to.deep.equal(wanted);
      expect(new Set(users.names)).to.deep.equal(new Set([...open.keys()].map(userOf)));
      expect(present.size).to.equal([...wanted.values()].reduce((sum, { size }) => sum + size, 0));

      // And one copy of a notification for each that is in either of two rooms.
      const [one, two] = [`room ${below(30)}`, `room ${below(30)}`];
      const receivers = new Set([...(wanted.get(one) ?? []), ...(wanted.get(two) ?? [])]);
      const heardBefore = new Map([...open].map(([name, { heard }]) => [name, heard]));
      expect(broadcast([rooms.toRoom(one), rooms.toRoom(two)], 'said', turn)).to.deep.equal({ sent: receivers.size, skipped: 0 });
      await Promise.all([...open.values()].map(settled));
      for (const [name, { heard }] of open)
        expect(heard - (heardBefore.get(name) ?? 0), `copies for tab ${name}`).to.equal(receivers.has(name) ? 1 : 0);
    }

    expect(crashes).to.be.greaterThan(100);
    for (const { socket } of open.values()) socket.terminate();
    await until(() => users.size === 0);
    expect([rooms.size, rooms.names, users.names, [...users.toAll()], present.size]).to.deep.equal([0, [], [], [], 0]);
    running.unsubscribe();
    await resourcesBackTo(before);
  });
});
