/** An AsyncAPI document, or a part of it, that cannot be used: where, and why. */
export class AsyncApiError extends Error {
  override readonly name = 'AsyncApiError';

  /**
   * @param pointer - The JSON pointer of the part, such as `#/components/schemas/Bar/properties/time`; `#` is the document as a whole.
   * @param reason - Why it cannot be used, without the pointer.
   */
  constructor(
    readonly pointer: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`${pointer}: ${reason}`, options);
  }
}
