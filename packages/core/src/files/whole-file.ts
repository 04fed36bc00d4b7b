import { linkSync, renameSync, rmSync, writeFileSync } from "node:fs";

import { codeOf } from "../errors/index.ts";

export interface WholeFileOptions {
  /** Permissions of the file, such as 0o600 where only its owner may read it; what the umask leaves unless told. */
  readonly mode?: number;
}

/**
 * Creates a file with all of its text at once: a reader finds it whole or not at all, and of two processes only one
 * creates it. False where there is one already.
 */
export function createWholeFile(path: string, text: string, { mode }: WholeFileOptions = {}): boolean {
  const draft = writeDraft(path, text, mode);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Replaces a file, or creates it: a reader finds the old text or the new one, also when this process is killed. */
export function replaceWholeFile(path: string, text: string, { mode }: WholeFileOptions = {}): void {
  renameSync(writeDraft(path, text, mode), path);
}

function writeDraft(path: string, text: string, mode: number | undefined): string {
  const draft = `${path}.${process.pid}`;
  // The mode counts only for a file that is new.
  rmSync(draft, { force: true });
  writeFileSync(draft, text, { mode: mode ?? 0o666 });
  return draft;
}
