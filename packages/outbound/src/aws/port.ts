/** A user as Cognito lists it. */
export interface CognitoUser {
  readonly username: string;
  /** Cognito's own id, never used again; null where a pool does not show it. */
  readonly sub: string | null;
  readonly email: string | null;
  /** `custom:platform` as it stands there; null where the user has none. */
  readonly platform: string | null;
  readonly enabled: boolean;
  readonly createdAt: Date;
}

/**
 * AWS Cognito, one user pool. Every call throws the errors of outbound/http: `AuthenticationRefused`, `RateLimited`,
 * `Unavailable`, `UnusableAnswer`; and the signal's reason when aborted.
 */
export interface CognitoGateway {
  /**
   * Every user, page by page; it ends without an error only when the pool has told of its last page. A user that
   * moves while the pages are read can come twice.
   */
  listUsers(signal: AbortSignal): AsyncIterable<readonly CognitoUser[]>;
  /** Null where there is no such user. */
  getUser(username: string, signal: AbortSignal): Promise<CognitoUser | null>;
  /** `gone` where there is no such user; disabling a disabled user is `done`. */
  disableUser(username: string, signal: AbortSignal): Promise<"done" | "gone">;
  enableUser(username: string, signal: AbortSignal): Promise<"done" | "gone">;
  /** For good: there is no way back. */
  deleteUser(username: string, signal: AbortSignal): Promise<"done" | "gone">;
}
