import { SECOND_MS } from "@drumline/core/clock";

/** Where AWS is and who we are there. */
export interface AwsAccess {
  readonly region: string;
  /** Null: AWS itself. */
  readonly endpoint: string | null;
  /** Null: the SDK's own search (environment, profile, container, instance). */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | null;
}

export interface AwsPatience {
  /** For one attempt. */
  readonly requestTimeoutMs?: number;
  /** Attempts, the first included. */
  readonly maxAttempts?: number;
}

export const REQUEST_TIMEOUT_MS = 5 * SECOND_MS;

// A stand-in asks for a signature and does not look at it.
const STAND_IN_CREDENTIALS = { accessKeyId: "stand-in", secretAccessKey: "stand-in" };

/** What every AWS client of ours is made with: without `throwOnRequestTimeout` a hanging call would only be warned of. */
export function toClientOptions(
  { region, endpoint, credentials }: AwsAccess,
  { requestTimeoutMs = REQUEST_TIMEOUT_MS, maxAttempts = 3 }: AwsPatience,
) {
  const known = credentials ?? (endpoint === null ? null : STAND_IN_CREDENTIALS);
  return {
    region,
    maxAttempts,
    requestHandler: {
      requestTimeout: requestTimeoutMs,
      connectionTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
    },
    ...(endpoint === null ? {} : { endpoint }),
    ...(known === null ? {} : { credentials: known }),
  };
}
