import { expect } from 'chai';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { typeProgram } from '../support/typeProgram.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const path = `${root}spec/types/wrongContracts.ts`;

const head = `
import * as t from 'io-ts';
import { type Observable, of } from 'rxjs';
import { connect, contract, createGateway, notifications, request, requestEach, send, type Session, topic } from 'rxgate';
import { requestEither } from 'rxgate/fp-ts';
import { commandNotify } from 'rxgate/protocols';
import { commands, createGatewayServer, serve, topics } from 'rxgate/server';
import { fakeGateway } from 'rxgate/testing';
const trading = contract({
  commands: {
    place: { request: t.type({ symbol: t.string, quantity: t.number }), reply: t.type({ order: t.number }) },
    count: { reply: t.number },
  },
  topics: { 'bars:{symbol}:{resolution}': { data: t.type({ close: t.number }) }, news: { data: t.string } },
});
const to = { url: 'wss://gw.example', protocol: commandNotify() };
const session$ = connect({ ...to, contract: trading });
const gateway = createGateway({ ...to, contract: trading });
const peer$ = serve({ port: 0, protocol: commandNotify(), contract: trading });
const served = { port: 0, protocol: commandNotify(), contract: trading };
const order = { symbol: 'SPX', quantity: 1 };
`;

/** A program of one more line, and what the compiler says of it. All are wrong; that the head is not, the first shows. */
const programs: readonly (readonly [title: string, line: string, error: RegExp])[] = [
  [
    'a wrong command',
    `gateway.request('plaice', order);`,
    /^Argument of type '"plaice"' is not assignable to parameter of type '"(place|count)" \| "(place|count)"'\.$/,
  ],
  [
    'a wrong command of a stream',
    `session$.pipe(request('plaice', order));`,
    /^Argument of type '"plaice"' is not assignable to parameter of type '"(place|count)" \| "(place|count)"'\.$/,
  ],
  [
    'a wrong payload',
    `gateway.request('place', { symbol: 'SPX', quantity: '1' });`,
    /^Type 'string' is not assignable to type 'number'\.$/,
  ],
  [
    'a wrong payload of a stream',
    `session$.pipe(request('place', { symbol: 'SPX' }));`,
    /Property 'quantity' is missing in type '\{ symbol: string; \}' but required in type '\{ symbol: string; quantity: number; \}'\.$/,
  ],
  ['a payload of a stream that is missing', `session$.pipe(request('place'));`, /^Expected 2-3 arguments, but got 1\.$/],
  ['a payload that is missing', `gateway.request('place');`, /^Expected 2-3 arguments, but got 1\.$/],
  [
    'a payload where there is none',
    `gateway.request('count', 7);`,
    /^Argument of type '7' is not assignable to parameter of type 'undefined'\.$/,
  ],
  [
    'a wrong payload of a send',
    `session$.pipe(send('place', { quantity: 1 }));`,
    /Property 'symbol' is missing in type '\{ quantity: number; \}'/,
  ],
  [
    'a wrong command of a requestEither',
    `session$.pipe(requestEither('plaice', order));`,
    /^Argument of type '"plaice"' is not assignable to parameter of type '"(place|count)" \| "(place|count)"'\.$/,
  ],
  [
    'a reply that is said to be another',
    `const place$: Observable<string> = session$.pipe(request('place', order));`,
    /Type '\{ order: number; \}' is not assignable to type 'string'/,
  ],
  [
    'wrong items of a requestEach',
    `of({ wrong: true }).pipe(requestEach(session$, 'place'));`,
    /^Argument of type '"place"' is not assignable to parameter of type '"place" & NoInfer<\{ readonly 'the command takes': \{ symbol: string; quantity: number; \}; readonly 'the items are': \{ wrong: boolean; \}; \}>'\.\n.*$/,
  ],
  [
    'wrong items of a requestEach that settles',
    `of({ wrong: true }).pipe(requestEach(session$, 'place', { settle: true }));`,
    /'the command takes': \{ symbol: string; quantity: number; \}; readonly 'the items are': \{ wrong: boolean; \};/,
  ],
  [
    'a wrong command of a requestEach',
    `of(order).pipe(requestEach(session$, 'plaice'));`,
    /^Argument of type '"plaice"' is not assignable to parameter of type '"place" \| "count" \| \(\(item: \{ symbol: string; quantity: number; \}\) => CommandCall<.*>\)'\.$/,
  ],
  [
    'wrong data of a requestEach by function',
    `of(order).pipe(requestEach(session$, ({ symbol }) => ['place', symbol]));`,
    /Type 'string' is not assignable to type '\{ symbol: string; quantity: number; \}'\.$/,
  ],
  [
    'a wrong command of a requestEach by function',
    `of(order).pipe(requestEach(session$, (data) => ['plaice', data]));`,
    /Type '"plaice"' is not assignable to type '"(place|count)"'\.$/,
  ],
  [
    'a wrong use of a reply',
    `gateway.request('place', order).subscribe(({ order }) => order.trim());`,
    /^Property 'trim' does not exist on type 'number'\.$/,
  ],
  [
    'a wrong topic',
    `gateway.topic('bars');`,
    /^Argument of type '"bars"' is not assignable to parameter of type '"(news|bars:\{symbol\}:\{resolution\})" \| "(news|bars:\{symbol\}:\{resolution\})"'\.$/,
  ],
  [
    'a wrong topic of a stream',
    `session$.pipe(topic('bars'));`,
    /^Argument of type '"bars"' is not assignable to parameter of type '"(news|bars:\{symbol\}:\{resolution\})" \| "(news|bars:\{symbol\}:\{resolution\})"'\.$/,
  ],
  [
    'a wrong topic parameter of a stream',
    `session$.pipe(topic('bars:{symbol}:{resolution}', { symbol: 'SPX' }));`,
    /Property 'resolution' is missing in type '\{ symbol: string; \}'/,
  ],
  [
    'a topic parameter that is missing',
    `gateway.topic('bars:{symbol}:{resolution}', { symbol: 'SPX' });`,
    /Property 'resolution' is missing in type '\{ symbol: string; \}'/,
  ],
  [
    'a topic parameter of another type',
    `gateway.topic('bars:{symbol}:{resolution}', { symbol: 'SPX', resolution: true });`,
    /^Type 'boolean' is not assignable to type 'string \| number'\.$/,
  ],
  [
    'a wrong use of a notification',
    `gateway.topic('news').subscribe((text) => text.toFixed());`,
    /^Property 'toFixed' does not exist on type 'string'/,
  ],
  [
    'a name that no topic makes',
    `session$.pipe(notifications('other'));`,
    /Argument of type '"other"' is not assignable to parameter of type '(ConcreteTopic<)?"/,
  ],
  [
    'a session without a contract',
    `const typed: typeof session$ = connect(to);`,
    /^Type 'Observable<Session<(?:NoInfer<)?Untyped>+' is not assignable to type 'Observable<Session<(?:NoInfer<)?ClientOf</,
  ],
  [
    'a session with one, as one without',
    `const untyped: Session[] = []; session$.subscribe((session) => untyped.push(session));`,
    /is not assignable to parameter of type 'Session<Untyped>'/,
  ],
  ['a missing handler', `peer$.pipe(commands({ place: () => ({ order: 1 }) }));`, /Property 'count' is missing in type/],
  [
    'a handler that is missing elsewhere',
    `peer$.pipe(commands({ place: () => ({ order: 1 }) }, { elsewhere: ['place'] }));`,
    /is not assignable to type '(undefined|never)'/,
  ],
  [
    'an unknown command elsewhere',
    `peer$.pipe(commands({ count: () => 1 }, { elsewhere: ['plaice'] }));`,
    /^Type '"plaice"' is not assignable to type 'CommandName</,
  ],
  [
    'a handler of no command',
    `peer$.pipe(commands({ plaice: () => 1 }, { elsewhere: true }));`,
    /'plaice' does not exist in type 'Partial<TypedCommands</,
  ],
  [
    'a wrong reply',
    `peer$.pipe(commands({ place: () => ({ order: 'x' }), count: () => 1 }));`,
    /^Type 'string' is not assignable to type 'number'\.$/,
  ],
  [
    'a wrong reply as a promise',
    `peer$.pipe(commands({ count: async () => 'x' }, { elsewhere: true }));`,
    /Type 'Promise<string>' is not assignable to type 'Handled<number>'/,
  ],
  [
    'a wrong use of the data',
    `peer$.pipe(commands({ place: ({ side }) => ({ order: 1 }), count: () => 1 }));`,
    /^Property 'side' does not exist on type '\{ symbol: string; quantity: number; \}'\.$/,
  ],
  [
    'a missing topic',
    `peer$.pipe(topics({ news: () => of('x') }));`,
    /Property '"bars:\{symbol\}:\{resolution\}"' is missing in type/,
  ],
  [
    'a wrong placeholder',
    `peer$.pipe(topics({ 'bars:{symbol}:{resolution}': ({ period }) => of({ close: 1 }) }, { elsewhere: true }));`,
    /^Property 'period' does not exist on type '\{ readonly symbol: string; readonly resolution: string; \}'\.$/,
  ],
  [
    'wrong data of a topic',
    `peer$.pipe(topics({ news: () => of(7) }, { elsewhere: true }));`,
    /Type 'Observable<number>' is not assignable to type 'Produced<string>'/,
  ],
  [
    'a missing handler of an assembled server',
    `createGatewayServer({ ...served, commands: { count: () => 1 } });`,
    /Property 'place' is missing in type/,
  ],
  [
    'a missing topic of an assembled server',
    `createGatewayServer({ ...served, topics: { news: () => of('x') } });`,
    /Property '"bars:\{symbol\}:\{resolution\}"' is missing in type/,
  ],
  [
    'a wrong reply of a fake',
    `fakeGateway({ contract: trading, commands: { count: () => 'x' } });`,
    /Type 'string' is not assignable to type 'Handled<number>/,
  ],
  [
    'params that lack a placeholder',
    `contract({ topics: { 'a:{b}:{c}': { params: t.type({ b: t.string }) } } });`,
    /The codec of params lacks \{c\}/,
  ],
  [
    'a misspelt field beside another',
    `contract({ commands: { x: { requst: t.string, reply: t.string } }, topics: {} });`,
    /^Type 'StringC' is not assignable to type '.*"A command has request, reply and description"'\.\n.*$/,
  ],
  [
    'a misspelt field of a topic beside another',
    `contract({ topics: { 'a:{b}': { parms: t.type({ b: t.string }), data: t.string, unasked: true } } });`,
    /is not assignable to type '"A topic has params, data, description and unasked"'/,
  ],
  [
    'a misspelt kind beside another',
    `contract({ commands: { x: { reply: t.string } }, topicz: { news: { data: t.string } } });`,
    /is not assignable to type '"A contract has commands and topics"'/,
  ],
  ['a misspelt field', `contract({ commands: { a: { replay: t.string } } });`, /'replay' does not exist in type 'CommandCodecs'/],
  ['what is no codec', `contract({ commands: { a: { reply: 7 } } });`, /^Type 'number' is not assignable to type 'PayloadCodec/],
  [
    'a request that is no codec',
    `contract({ commands: { a: { request: 7 } } });`,
    /^Type 'number' is not assignable to type 'PayloadCodec/,
  ],
  [
    'data that are no codec',
    `contract({ topics: { a: { data: 7 } } });`,
    /^Type 'number' is not assignable to type 'PayloadCodec/,
  ],
  [
    'params that are no codec',
    `contract({ topics: { a: { params: 7 } } });`,
    /^Type 'number' is not assignable to type 'PayloadCodec/,
  ],
];

describe('what does not compile with a contract', function () {
  this.timeout(120_000);
  let errors: readonly { readonly line: number; readonly text: string }[];
  const first = head.split('\n').length - 1;

  before(() => {
    // Each in a block of its own, so that one program will do for all.
    const text = head + programs.map(([, line]) => `{ ${line} }`).join('\n');
    const program = typeProgram({ [path]: text });
    const source = program.getSourceFile(path);
    errors = ts.getPreEmitDiagnostics(program, source).map(({ start = 0, messageText }) => ({
      line: source!.getLineAndCharacterOfPosition(start).line,
      text: ts.flattenDiagnosticMessageText(messageText, '\n'),
    }));
  });

  it('is only what is wrong', () => {
    expect(errors.filter(({ line }) => line < first)).to.deep.equal([]);
    expect(errors.filter(({ line }) => line >= first + programs.length)).to.deep.equal([]);
  });

  it('is told in a few lines', () => {
    const lengths = errors.map(({ line, text }) => [programs[line - first]?.[0], text.split('\n').length] as const);
    expect(lengths.filter(([, length]) => length > 12)).to.deep.equal([]);
  });

  for (const [index, [title, , error]] of programs.entries())
    it(`is ${title}`, () => {
      const found = errors
        .filter(({ line }) => line === first + index)
        .map(({ text }) => text)
        .join('\n');
      // Chai cuts the text that does not match.
      expect(error.test(found), `the compiler says: ${found}`).to.equal(true);
    });
});
