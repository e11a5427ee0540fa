/** The sockets, servers and timers that keep this process alive, by kind, sorted. */
export const activeResources = (): readonly string[] =>
  process
    .getActiveResourcesInfo()
    .filter((kind) => /TCP|TLS|Timeout/.test(kind))
    .sort();

/** Resolves once the active resources are `before` again: sockets take some turns of the loop to go. */
export async function resourcesBackTo(before: readonly string[], within = 5_000): Promise<void> {
  const wanted = before.join();
  const deadline = Date.now() + within;
  while (activeResources().join() !== wanted) {
    if (Date.now() > deadline) throw new Error(`Still active: ${activeResources().join()}; before: ${wanted}`);
    await new Promise(setImmediate);
  }
}
