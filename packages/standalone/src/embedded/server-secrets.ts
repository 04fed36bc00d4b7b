import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { codeOf } from "@drumline/core/errors";
import { replaceWholeFile } from "@drumline/core/files";
import { EmbeddedDatabaseFailed } from "./errors.ts";

/** How an embedded server is reached; kept between starts, readable only by us. */
export interface ServerSecrets {
  readonly port: number | null;
  readonly password: string;
}

/** What an earlier start kept, or a fresh password where there is no data yet that is locked by one. */
export function loadSecrets(path: string, hasData: boolean): ServerSecrets {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (codeOf(error) === "ENOENT" && !hasData) return { port: null, password: randomBytes(24).toString("base64url") };
    throw new EmbeddedDatabaseFailed(
      "database",
      `${path}, which holds its password, cannot be read; run as the user who started it first, ` +
        "or move the folder around it away to begin with empty data",
      error,
    );
  }
}

export function saveSecrets(path: string, secrets: ServerSecrets): void {
  replaceWholeFile(path, JSON.stringify(secrets), { mode: 0o600 });
}
