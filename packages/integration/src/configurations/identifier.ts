const MOST_CHARACTERS = 60;

/**
 * An identifier out of a name: small letters, digits and hyphens; `fallback` where the name has none of them. It is made
 * once: whatever refers to it goes on doing so when the name changes.
 */
export function toIdentifier(name: string, fallback: string): string {
  const plain = name
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, MOST_CHARACTERS)
    .replaceAll(/^-+|-+$/g, "");
  return plain === "" ? fallback : plain;
}

/** The identifier that is free: with the next number behind it where others have the same name. */
export function toFreeIdentifier(identifier: string, taken: ReadonlySet<string>): string {
  if (!taken.has(identifier)) return identifier;
  let no = 2;
  while (taken.has(`${identifier}-${no}`)) no += 1;
  return `${identifier}-${no}`;
}
