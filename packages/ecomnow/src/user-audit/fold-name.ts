/**
 * A name or an e-mail address as it is compared: without spaces around it, in one form of Unicode, and without case. Done
 * here and not by the database, whose locale may know no letter beyond ASCII or dot its letters as Turkish does. What could be
 * the same counts as the same, dotted or not.
 */
export function foldName(text: string): string {
  return text.normalize("NFKC").toUpperCase().toLowerCase().replaceAll("i\u0307", "i").normalize("NFKC").trim();
}

/** A platform's word as findings carry it: `eu ` and `EU` are one platform. */
export const toPlatformWord = (text: string): string => foldName(text).toUpperCase();

export const isSamePlatform = (one: string, other: string): boolean => toPlatformWord(one) === toPlatformWord(other);
