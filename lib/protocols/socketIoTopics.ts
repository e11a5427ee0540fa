/** An event with its arguments, as it goes over the wire. */
export type SocketIoCall = readonly [event: string, ...args: unknown[]];

/** How to ask for a topic, or to give it up: the event whose arguments are the topic, and its params if there are any; or a function. */
export type SocketIoAsk = string | ((topic: string, params: unknown) => SocketIoCall | undefined);

/**
 * How a gateway is asked for topics, for the option `topics` of `socketIo()`. The functions have no effects, and do not throw on what a
 * gateway sends.
 */
export interface SocketIoTopics {
  /**
   * Asks for a topic; the gateway's ack confirms it, or refuses it where it is an error reply. Left out, or with a function that gives
   * `undefined`: none is needed, the topic is confirmed at once, and has no params.
   */
  readonly subscribe?: SocketIoAsk | undefined;
  /**
   * Gives up a topic that was asked for; nothing is awaited. Of two topics of one name that would be given up in the same words, the last one
   * does it. Left out: there is nothing to say.
   */
  readonly unsubscribe?: SocketIoAsk | undefined;
  /** Topic and data of an event whose name is not its topic. Left out, or for `undefined`: the topic is the name of the event. */
  readonly notification?:
    | ((event: string, args: readonly unknown[]) => readonly [topic: string, data: unknown] | undefined)
    | undefined;
}
