import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

import { DrumlineError } from "@drumline/core/errors";

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const MARK = "sealed:v1:";

/** A secret in a table that cannot be used; the message never holds any of it. */
export class UnusableSecret extends DrumlineError {
  constructor(owner: string, problem: string) {
    super(`the secret of ${owner} cannot be used: ${problem}`, { code: "UNUSABLE_SECRET" });
  }
}

/** Reads and writes the secrets that stand in tables: `env:NAME`, or sealed by AES-256-GCM for one owner. */
export interface SecretBox {
  /** Bound to the owner: the text copied into another row does not open there. Throws `UnusableSecret` without a key. */
  seal(plain: string, owner: string): string;
  /** Throws `UnusableSecret` for anything plain, foreign or tampered with. */
  open(stored: string, owner: string): string;
}

/** `env` is for references; only names that begin with ECOMNOW_SECRET_ can be referred to, so that no table reads DATABASE_URL. */
export function createSecretBox(key: Buffer | null, env: Readonly<Record<string, string | undefined>>): SecretBox {
  const requireKey = (owner: string): Buffer => {
    if (key === null) throw new UnusableSecret(owner, "ECOMNOW_SECRET_KEY is not set.");
    return key;
  };
  return {
    seal: (plain, owner) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", requireKey(owner), nonce).setAAD(Buffer.from(owner));
      const sealed = Buffer.concat([nonce, cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()]);
      return MARK + sealed.toString("base64");
    },
    open: (stored, owner) => {
      if (stored.startsWith("env:")) return fromEnv(stored.slice("env:".length), owner, env);
      if (!stored.startsWith(MARK))
        throw new UnusableSecret(owner, "it is neither sealed nor a reference such as env:ECOMNOW_SECRET_ACME.");
      const bytes = Buffer.from(stored.slice(MARK.length), "base64");
      const nonce = bytes.subarray(0, NONCE_BYTES);
      try {
        const decipher = createDecipheriv("aes-256-gcm", requireKey(owner), nonce)
          .setAAD(Buffer.from(owner))
          .setAuthTag(bytes.subarray(-TAG_BYTES));
        return decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
      } catch (error) {
        if (error instanceof UnusableSecret) throw error;
        throw new UnusableSecret(owner, "it was sealed with another key, or for another row; seal it anew.");
      }
    },
  };
}

/** Throws with what was expected. */
export function parseSecretKey(raw: string): Buffer {
  const key = Buffer.from(raw, "base64");
  if (key.length !== KEY_BYTES)
    throw new Error("expected 32 bytes in base64, as `openssl rand -base64 32` writes them");
  return key;
}

const REFERENCE = /^ECOMNOW_SECRET_(?!KEY$)[A-Z0-9_]+$/;

function fromEnv(name: string, owner: string, env: Readonly<Record<string, string | undefined>>): string {
  if (!REFERENCE.test(name))
    throw new UnusableSecret(owner, `env:${name} is not a name such as env:ECOMNOW_SECRET_ACME.`);
  const value = env[name];
  if (value === undefined || value === "") throw new UnusableSecret(owner, `${name} is not set.`);
  return value;
}
