const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** CPU per call in nanoseconds, of so many calls. */
export function cost(check: () => boolean, calls: number): number {
  const before = cpu();
  for (let call = 0; call < calls; call++) if (!check()) throw new Error('A value that is right was refused');
  return ((cpu() - before) / calls) * 1_000;
}
