import { commandNotify, type Greeting, type Protocol } from 'rxgate/protocols';

/** The native protocol, with a greeting. */
export const greetingWith = (greeting: Greeting): Protocol => {
  const native = commandNotify();
  return { ...native, client: () => ({ ...native.client(), greeting }) };
};
