import { isTimezone } from "@drumline/core/config";

const known = new Map<string, boolean>();

/** The person's zone where there is such a one, else the shop's. */
export function toTimeZone(timeZone: string | null, shopTimeZone: string): string {
  if (timeZone === null) return shopTimeZone;
  let isKnown = known.get(timeZone);
  if (isKnown === undefined) {
    isKnown = isTimezone(timeZone);
    // What people write as a zone must not fill the memory.
    if (known.size < 1_000) known.set(timeZone, isKnown);
  }
  return isKnown ? timeZone : shopTimeZone;
}
