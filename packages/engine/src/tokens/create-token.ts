import { randomUUID } from "node:crypto";

import { DrumlineError } from "@drumline/core/errors";
import type { Database } from "@drumline/db";

import type { Role } from "./role.ts";
import { createSecret, hashSecret } from "./secret.ts";
import { insertToken } from "./tokens.sql.ts";

/** It stands in the audit, in log lines and beside runs. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._@-]{0,79}$/u;

/** Whom the audit names for the token of the environment. */
export const ADMIN_TOKEN_NAME = "API_ADMIN_TOKEN";

/** The name cannot be a token's, or an active token has it. */
export class RefusedToken extends DrumlineError {
  constructor(message: string) {
    super(message, { code: "REFUSED_TOKEN" });
  }
}

/**
 * Makes a token and answers its secret, which is kept nowhere else.
 * @throws {RefusedToken} when the name cannot be one, or an active token has it
 */
export async function createToken(db: Database, name: string, role: Role): Promise<string> {
  if (!NAME.test(name) || name === ADMIN_TOKEN_NAME)
    throw new RefusedToken(
      `"${name}" is no name for a token; expected up to 80 letters, digits, blanks and . _ @ -, the first a letter or digit`,
    );
  const secret = createSecret();
  if (!(await insertToken(db, { id: randomUUID(), name, role, hash: hashSecret(secret) })))
    throw new RefusedToken(
      `there is an active token (or a user) named "${name}" already; revoke it first, or choose another name`,
    );
  return secret;
}
