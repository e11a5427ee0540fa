import { type Profiler, Session } from 'node:inspector';

export type Profile = Profiler.Profile;

/** Does the work with the profiler on: one sample in 200 µs. What the process did before is not in it. */
export async function profiled(work: () => Promise<void>): Promise<Profile> {
  const session = new Session();
  session.connect();
  const post = (method: string, params: object = {}): Promise<unknown> =>
    new Promise((resolve, reject) => {
      session.post(method, params, (error: Error | null, result?: object) => {
        if (error) reject(error);
        else resolve(result);
      });
    });
  await post('Profiler.enable');
  await post('Profiler.setSamplingInterval', { interval: 200 });
  await post('Profiler.start');
  await work();
  const { profile } = (await post('Profiler.stop')) as { profile: Profile };
  session.disconnect();
  return profile;
}
