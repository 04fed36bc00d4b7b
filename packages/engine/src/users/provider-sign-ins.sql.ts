import { MINUTE_MS } from "@drumline/core/clock";
import { type Database, Prisma } from "@drumline/db";

import { hashSecret } from "../tokens/secret.ts";

export const PROVIDER_SIGN_IN_LIFE_MS = 10 * MINUTE_MS;

/** A sign-in that has been sent to a provider, and what its return must fit. */
export interface ProviderSignIn {
  /** Comes back in the address. */
  readonly state: string;
  /** Comes back in the cookie of the browser that began it. */
  readonly browser: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  /** A path of the dashboard. */
  readonly returnTo: string;
}

/** Good for ten minutes, and for one return. Those that nobody came back from are deleted on the way. */
export async function beginProviderSignIn(db: Database, signIn: ProviderSignIn, now: Date): Promise<void> {
  await db.$executeRaw(Prisma.sql`DELETE FROM provider_sign_in WHERE expires_at <= ${now}`);
  await db.providerSignIn.create({
    data: {
      stateHash: hashSecret(signIn.state),
      browserHash: hashSecret(signIn.browser),
      nonce: signIn.nonce,
      codeVerifier: signIn.codeVerifier,
      returnTo: signIn.returnTo,
      expiresAt: new Date(now.getTime() + PROVIDER_SIGN_IN_LIFE_MS),
    },
  });
}

/** Uses it up. Null where it is unknown, used, too old, or was begun in another browser, whose it then stays. */
export async function takeProviderSignIn(
  db: Database,
  { state, browser }: Pick<ProviderSignIn, "state" | "browser">,
  now: Date,
): Promise<Omit<ProviderSignIn, "state" | "browser"> | null> {
  const [row] = await db.$queryRaw<Omit<ProviderSignIn, "state" | "browser">[]>(Prisma.sql`
    DELETE FROM provider_sign_in
    WHERE state_hash = ${hashSecret(state)} AND browser_hash = ${hashSecret(browser)} AND expires_at > ${now}
    RETURNING nonce, code_verifier AS "codeVerifier", return_to AS "returnTo"`);
  return row ?? null;
}
