import type { Dialect } from './dialect.js';

/** STOMP 1.2, as far as a subscriber asks for it. What is sent to `/command/…` is a command; `/replies` has its reply. */
export const stomp: Dialect = {
  subprotocol: 'v12.stomp',
  open: (wire) => {
    let count = 0;
    let replies: (data: unknown) => string = String;
    const message = (destination: string, subscription: string) => (data: unknown) => {
      const body = JSON.stringify(data);
      return `MESSAGE\nsubscription:${subscription}\nmessage-id:${++count}\ndestination:${destination}\ncontent-type:application/json\ncontent-length:${body.length}\n\n${body}\0`;
    };
    return (frame) => {
      const [head = '', body = ''] = frame.trimStart().replace(/\0$/, '').split('\n\n');
      const [command, ...lines] = head.split('\n');
      // A topic's name holds a colon, which headers escape.
      const header = (name: string): string =>
        (lines.find((line) => line.startsWith(`${name}:`)) ?? '').slice(name.length + 1).replaceAll('\\c', ':');
      if (command === 'CONNECT' || command === 'STOMP') wire.send('CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0');
      else if (command === 'SUBSCRIBE') {
        const destination = header('destination');
        const write = message(destination.replaceAll(':', '\\c'), header('id'));
        if (destination === '/replies') replies = write;
        else wire.topic(destination, write);
      } else if (command === 'SEND') wire.command(header('destination').replace('/command/', ''), JSON.parse(body), replies);
    };
  },
};
