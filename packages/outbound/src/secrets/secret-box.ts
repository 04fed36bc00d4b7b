import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

import type { Env } from "@drumline/core/config";
import { DrumlineError } from "@drumline/core/errors";

import { toKeyId } from "./secret-key.ts";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const MARK = "sealed:v2:";
/** Of earlier releases: sealed for an owner and no host. Opens still, until it is rotated. */
const OLD_MARK = "sealed:v1:";

/** A secret in a table that cannot be used; the message never holds any of it. */
export class UnusableSecret extends DrumlineError {
  constructor(owner: string, problem: string) {
    super(`the secret of ${owner} cannot be used: ${problem}`, { code: "UNUSABLE_SECRET" });
  }
}

/** Whose secret it is and where it is about to be sent. */
export interface SecretUse {
  /** The row it belongs to, such as `client acme`. */
  readonly owner: string;
  readonly url: string;
}

/** Reads and writes the secrets that stand in tables: `env:NAME`, or sealed by AES-256-GCM for one row and its hosts. */
export interface SecretBox {
  /**
   * Bound to the owner and to the hosts of `urls`: the text copied into another row does not open there, and whoever may
   * change where a row leads is not sent the secret. Throws `UnusableSecret` without a key.
   */
  seal(plain: string, owner: string, urls: readonly string[]): string;
  /** Throws `UnusableSecret` for anything plain, foreign, sealed for another host, or tampered with. */
  open(stored: string, use: SecretUse): string;
  /**
   * Sealed by the key of today, for the hosts it was sealed for, or those of `urls` where it names none yet. Null where it is
   * so already, and for a reference. Throws `UnusableSecret`.
   */
  reseal(stored: string, owner: string, urls: readonly string[]): string | null;
}

export const isSealed = (stored: string): boolean => stored.startsWith(MARK) || stored.startsWith(OLD_MARK);

export interface BoxKeys {
  readonly current: Buffer | null;
  /** Open what they sealed, and seal nothing any more. */
  readonly previous?: readonly Buffer[];
}

/** `env` is for references; only names that begin with ECOMNOW_SECRET_ can be referred to, so that no table reads DATABASE_URL. */
export function createSecretBox({ current, previous = [] }: BoxKeys, env: Env): SecretBox {
  const keys = new Map([...(current === null ? [] : [current]), ...previous].map((key) => [toKeyId(key), key]));

  const seal: SecretBox["seal"] = (plain, owner, urls) => sealFor(owner, { secret: plain, hosts: urls.map(hostOf) });
  const sealFor = (owner: string, content: Content): string => {
    if (current === null) throw new UnusableSecret(owner, NO_KEY);
    const id = toKeyId(current);
    return `${MARK}${id}:${encrypt(current, JSON.stringify(content), `${id}\n${owner}`)}`;
  };

  const openSealed = (stored: string, owner: string): Content => {
    if (keys.size === 0) throw new UnusableSecret(owner, NO_KEY);
    if (stored.startsWith(OLD_MARK)) {
      const opened = [...keys.values()].map((key) => decrypt(key, stored.slice(OLD_MARK.length), owner));
      const secret = opened.find((text) => text !== null);
      if (secret === undefined || secret === null) throw new UnusableSecret(owner, FOREIGN);
      return { secret, hosts: null };
    }
    const [id = "", bytes = ""] = stored.slice(MARK.length).split(":");
    const key = keys.get(id);
    if (key === undefined)
      throw new UnusableSecret(
        owner,
        `it was sealed with the key ${toShownId(id)}, which is neither ECOMNOW_SECRET_KEY nor one of ECOMNOW_SECRET_KEY_PREVIOUS.`,
      );
    const text = decrypt(key, bytes, `${id}\n${owner}`);
    if (text === null) throw new UnusableSecret(owner, FOREIGN);
    return JSON.parse(text) as Content;
  };

  return {
    seal,
    open: (stored, { owner, url }) => {
      if (stored.startsWith("env:")) return fromEnv(stored.slice("env:".length), { owner, url }, env);
      if (!isSealed(stored))
        throw new UnusableSecret(owner, "it is neither sealed nor a reference such as env:ECOMNOW_SECRET_ACME.");
      const { secret, hosts } = openSealed(stored, owner);
      if (hosts !== null && !hosts.includes(hostOf(url)))
        throw new UnusableSecret(
          owner,
          `it is sealed for ${hosts.join(", ")}, and would be sent to ${hostOf(url)}; seal it anew if that is meant.`,
        );
      return secret;
    },
    reseal: (stored, owner, urls) => {
      if (!isSealed(stored)) return null;
      const content = openSealed(stored, owner);
      if (current !== null && content.hosts !== null && stored.startsWith(`${MARK}${toKeyId(current)}:`)) return null;
      return sealFor(owner, { secret: content.secret, hosts: content.hosts ?? urls.map(hostOf) });
    },
  };
}

/** What is sealed: nobody without the key can have written it. */
interface Content {
  readonly secret: string;
  /** Null of a text of an earlier release. */
  readonly hosts: readonly string[] | null;
}

const NO_KEY = "ECOMNOW_SECRET_KEY is not set.";
const FOREIGN = "it was sealed with another key, or for another row; seal it anew.";
const toShownId = (id: string): string => (/^[0-9a-f]{8}$/.test(id) ? id : "(unreadable)");

function encrypt(key: Buffer, plain: string, about: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(about));
  return Buffer.concat([nonce, cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()]).toString("base64");
}

/** Null where it does not open. */
function decrypt(key: Buffer, sealed: string, about: string): string | null {
  const bytes = Buffer.from(sealed, "base64");
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(about))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    return decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
  } catch {
    return null;
  }
}

/** With its port where that is not the usual one. A text that is no URL is a host of its own, which nothing is sent to. */
const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

const REFERENCE = /^ECOMNOW_SECRET_(?!KEY$|KEY_PREVIOUS$)[A-Z0-9_]+$/;

function fromEnv(name: string, { owner, url }: SecretUse, env: Env): string {
  if (!REFERENCE.test(name))
    throw new UnusableSecret(owner, `env:${name} is not a name such as env:ECOMNOW_SECRET_ACME.`);
  const value = env[name];
  if (value === undefined || value === "") throw new UnusableSecret(owner, `${name} is not set.`);
  // Names of keys are no secret, so any row may hold one: this says where it may be sent.
  const hosts = env[`${name}_HOSTS`]?.split(",").map((host) => host.trim());
  if (hosts !== undefined && !hosts.includes(hostOf(url)))
    throw new UnusableSecret(owner, `${name}_HOSTS does not name ${hostOf(url)}, to which it would be sent.`);
  return value;
}
