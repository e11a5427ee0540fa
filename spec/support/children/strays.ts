// A spec that passes, and leaves behind what its last argument says. Run by rootHooks-spec.ts, not by the suites.
import sinon from 'sinon';

const strays: Readonly<Record<string, () => unknown>> = {
  rejection: () => void Promise.reject(new Error('nobody handled me')),
  timer: () => setTimeout(() => undefined, 60_000),
  clock: () => sinon.useFakeTimers(),
  nothing: () => undefined,
};

it('ends well', () => {
  strays[process.env.STRAY ?? 'nothing']?.();
});
