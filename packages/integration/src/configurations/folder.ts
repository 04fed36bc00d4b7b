import { resolve, sep } from "node:path";

import { DrumlineError } from "@drumline/core/errors";

/** A folder that a configuration names cannot be used. */
export class FolderRefused extends DrumlineError {
  constructor(folder: string, why: string) {
    super(`the folder "${folder}" cannot be used: ${why}`, { code: "FOLDER_REFUSED" });
  }
}

/** Where a configuration's folder lies. @throws {FolderRefused} for one outside of the root, or without a root */
export function toFolder(root: string | null, folder: string): string {
  if (root === null) throw new FolderRefused(folder, "INTEGRATION_FOLDER is not set.");
  const whole = resolve(root);
  const path = resolve(whole, folder);
  if (!path.startsWith(whole + sep)) throw new FolderRefused(folder, "it lies outside of INTEGRATION_FOLDER.");
  return path;
}
