const HIDDEN = "[secret]";
/** Hiding less than this would make nonsense of the text. */
const SHORTEST_SECRET = 4;

/** Takes values out of a text, also as they stand in JSON: what was sent as a credential may come back in an answer. */
export function hideValues(values: readonly string[]): (text: string) => string {
  // Longest first: one form may begin with another.
  const found = [...new Set(values.flatMap((form) => [form, escape(form), escape(escape(form))]))]
    .filter((form) => form.length >= SHORTEST_SECRET)
    .sort((left, right) => right.length - left.length);
  return (text) => found.reduce((rest, form) => rest.replaceAll(form, HIDDEN), text);
}

/** As it stands in JSON. */
const escape = (text: string): string => JSON.stringify(text).slice(1, -1);

/** What of a header is a credential: its value, without the scheme before it; of a Basic login its password too. */
export function credentialsIn(headers: Readonly<Record<string, string>>): string[] {
  return Object.values(headers).flatMap((value) => {
    const [, scheme, rest] = /^(\w+) +(.+)$/.exec(value) ?? [];
    if (rest === undefined) return [value];
    if (scheme!.toLowerCase() !== "basic") return [value, rest];
    const login = Buffer.from(rest, "base64").toString();
    return [value, rest, login, login.slice(login.indexOf(":") + 1)];
  });
}
