import type { ContractScript } from './contractScript.js';
import { expectSame } from './expectSame.js';
import type { Scene } from './scene.js';

/** The gateway asks under these ids, and gets them back as they are. */
const called = ({ start, gateway, advance, settings: { command, data } }: Scene, ids: readonly (number | string)[]): void => {
  start();
  for (const id of ids) {
    gateway.say({ kind: 'request', id, command, data: data(`question ${id}`) });
    advance();
    const { data: answer, ...reply } = gateway.take('reply');
    expectSame('The id of the reply to the gateway', reply.id, id);
    expectSame('Its data', answer, data(`question ${id}`));
  }
};

/** What a client has to do for a gateway that asks. */
export const callScripts: readonly ContractScript[] = [
  {
    name: 'a request of the gateway is answered under its id, a number',
    about: 'numberIds',
    play: (scene) => {
      called(scene, [7, 0, 4_294_967_297]);
    },
  },
  {
    name: 'a request of the gateway is answered under its id, a string',
    about: 'stringIds',
    play: (scene) => {
      called(scene, ['a-7', '007']);
    },
  },
  {
    name: 'what comes without an id is not answered',
    needs: ['topics'],
    play: ({ start, gateway, advance, join, settings: { topics, data } }) => {
      start();
      const [name] = topics;
      const { seen } = join(name);
      const before = gateway.frames.length;
      gateway.say({ kind: 'notification', topic: name, data: data('told') });
      advance();
      expectSame('The notifications', seen.values, [data('told')]);
      expectSame('Frames that answer it', gateway.frames.length - before, 0);
    },
  },
];
