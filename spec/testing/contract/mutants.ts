import { expect } from 'chai';
import { MalformedMessageError } from 'rxgate';
import type { Codec, Greeting, Message, Protocol } from 'rxgate/protocols';
import { protocolContract } from 'rxgate/testing';
import type { ContractScript } from '../../../lib/testing/contract/contractScript.js';
import { completeProtocol, completeSubject } from './completeProtocol.js';

/** What a wrong protocol does instead. */
type Wrong = (codec: Codec) => Partial<Codec>;

/** A protocol that is wrong in one way, and the cases that find it out. */
export interface Mutant {
  readonly does: string;
  readonly protocol: () => Protocol;
  /** The beginnings of the names of the cases, at least one. */
  readonly fails: readonly string[];
  /** What the error of the first of them says. */
  readonly says: RegExp;
}

type Of<K extends Message['kind']> = Extract<Message, { readonly kind: K }>;

/** Changes what is read of one kind. */
export const reading =
  <K extends Message['kind']>(kind: K, change: (message: Of<K>) => Message | readonly Message[]): Wrong =>
  (codec) => ({
    decode: (frame) =>
      [codec.decode(frame)].flat().flatMap((message) => (message.kind === kind ? change(message as Of<K>) : message)),
  });

/** Changes what is written for one kind. */
export const writing =
  <K extends Message['kind']>(kind: K, change: (message: Of<K>, codec: Codec) => ReturnType<Codec['encode']>): Wrong =>
  (codec) => ({
    encode: (message) => (message.kind === kind ? change(message as Of<K>, codec) : codec.encode(message)),
  });

/** The protocol, with sessions whose codecs are wrong. What `make` keeps is kept for the whole protocol. */
export const wrong =
  (make: () => Wrong, change: Partial<Protocol> = {}): (() => Protocol) =>
  () => {
    const complete = completeProtocol();
    const mutate = make();
    return {
      ...complete,
      ...change,
      client: () => {
        const codec = complete.client();
        return { ...codec, ...mutate(codec) };
      },
    };
  };
/** As `wrong`, where nothing is kept. */
export const simply = (mutate: Wrong): (() => Protocol) => wrong(() => mutate);

/** The greeting of the complete protocol. */
export const greetingOf = (codec: Codec): Greeting => codec.greeting as Greeting;
/** A message of that kind. */
export const malformed = (message: string): Message => ({ kind: 'malformed', error: new MalformedMessageError('in', message) });

/** What a case says of a protocol; the case is the one whose name begins so. */
const verdictOf = async (protocol: () => Protocol, begin: string): Promise<readonly [name: string, verdict: string]> => {
  const [one, ...more] = protocolContract({ ...completeSubject, protocol }).filter(({ name }) => name.startsWith(begin));
  if (!one || !('run' in one) || more.length > 0) throw new Error(`"${begin}" is no beginning of one name`);
  return one.run().then(
    () => [one.name, 'nothing'],
    (error: unknown) => [one.name, (error as Error).message],
  );
};

/** Tests that the cases hold for a protocol that is right, that they find out those that are wrong, and that each of them can fail. */
export function describeCases(title: string, scripts: readonly ContractScript[], mutants: readonly Mutant[]): void {
  describe(title, () => {
    const own = new Set(scripts.map(({ name }) => name));
    const found = new Set<string>();
    for (const each of protocolContract(completeSubject).filter(({ name }) => own.has(name)))
      it(`hold for a protocol that is right: ${each.name}`, () => {
        if (!('run' in each)) throw new Error(`left out: ${each.skipped}`);
        return each.run();
      });

    for (const { does, protocol, fails, says } of mutants)
      it(`find out a protocol that ${does}`, async () => {
        const verdicts: string[] = [];
        for (const begin of fails) {
          const [name, verdict] = await verdictOf(protocol, begin);
          verdicts.push(verdict);
          found.add(name);
        }
        expect(verdicts).to.not.include('nothing');
        expect(verdicts[0]).to.match(says);
      });

    it('can all fail', () => {
      expect([...own].filter((name) => !found.has(name))).to.deep.equal([]);
    });
  });
}
