import { DrumlineError } from "@drumline/core/errors";
import type { Log } from "@drumline/core/log";
import type { Database } from "@drumline/db";
import { hasAdminToken, hasAdminUser } from "@drumline/engine";

const CURE =
  "Set API_ADMIN_TOKEN, or make a token or a user: npx drumline token create <name> --role admin, npx drumline users create <name> --role admin";

/** Nobody could change anything, and whoever came next would be tempted to open the api to everybody. */
export class MissingAdminToken extends DrumlineError {
  constructor() {
    super(
      `No admin token is set and no user is an admin, and in production the api does not start without either. ${CURE}`,
      {
        code: "MISSING_ADMIN_TOKEN",
      },
    );
  }
}

/** @throws {MissingAdminToken} in production; elsewhere it is a warning */
export async function requireAdminToken(
  db: Database,
  log: Log,
  {
    adminToken,
    environment,
    adminsComeByProvider = false,
  }: { adminToken: string | null; environment: string; adminsComeByProvider?: boolean },
): Promise<void> {
  if (adminToken !== null || adminsComeByProvider || (await hasAdminToken(db)) || (await hasAdminUser(db))) return;
  if (environment === "production") throw new MissingAdminToken();
  log.warn({ cure: CURE }, "no admin token is set and no user is an admin: only health answers");
}
