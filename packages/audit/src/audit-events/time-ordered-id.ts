import { randomBytes } from "node:crypto";

/**
 * A UUID of version 7 (RFC 9562): the instant first, then chance. Rows that are written, and archived, one after the other
 * lie side by side in the index; random ids would touch a page of it each.
 */
export function timeOrderedId(at: Date, random: Uint8Array = randomBytes(10)): string {
  const ms = at.getTime().toString(16).padStart(12, "0");
  const chance = Buffer.from(random).toString("hex");
  const variant = ((random[2]! & 0x3f) | 0x80).toString(16);
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7${chance.slice(1, 4)}-${variant}${chance.slice(6, 8)}-${chance.slice(8, 20)}`;
}
