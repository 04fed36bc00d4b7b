import { createHash } from "node:crypto";

/**
 * An address as people are told apart by: trimmed and lower-cased, and nothing else. Dots and what follows a plus stay,
 * since only some providers ignore them.
 */
export const emailKeyOf = (email: string): string => email.trim().toLowerCase();

/**
 * The key as it outlives the address, which an erasure takes away (hexadecimal sha256): who writes mail and who erases a
 * person must come to the same one.
 */
export const emailHashOf = (emailKey: string): string => createHash("sha256").update(emailKey, "utf8").digest("hex");
