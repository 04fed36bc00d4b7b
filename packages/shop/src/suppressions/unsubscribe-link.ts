import { createHmac, timingSafeEqual } from "node:crypto";

import { MAIL_LISTS, type MailList } from "./suppression.sql.ts";

/** Who leaves which list. The person is a hash, so that a link that is passed on, or logged, names nobody. */
export interface Unsubscription {
  readonly list: MailList;
  readonly emailHash: string;
}

export const unsubscribePathOf = (token: string): string => `/shop/unsubscribe?token=${token}`;

/** `<list>.<hash of the address>.<signature>`: it needs no row, and is good for as long as the key is. */
export function toUnsubscribeToken({ list, emailHash }: Unsubscription, key: string): string {
  return `${list}.${emailHash}.${sign(`${list}.${emailHash}`, key)}`;
}

/** Null for what was not signed by this key. */
export function readUnsubscribeToken(token: string, key: string): Unsubscription | null {
  const [, list = "", emailHash = "", signature = ""] =
    /^([a-z-]{1,32})\.([0-9a-f]{64})\.([\w-]{43})$/.exec(token) ?? [];
  const known = MAIL_LISTS.find((name) => name === list);
  if (known === undefined) return null;
  const expected = Buffer.from(sign(`${list}.${emailHash}`, key));
  return timingSafeEqual(expected, Buffer.from(signature)) ? { list: known, emailHash } : null;
}

const sign = (text: string, key: string): string =>
  createHmac("sha256", key).update(`unsubscribe ${text}`, "utf8").digest("base64url");
