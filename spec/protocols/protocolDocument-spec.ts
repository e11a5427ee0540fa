import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { runInThisContext } from 'node:vm';
import { expect } from 'chai';
import { WebSocket, WebSocketServer } from 'ws';
import { verdictTable } from '../../lib/connection/verdictTable.js';
import { commandNotify, type Message, type MessageKind } from '../../lib/protocols/index.js';
import { documentedFrames as frames, protocolDocument as text } from '../support/documentedFrames.js';

/** All kinds of messages that the native protocol has a frame for. */
const kinds: Record<Exclude<MessageKind, 'closed'>, true> = {
  ...{ request: true, send: true, cancel: true, reply: true, failure: true, subscribe: true, confirmation: true, refusal: true },
  ...{ unsubscribe: true, notification: true, ended: true, ping: true, pong: true, other: true, malformed: true },
};

const stringIds = (frame: string): unknown =>
  JSON.parse(frame, (name, value: unknown) => (name === 'id' ? String(value) : value)) as unknown;

describe('docs/PROTOCOL.md', () => {
  it('says of every json block what it is', () => {
    expect(text.match(/```json/g)).to.have.lengthOf([...text.matchAll(/<!-- \w+ -->\n```json/g)].length);
    expect(new Set(frames.map(({ kind }) => kind))).to.have.all.keys(Object.keys(kinds));
  });

  for (const { kind, frame } of frames)
    it(`shows a frame of kind ${kind}: ${frame.slice(0, 80)}`, () => {
      const codec = commandNotify().client();
      const message = codec.decode(frame) as Message;

      expect(message.kind).to.equal(kind);
      if (kind === 'malformed') return;
      // What the document shows is also what the codec writes, but that it pings in lower case.
      const written = codec.encode(message) as string;
      expect(stringIds(written)).to.deep.equal(
        stringIds(frame === '{"type":"PING"}' ? '{"type":"ping"}' : frame.replace('"pong"', '"PONG"')),
      );
    });

  it('lists in its table of frames the message that each frame stands for', () => {
    const [, table = ''] = /<!-- frames -->\n((?:\|.*\n)+)/.exec(text) ?? [];
    const rows = [...table.matchAll(/^\| (`.+) \| .+ \| (\w+) \|$/gm)].map(([, names = '', kind = '']) => ({ names, kind }));
    const typeOf = (frame: string): string => {
      const { type, id } = JSON.parse(frame) as { type?: string; id?: string };
      return type ?? (id === undefined ? '{"command"}' : '{"id","command"}');
    };

    for (const { kind, frame } of frames)
      if (kind !== 'other' && kind !== 'malformed')
        expect(rows.find(({ names }) => names.includes(`\`${typeOf(frame)}\``))?.kind, frame).to.equal(kind);
    expect(rows.map(({ kind }) => kind)).to.have.members(
      Object.keys(kinds).filter((kind) => kind !== 'other' && kind !== 'malformed'),
    );
  });

  it('has the table of verdicts that the code has, line by line', () => {
    const [, table = ''] = /<!-- verdicts -->\n((?:\|.*\n)+)/.exec(text) ?? [];
    const rows = [...table.matchAll(/^\| (close|status) \| (\d+)(?:–(\d+))? \| (\w+)(, advised)? \| .+ \|$/gm)];

    expect(
      rows.map(([, of, from, to = from, verdict, advised]) => ({
        of,
        from: Number(from),
        to: Number(to),
        verdict,
        ...(advised && { advised: true }),
      })),
    ).to.deep.equal(verdictTable);
    expect(table.trim().split('\n')).to.have.lengthOf(verdictTable.length + 2);
  });

  it('has links that lead somewhere', () => {
    const anchors = new Set(
      [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
        title
          .toLowerCase()
          .replace(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
      ),
    );

    for (const [, anchor = ''] of text.matchAll(/\]\(#([^)]+)\)/g)) expect(anchors.has(anchor), anchor).to.equal(true);
  });

  it('has a minimal gateway that answers a client', async () => {
    const [, code = ''] = /```js\nimport \{ WebSocketServer \} from 'ws';\n([^`]+)```/.exec(text) ?? [];
    class LoopbackServer extends WebSocketServer {
      constructor(options: { port: number }) {
        super({ ...options, host: '127.0.0.1', port: 0 });
      }
    }
    const start = runInThisContext(`(WebSocketServer, setInterval) => { ${code}; return server; }`) as (
      ...given: unknown[]
    ) => WebSocketServer;
    // The first notification at once: what is tried is the answer, not the second between two of them.
    const server = start(LoopbackServer, (tick: () => void) => setImmediate(tick));
    await once(server, 'listening');
    const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const codec = commandNotify().client();
    const received: Message[] = [];
    const messages = new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer) => {
        if (received.push(codec.decode(data) as Message) === 5) resolve();
      });
    });

    try {
      await once(socket, 'open');
      const questions: Message[] = [
        { kind: 'request', id: 1, command: 'echo', data: { n: 1 } },
        { kind: 'request', id: 2, command: 'sing' },
        { kind: 'cancel', id: 2 },
        { kind: 'subscribe', id: 3, key: 'clock', topic: 'clock' },
        { kind: 'ping', timestamp: 5 },
      ];
      for (const garbage of ['', 'null', '[1]', '{"type":"toString"}']) socket.send(garbage);
      for (const question of questions) socket.send(codec.encode(question) as string);
      await messages;

      expect(received).to.deep.include({ kind: 'reply', id: 1, data: { n: 1 }, last: true });
      expect(received).to.deep.include({ kind: 'failure', id: 2, code: 'UNKNOWN_COMMAND', message: 'I only know echo' });
      expect(received).to.deep.include({ kind: 'confirmation', id: 3, topic: 'clock' });
      expect(received).to.deep.include({ kind: 'pong', timestamp: 5 });
      expect(received.find(({ kind }) => kind === 'notification')).to.have.property('topic', 'clock');
    } finally {
      socket.terminate();
      server.close();
      await once(server, 'close');
    }
  });
});
