import { createHash } from "node:crypto";

const KEY_BYTES = 32;

/** Throws with what was expected. */
export function parseSecretKey(raw: string): Buffer {
  const key = Buffer.from(raw, "base64");
  if (key.length !== KEY_BYTES)
    throw new Error("expected 32 bytes in base64, as `openssl rand -base64 32` writes them");
  return key;
}

/** What a sealed text names its key by; it tells nothing of the key. */
export const toKeyId = (key: Buffer): string =>
  createHash("sha256").update("drumline key id\n").update(key).digest("hex").slice(0, 8);
