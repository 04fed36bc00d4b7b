/** So that an identifier stays readable in a path, a log line and a column. */
const LONGEST = 100;

/** Letters that Unicode does not take apart into a plain letter and a mark. */
const PLAIN_LETTERS: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
};

/**
 * The identifier that a name makes: `Orders to Magento` is `orders-to-magento`. Lower case, letters and digits with dashes
 * between, at most 100 of them; `fallback` where the name has none of these (an emoji, another script).
 */
export function toIdentifier(name: string, fallback: string): string {
  const plain = name
    .normalize("NFKD")
    .toLowerCase()
    .normalize("NFKD")
    .replaceAll(/[ßæœøłđðþı]/g, (letter) => PLAIN_LETTERS[letter]!)
    .replaceAll(/\p{M}/gu, "");
  const words = plain.match(/[a-z0-9]+/g) ?? [fallback];
  return words.join("-").slice(0, LONGEST).replace(/-$/, "");
}

/** The first of `orders`, `orders-2`, `orders-3` … that is not taken. */
export function toFreeIdentifier(identifier: string, isTaken: (identifier: string) => boolean): string {
  let free = identifier;
  for (let no = 2; isTaken(free); no += 1) free = `${identifier.slice(0, LONGEST - String(no).length - 1)}-${no}`;
  return free;
}
