import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { createCounters } from '../events/createCounters.js';
import {
  checkCount,
  checkCounting,
  checkDuration,
  checkFunction,
  checkName,
  checkObserver,
  checkThat,
  isRecord,
} from '../options/check.js';
import { checkObservable } from '../options/checkObservable.js';
import { readOptions } from '../options/readOptions.js';
import type { Protocol } from '../protocols/protocol.js';
import { countEvents } from './countEvents.js';
import { checkDrain } from './drain.js';
import { originCheck } from './originCheck.js';
import { type ServedContract, servedContract } from './servedContract.js';
import type { ServeOptions } from './serveOptions.js';

/** Options that always have a value once they are checked. */
type Defaulted =
  | 'requestTimeout'
  | 'authenticateTimeout'
  | 'maxConnections'
  | 'maxUpgradesPerSecond'
  | 'retryAfter'
  | 'closeTimeout'
  | 'maxPayload'
  | 'maxBuffered'
  | 'perMessageDeflate'
  | 'confirmTimeout'
  | 'maxHeld'
  | 'counters'
  | 'clock'
  | 'random'
  | 'addressOf';

/** The checked options, with their defaults. */
export type ServeSettings = Omit<ServeOptions, Defaulted | 'origins' | 'contract' | 'validation'> & {
  readonly contract: ServedContract | undefined;
} & {
  readonly [K in Defaulted]: NonNullable<ServeOptions[K]>;
} & {
  readonly codec: NonNullable<Protocol['server']>;
  /** The subprotocol for an upgrade that offers these, or `false` for none. */
  readonly chooseSubprotocol: (offered: Set<string>, request: IncomingMessage) => string | false;
  readonly isAllowedOrigin: (request: IncomingMessage) => boolean;
};

/** Where the connection of a request comes from. */
export const addressOfSocket = ({ socket }: IncomingMessage): string => {
  // A stream of the application may be no socket of the network.
  const { remoteAddress = '', remotePort = '' } = socket as Partial<Socket>;
  return `${remoteAddress}:${remotePort}`;
};

const checkServer = (owner: string, name: string, value: Server): Server => {
  checkFunction(owner, `${name}.on`, (value as Partial<Server> | null)?.on);
  return value;
};
const checkPath = (owner: string, name: string, value: string): string =>
  checkThat(owner, name, value, 'a path that begins with / and has no query', /^\/[^?#]*$/.test(checkName(owner, name, value)));
const checkDeflate = <T>(owner: string, name: string, value: T): T =>
  checkThat(owner, name, value, 'true, false or an object', typeof value === 'boolean' || isRecord(value));
const checkProtocol = (owner: string, name: string, value: Protocol | undefined): Protocol => {
  const fits = typeof (value as Partial<Protocol> | null | undefined)?.server === 'function';
  return checkThat(owner, name, value as Protocol, 'one with a server side, as commandNotify() has', fits);
};

/** Checks the options of `serve` at the call. */
export function checkServe(options: ServeOptions): ServeSettings {
  const settings = readOptions('serve', options, {
    port: [checkCount, undefined, { max: 65_535 }],
    host: [checkName],
    requestTimeout: [checkDuration, 10_000, { min: 1 }],
    server: [checkServer],
    upgrades: [checkObservable],
    path: [checkPath],
    listening: [checkFunction],
    authenticate: [checkFunction],
    authenticateTimeout: [checkDuration, 10_000, { min: 1 }],
    maxConnections: [checkCount, Infinity, { min: 1, infinite: true }],
    maxUpgradesPerSecond: [checkCount, Infinity, { min: 1, infinite: true }],
    retryAfter: [checkDuration, 5_000, {}],
    drain: [checkDrain],
    closeTimeout: [checkDuration, 2_000, {}],
    maxPayload: [checkCount, 1_048_576, { min: 1 }],
    maxBuffered: [checkCount, 16_777_216, { min: 1 }],
    perMessageDeflate: [checkDeflate, false],
    confirmTimeout: [checkDuration, 10_000, { min: 1, infinite: true }],
    maxHeld: [checkCount, 1_000, {}],
    addressOf: [checkFunction, addressOfSocket],
    events: [checkObserver],
    counters: [checkCounting, createCounters()],
    clock: [checkFunction, () => performance.now()],
    random: [checkFunction, Math.random],
  });
  const { port, host, server, upgrades } = settings;
  const protocol = checkProtocol('serve', 'protocol', options.protocol);
  if ([port, server, upgrades].filter((source) => source !== undefined).length !== 1)
    throw new TypeError('serve: one of port, server and upgrades must be given');
  for (const [name, value] of Object.entries({ host, requestTimeout: options.requestTimeout }))
    if (value !== undefined && port === undefined) throw new TypeError(`serve: ${name} goes with port: a server has its own`);
  const subprotocols = protocol.subprotocols ?? [];
  return {
    ...settings,
    events: countEvents(settings.counters, settings.events),
    protocol,
    contract: servedContract('serve', options.contract, options.validation),
    codec: () => (protocol as Required<Protocol>).server(settings.maxPayload),
    chooseSubprotocol: (offered) => subprotocols.find((name) => offered.has(name)) ?? false,
    isAllowedOrigin: originCheck(options.origins),
  };
}
