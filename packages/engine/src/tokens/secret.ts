import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

const PREFIX = "drumline_";
/** 256 bits: no guess finds one, so a plain SHA-256 keeps it as safe as a slow hash would. */
const SECRET_BYTES = 32;

/** A bearer token; the prefix lets secret scanners know what they found. */
export const createSecret = (): string => PREFIX + createRandom();

/** As hard to guess, of a cookie or a link: 43 letters. */
export const createRandom = (): string => randomBytes(SECRET_BYTES).toString("base64url");

/** What is kept of a token: hexadecimal SHA-256. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Takes the same time wherever two hashes of `hashSecret` differ. */
export function isSameHash(left: string, right: string): boolean {
  return timingSafeEqual(Buffer.from(left, "hex"), Buffer.from(right, "hex"));
}
