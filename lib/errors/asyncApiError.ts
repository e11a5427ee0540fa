/** Characters of a pointer in a message. */
const mostShown = 200;

const shown = (pointer: string): string =>
  pointer.length <= mostShown ? pointer : `${pointer.slice(0, mostShown / 2)} … ${pointer.slice(-mostShown / 2)}`;

/** An AsyncAPI document, or a part of it, that cannot be used: where, and why. */
export class AsyncApiError extends Error {
  override readonly name = 'AsyncApiError';

  /**
   * @param pointer - The JSON pointer of the part, such as `#/components/schemas/Bar/properties/time`; `#` is the document as a whole. A long one is cut in the middle of the message.
   * @param reason - Why it cannot be used, without the pointer.
   */
  constructor(
    readonly pointer: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`${shown(pointer)}: ${reason}`, options);
  }
}
