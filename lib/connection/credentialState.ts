/**
 * What is known of the credential that attempts use. One belongs to one credential: to a `connect`, or to an applied
 * `authenticate`. Attempts may overlap, so a refusal counts only against the credential that the attempt began with.
 */
export interface CredentialState {
  /** Begins an attempt with the present credential. */
  begin(): CredentialUse;
  /** A new credential was got. */
  renewed(): void;
}

/** One attempt's use of the credential. */
export interface CredentialUse {
  /** The present credential was refused: a new one is needed before it is used. */
  readonly stale: boolean;
  /** The credential in use came from a refresh. */
  readonly refreshed: boolean;
  /** The attempt uses the present credential, got since it began. */
  adopt(): void;
  /** A session became usable with it. */
  accepted(): void;
  /** It was refused. Whether a new one may help: not, if this one was new and never of use. */
  refused(): boolean;
}

/** A credential of which nothing is known yet. */
export function createCredentialState(): CredentialState {
  // A new one is another object: what is said of an old one changes nothing.
  let current = { refreshed: false, stale: false };
  return {
    renewed() {
      current.stale = false;
      current = { refreshed: true, stale: false };
    },
    begin() {
      let mine = current;
      return {
        get stale() {
          return mine.stale;
        },
        get refreshed() {
          return mine.refreshed;
        },
        adopt() {
          mine = current;
        },
        accepted() {
          mine.refreshed = false;
        },
        refused() {
          // Somebody got a new one since: this refusal says nothing about it.
          if (mine !== current) return true;
          // After a final refusal the next subscriber starts anew.
          if (mine.refreshed) current = { refreshed: false, stale: false };
          else mine.stale = true;
          return mine.stale;
        },
      };
    },
  };
}
