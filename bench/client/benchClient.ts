import type { DialectName } from '../dialects/dialects.js';

/** What a driver must do for the workloads, all of it over one connection. */
export interface BenchClient {
  /** Calls back with the reply's data. */
  request(command: string, data: unknown, done: (data: unknown) => void): void;
  /** The same for one that may take a minute, where a reply is awaited for less by default. */
  patient?(command: string, data: unknown, done: (data: unknown) => void): void;
  /** Calls back with the data of each notification. */
  subscribe(topic: string, next: (data: unknown) => void): void;
  /** Gives the connection up; resolves once a new one is open. It has all topics again, or will ask for them before anything else. */
  reconnect?(): Promise<void>;
  close(): void;
}

/** One contestant. */
export interface Peer {
  readonly dialect: DialectName;
  connect(url: string): Promise<BenchClient>;
  /** One handler per topic and no way back after a loss: what people add around it by hand is added where a workload needs it. */
  readonly bare?: boolean;
  /** The workloads that it cannot express. */
  readonly cannot?: readonly string[];
}
