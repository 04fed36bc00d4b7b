import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { codeOf } from "@drumline/core/errors";
import { createSecret } from "@drumline/engine";

/**
 * The admin token of this folder's api: made at the first start, the same at each later one, so that open pages and
 * scripts go on. Only the owner of the folder can read the file.
 */
export function loadOrCreateAdminToken(stateDir: string): string {
  const file = join(stateDir, "admin-token");
  const kept = readToken(file);
  if (kept !== null) return kept;
  const token = createSecret();
  writeFileSync(file, `${token}\n`, { mode: 0o600 });
  // The mode counts only for a file that is new.
  chmodSync(file, 0o600);
  return token;
}

/** Whether an earlier start has made one, and shown it. */
export const hasAdminToken = (stateDir: string): boolean => readToken(join(stateDir, "admin-token")) !== null;

function readToken(file: string): string | null {
  try {
    return readFileSync(file, "utf8").trim() || null;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}
