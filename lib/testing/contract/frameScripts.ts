import type { Message } from '../../protocols/message.js';
import type { Frame } from '../../protocols/protocol.js';
import { echo, reply } from './asking.js';
import type { ContractScript } from './contractScript.js';
import { expectSame, showFrame } from './expectSame.js';
import type { Scene } from './scene.js';

/** Two, three and four bytes of UTF-8, a quote, a backslash, control characters, and a line separator that older JavaScript minds. */
const strange = 'ä€𝄞 "\\" \t\r\n\u0000\u2028 ﷽ 👩‍👩‍👧';
const long = 'long '.repeat(50_000);

/** Stands at the end of what cannot be read: the samples are often too short to tell a quotation by. */
const secret = 'se~cret';

const expectNoQuotation = ({ settings }: Scene, frame: Frame): void => {
  const decoded =
    typeof frame === 'string'
      ? settings
          .protocol()
          .client()
          .decode(frame + secret)
      : [];
  for (const message of [decoded].flat())
    if (message.kind === 'malformed' && message.error.message.includes(secret))
      throw new Error(`the error of a malformed frame quotes it: "${message.error.message}"`);
};

const asBytes = (frame: Frame): Frame => (typeof frame === 'string' ? new TextEncoder().encode(frame) : frame);

/** Shows, by what the protocol can do, that a session is as good as new. */
const works = (scene: Scene, text: string): void => {
  const { join, gateway, advance, settings } = scene;
  const { can, data, topics } = settings;
  if (can('request')) echo(scene, advance, data(text));
  if (!can('topics')) return;
  const { seen } = join(topics[0]);
  gateway.say({ kind: 'notification', topic: topics[0], data: data(text) });
  advance();
  expectSame('The notifications', seen.values, [data(text)]);
};

/** What is sent as a frame, whatever it means. */
export const frameScripts: readonly ContractScript[] = [
  {
    name: 'text arrives as it was sent, whatever its characters',
    play: (scene) => {
      scene.start();
      works(scene, strange);
    },
  },
  {
    name: 'large frames pass in both directions',
    play: (scene) => {
      scene.start();
      works(scene, long);
    },
  },
  {
    name: 'a frame that cannot be read is counted, and costs nothing else',
    play: (scene) => {
      const { start, ask, client, gateway, advance, session, settings } = scene;
      const { can, data, malformed } = settings;
      start();
      const waiting = can('request') ? ask(data('question')) : undefined;
      for (const frame of malformed) {
        const sent = gateway.frames.length;
        gateway.write(frame);
        advance();
        const { malformed: counted } = client.counters.drops;
        expectSame(`Whether ${showFrame(frame)} is counted as malformed`, counted > scene.malformed, true);
        expectSame(`Whether the session is open after ${showFrame(frame)}`, session().open, true);
        expectSame(`Frames that answer ${showFrame(frame)} of a client that was asked nothing`, gateway.frames.length - sent, 0);
        scene.malformed = counted;
      }
      if (waiting) {
        gateway.say(reply(waiting.asked.id, data('answer')));
        advance();
        expectSame('The replies of a request that waited meanwhile', waiting.seen.values, [data('answer')]);
      }
      works(scene, 'after all that');
      expectSame('Connections', gateway.connections, 1);
      for (const frame of malformed) expectNoQuotation(scene, frame);
    },
  },
  {
    name: 'a frame without meaning is heard by whoever listens to all messages, and costs nothing',
    about: 'unknown',
    play: (scene) => {
      const { start, client, gateway, advance, session, settings } = scene;
      if (settings.unknown.length === 0)
        throw new Error('There is none to try: name some in `unknown`, or say in `cannot.unknown` why there are none');
      start();
      const heard: Message[] = [];
      session().messages.subscribe((message) => heard.push(message));
      for (const frame of settings.unknown) {
        heard.length = 0;
        gateway.write(frame);
        advance();
        expectSame(`The messages that ${showFrame(frame)} is`, [...new Set(heard.map(({ kind }) => kind))], ['other']);
      }
      expectSame('What is dropped', Object.values(client.counters.drops).filter(Boolean), []);
      works(scene, 'after all that');
    },
  },
  {
    name: 'one bad item in a batch costs only itself',
    about: 'batch',
    play: (scene) => {
      const { start, ask, client, gateway, advance, settings } = scene;
      const { batch, data } = settings;
      if (!batch) throw new Error('There is no batch to try: give `batch`, or say in `cannot.batch` why there is none');
      start();
      const all = ['one', 'two', 'three'].map((text) => ask(data(text)));
      const [one = '', two = '', three = ''] = all.flatMap(({ asked }) => gateway.words(reply(asked.id, asked.data)));
      gateway.write(batch.join([one, batch.bad, two]), batch.join([three]));
      advance();
      expectSame(
        'The replies',
        all.map(({ seen }) => seen.values),
        [[data('one')], [data('two')], [data('three')]],
      );
      scene.malformed = 1;
      expectSame('Items that are counted as malformed', client.counters.drops.malformed, 1);
    },
  },
  {
    name: 'what is sent in one turn arrives whole and in order, in however many frames',
    needs: ['request'],
    play: (scene) => {
      const { start, client, gateway, advance, settings } = scene;
      const { data } = settings;
      const texts = ['one', strange, 'three'];
      gateway.turns = true;
      start();
      // A codec may learn by an answer that the gateway reads several messages in a frame.
      echo(scene, advance, data('before'));
      const all = texts.map((text) => client.request(data(text)));
      advance();
      const asked = texts.map(() => gateway.take('request'));
      expectSame(
        'The data of the requests',
        asked.map((each) => each.data),
        texts.map(data),
      );
      gateway.say(...asked.map((each) => reply(each.id, each.data)));
      advance();
      expectSame(
        'The replies',
        all.map(({ values }) => values),
        texts.map((text) => [data(text)]),
      );
    },
  },
  {
    name: 'what comes as bytes is read like text',
    about: 'binary',
    needs: ['request'],
    play: ({ start, ask, gateway, advance, settings: { data } }) => {
      start();
      const { seen, asked } = ask(data('question'));
      gateway.write(...gateway.words(reply(asked.id, data(strange))).map(asBytes));
      advance();
      expectSame('The replies', seen.values, [data(strange)]);
    },
    instead: (scene) => {
      const { start, ask, client, gateway, advance, settings } = scene;
      const { data } = settings;
      start();
      const { seen, asked } = ask(data('question'));
      const frames = gateway.words(reply(asked.id, data('answer')));
      gateway.write(...frames.map(asBytes));
      advance();
      scene.malformed = client.counters.drops.malformed;
      expectSame('Whether bytes that are not for this protocol are counted as malformed', scene.malformed > 0, true);
      gateway.write(...frames);
      advance();
      expectSame('The replies, when they come as text', seen.values, [data('answer')]);
    },
  },
];
