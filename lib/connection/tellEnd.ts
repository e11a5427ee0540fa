/** Errors an observer, or completes it where there is no error. */
export const tellEnd = (observer: { error(error: unknown): void; complete(): void }, error: unknown): void => {
  if (error === undefined) observer.complete();
  else observer.error(error);
};
