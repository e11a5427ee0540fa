/** Who a peer is. */
export interface Identity {
  /** The name of the user: all peers of one user have the same. */
  readonly user: string;
  /** When the credential expires, in ms since 1970; `undefined`: never. */
  readonly expiresAt?: number | undefined;
  /** Whatever else the application knows of the user: roles, a name to show. */
  readonly claims?: unknown;
}

/** Whether an application gave what it has to: an object with the name of a user. */
export const isIdentity = (value: unknown): value is Identity => {
  const { user, expiresAt } = (value ?? {}) as Partial<Identity>;
  return (
    typeof user === 'string' &&
    user !== '' &&
    (expiresAt === undefined || (typeof expiresAt === 'number' && !Number.isNaN(expiresAt)))
  );
};
