import rxjsX from 'eslint-plugin-rxjs-x';
import { existsSync } from 'node:fs';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const lib = 'lib/**/*.ts';
const specs = ['spec/**/*.ts', 'demo/**/*.ts', 'bench/**/*.ts', 'docs/**/*.ts'];

// One rule holds all bans on imports, and a later config replaces an earlier one's list. So each folder's list is built whole.
const importBans = {
  operators: { regex: '^rxjs/operators', message: "Deprecated: import from 'rxjs'." },
  internal: { regex: '^rxjs/(internal|dist|src)/', message: "Private to rxjs: import from 'rxjs'." },
  webSocket: { regex: '^rxjs/webSocket$', message: 'Only lib/connection/transport.ts touches it: RxJS 9 has no such entry.' },
  ws: {
    regex: '^ws(/|$)',
    message: 'Only nodeSocket.ts, writeByTurns.ts and lib/server know ws: nothing of it may reach a browser bundle.',
  },
  node: { regex: '^node:', message: 'Only nodeSocket.ts, lib/node and lib/server run on Node alone.' },
  server: {
    regex: '/server/',
    message: 'The client does not know the server: only lib/testing, lib/node and lib/server itself do.',
  },
  testing: { regex: '/testing/', message: 'What is shipped does not need the test kit.' },
  outside: { regex: '/(spec|demo|bench|scripts)/', message: 'lib stands alone.' },
  ioTs: {
    regex: '^io-ts(/|$)',
    message: 'Only lib/io-ts loads it: elsewhere a result is known by its `_tag`.',
    allowTypeImports: true,
  },
  fpTs: { regex: '^fp-ts(/|$)', message: 'Types only: an Either is a plain object with a `_tag`.', allowTypeImports: true },
  self: { regex: '^rxgate', message: 'Inside lib, import the file.' },
};

const bans = ({ allow = [], more = [] } = {}) => ({
  '@typescript-eslint/no-restricted-imports': [
    'error',
    {
      patterns: [
        ...Object.entries(importBans)
          .filter(([name]) => !allow.includes(name))
          .map(([, ban]) => ban),
        ...more,
      ],
    },
  ],
});

// Types may cross: they leave no trace at run time.
const leaf = (folders) => ({
  regex: `^(?!\\./|rxjs$|\\.\\./(${folders.join('|')})/)`,
  message: `Imports only rxjs, itself and ${folders.join(', ')}.`,
  allowTypeImports: true,
});

const timers = ['setTimeout', 'setInterval', 'setImmediate'];
const globalBans = [
  { name: 'console', message: 'A library does not print: report an event.' },
  ...timers.map((name) => ({ name, message: 'RxJS time only (timer, asyncScheduler), so that virtual time works.' })),
];

const member = (objects, property) => `MemberExpression[object.name=/^(${objects})$/][property.name=/^(${property})$/]`;
const clockBans = [
  { selector: member('Date|performance', 'now'), message: 'asyncScheduler.now(), so that virtual time works.' },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'asyncScheduler.now(), so that virtual time works.',
  },
  {
    selector: `${member('globalThis|window|self|global', [...timers, 'console'].join('|'))}`,
    message: 'The same ban by another way.',
  },
];
const shapeBans = [
  {
    selector: `CallExpression > ${member('Math', 'random')}.callee`,
    message: 'Randomness is a parameter: random = Math.random.',
  },
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
  { selector: 'ExportAllDeclaration', message: 'Say every public name.' },
  { selector: 'TSEnumDeclaration', message: 'A union of strings.' },
];
const classBan = {
  selector: 'ClassDeclaration, ClassExpression',
  message: 'Functions and plain objects; classes are for errors.',
};

// Without `npm ci --prefix bench` their imports have no types, and every rule that asks for one would complain.
const untyped = existsSync(new URL('bench/node_modules', import.meta.url)) ? [] : ['bench/peers/'];

export default defineConfig(
  globalIgnores(['dist/', 'out/', '**/node_modules/', ...untyped]),
  {
    files: [lib, ...specs],
    extends: [tseslint.configs.strictTypeChecked, rxjsX.configs.strict],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // Numbers and booleans in a template are what one means; objects are still refused.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `unsubscribe: () => subscription.unsubscribe()` reads better than a block.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidOperator: true }],
      // A type parameter used once is how `request<Receipt>()` names its result on an untyped session.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // Errors of RxJS callbacks are `unknown`, and passing them on unchanged is the point.
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true, allowRethrowing: true }],
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
      'rxjs-x/throw-error': ['error', { allowThrowingUnknown: true, allowThrowingAny: false }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: [lib],
    rules: {
      ...bans(),
      'no-restricted-globals': ['error', ...globalBans],
      'no-restricted-syntax': ['error', ...clockBans, ...shapeBans, classBan],
      'max-lines': ['error', 300],
      // State is a `let` in a closure. TypeScript takes it for unchanged across the call that changes it.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Objects are closures without `this`, so their methods may be taken off. (`rxjs-x/no-unbound-methods` guards those of RxJS.)
      '@typescript-eslint/unbound-method': 'off',
      // `Session<Untyped>` beside `Session<C>` says which overload is which.
      '@typescript-eslint/no-unnecessary-type-arguments': 'off',
      // `Provider<unknown>` says that a function is called, though `unknown` takes it in.
      '@typescript-eslint/no-redundant-type-constituents': 'off',
      // Timers, `closed` and `messages` never error. If one did, RxJS would report it unhandled: louder than an empty handler.
      'rxjs-x/no-ignored-error': 'off',
      // An error is known by its `kind`, and then taken for its class: `instanceof` fails where a package was installed twice.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // A string spreads into code points: what encodeURIComponent takes.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      // An EmptyError is what an empty provider deserves.
      'rxjs-x/no-ignored-default-value': 'off',
      // Generous, since a factory's closure counts with all the short functions in it.
      'max-lines-per-function': ['error', { max: 150, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['lib/errors/**'],
    rules: {
      'no-restricted-syntax': ['error', ...clockBans, ...shapeBans],
      // `toJSON` spreads `this` to get the own fields, and nothing of the prototype.
      '@typescript-eslint/no-misused-spread': 'off',
    },
  },
  { files: ['lib/connection/transport.ts'], rules: bans({ allow: ['webSocket'] }) },
  {
    files: ['lib/connection/connectConfig.ts'],
    rules: {
      // The default of the option `clock`, for round-trip times: asyncScheduler counts whole milliseconds. Specs give their own.
      'no-restricted-syntax': [
        'error',
        { ...clockBans[0], selector: member('Date', 'now') },
        ...clockBans.slice(1),
        ...shapeBans,
        classBan,
      ],
    },
  },
  { files: ['lib/connection/nodeSocket.ts', 'lib/connection/writeByTurns.ts'], rules: bans({ allow: ['ws', 'node'] }) },
  { files: ['lib/backoff/**'], rules: bans({ more: [leaf(['errors', 'options'])] }) },
  { files: ['lib/options/**'], rules: bans({ more: [leaf(['errors'])] }) },
  { files: ['lib/io-ts/**'], rules: bans({ allow: ['ioTs'] }) },
  // The one place where code is made of strings. Nobody gets it without importing it.
  { files: ['lib/io-ts/generate/evaluate.ts'], rules: { '@typescript-eslint/no-implied-eval': 'off' } },
  { files: ['lib/node/**'], rules: bans({ allow: ['node', 'server'] }) },
  {
    files: ['lib/cli/**'],
    rules: {
      // The program runs on Node alone, and prints.
      ...bans({ allow: ['node', 'server'] }),
      'no-restricted-globals': ['error', globalBans[0]],
      'no-restricted-syntax': ['error', ...shapeBans, classBan],
    },
  },
  {
    files: ['lib/server/**'],
    rules: {
      ...bans({ allow: ['ws', 'node', 'server'] }),
      // A server runs on Node alone, on real sockets: wall-clock time and Node's timers are its own.
      'no-restricted-globals': ['error', globalBans[0]],
      'no-restricted-syntax': ['error', ...shapeBans, classBan],
    },
  },
  {
    files: ['lib/testing/**'],
    rules: {
      ...bans({ allow: ['server', 'testing'] }),
    },
  },
  {
    files: specs,
    rules: {
      ...bans({ allow: Object.keys(importBans).filter((name) => name !== 'operators') }),
      // What a spec asserts on is often of unknown shape, and chai's properties are expressions.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // Fakes implement interfaces with empty or async-less methods.
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
      // A spec provokes what the library forbids: foreign errors, unhandled ones, subscriptions in odd places, old idioms.
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      '@typescript-eslint/no-deprecated': 'off',
      'rxjs-x/throw-error': 'off',
      'rxjs-x/no-ignored-error': 'off',
      'rxjs-x/no-nested-subscribe': 'off',
      'rxjs-x/no-subscribe-in-pipe': 'off',
      'rxjs-x/no-async-subscribe': 'off',
      'rxjs-x/no-floating-observables': 'off',
      'rxjs-x/no-exposed-subjects': 'off',
      'rxjs-x/no-unsafe-takeuntil': 'off',
      'rxjs-x/no-unsafe-subject-next': 'off',
      'rxjs-x/no-ignored-replay-buffer': 'off',
      'rxjs-x/no-redundant-notify': 'off',
      'rxjs-x/no-index': 'off',
      // What is no codec is given on purpose.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // An EmptyError fails the spec, as it should.
      'rxjs-x/no-ignored-default-value': 'off',
    },
  },
  {
    files: ['spec/types/**'],
    rules: {
      // What stands there is there for the compiler.
      '@typescript-eslint/no-unused-vars': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      '@typescript-eslint/no-unnecessary-type-arguments': 'off',
    },
  },
);
