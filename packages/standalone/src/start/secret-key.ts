import { randomBytes } from "node:crypto";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { codeOf } from "@drumline/core/errors";

/** The ECOMNOW_SECRET_KEY that `npm start` made in this folder; null where it made none. */
export function readSecretKey(stateDir: string): string | null {
  try {
    return readFileSync(join(stateDir, "secret-key"), "utf8").trim() || null;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

/**
 * What seals the secrets in this folder's database: made at the first start and the same at each later one, or nothing that
 * was sealed would open. Only the owner of the folder can read the file.
 */
export function loadOrCreateSecretKey(stateDir: string): string {
  const kept = readSecretKey(stateDir);
  if (kept !== null) return kept;
  const file = join(stateDir, "secret-key");
  const key = randomBytes(32).toString("base64");
  writeFileSync(file, `${key}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
  return key;
}
