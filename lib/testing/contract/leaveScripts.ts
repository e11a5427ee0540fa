import { told } from './asking.js';
import type { ContractScript } from './contractScript.js';
import { expectSame } from './expectSame.js';
import type { Scene } from './scene.js';

/** A topic that is left, with and without a word to the gateway, and is wanted again. */
const leaveAndReturn = (scene: Scene, left: (id: unknown, sent: number) => void): void => {
  const { start, join, gateway, advance, settings } = scene;
  const { data, topics } = settings;
  const [name, other] = topics;
  start();
  const first = join(name);
  const second = join(other);
  gateway.say(told(name, data('one')));
  const late = gateway.words(told(name, data('late')));
  advance();
  const before = gateway.frames.length;
  first.seen.leave();
  advance();
  left(first.asked?.id, gateway.frames.length - before);
  gateway.write(...late);
  advance();
  expectSame('The notifications of a topic, once it is left', first.seen.values, [data('one')]);
  expectSame('Those of the other one', second.seen.values, []);
  const again = join(name);
  gateway.say(told(name, data('anew')), told(other, data('as ever')));
  advance();
  expectSame('The notifications of a topic that is wanted again', again.seen.values, [data('anew')]);
  expectSame('Those of the other one, then', second.seen.values, [data('as ever')]);
};

/** By one or the other a gateway knows which topic is given up. */
const expectGivenUp = ({ gateway }: Scene, id: unknown, name: string): void => {
  const { id: told, topic } = gateway.take('unsubscribe');
  expectSame(
    `Whether the gateway can tell what is given up, by ${String(told)} or "${topic}"`,
    told === id || topic === name,
    true,
  );
  expectSame('How many more are given up', gateway.left('unsubscribe').length, 0);
};

/** What is to become of topics that are left. */
export const leaveScripts: readonly ContractScript[] = [
  {
    name: 'a topic that is left is given up, and can be wanted again',
    about: 'unsubscribe',
    play: (scene) => {
      const [name] = scene.settings.topics;
      leaveAndReturn(scene, (id) => {
        expectGivenUp(scene, id, name);
      });
    },
    instead: (scene) => {
      leaveAndReturn(scene, (_id, sent) => {
        expectSame('Frames that a topic sends when it is left', sent, 0);
      });
    },
  },
  {
    name: 'a topic that is left before the word of the gateway is given up as well',
    needs: ['confirmation', 'unsubscribe'],
    play: (scene) => {
      const { start, client, join, confirm, gateway, advance, settings } = scene;
      const { data, topics } = settings;
      const [name, other] = topics;
      start();
      const left = client.topic(name);
      advance();
      const asked = gateway.take('subscribe');
      left.leave();
      advance();
      // At once, or as soon as the codec knows what the gateway calls it.
      confirm(asked);
      expectGivenUp(scene, asked.id, name);
      const [again, second] = [join(name), join(other)];
      gateway.say(told(name, data('anew')), told(other, data('one')));
      advance();
      expectSame('The notifications of who left', left.values, []);
      expectSame('Those of the topic that is wanted again', again.seen.values, [data('anew')]);
      expectSame('Those of the other one', second.seen.values, [data('one')]);
    },
  },
];
