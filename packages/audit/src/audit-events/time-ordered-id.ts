import { v7, type Version7Options } from "uuid";

/**
 * A UUID of version 7 (RFC 9562): the instant first, then chance. Rows that are written, and archived, one after the other
 * lie side by side in the index; random ids would touch a page of it each.
 * @param chance what tests put in the place of chance
 */
export function timeOrderedId(at: Date, chance: Pick<Version7Options, "random" | "seq"> = {}): string {
  return v7({ ...chance, msecs: at.getTime() });
}
