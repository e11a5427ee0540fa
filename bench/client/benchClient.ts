/** What a driver must do for the workloads: each over one connection, with the native frames. */
export interface BenchClient {
  /** Calls back with the reply's data. */
  request(command: string, data: unknown, done: (data: unknown) => void): void;
  /** Calls back with the data of each notification; `confirmed` once the gateway granted the topic. */
  subscribe(topic: string, next: (data: unknown) => void): void;
  close(): void;
}
