/** A simple text message: unfolded headers with encoded words read, and its body. */
export function parseMime(raw: string): { headers: Record<string, string>; text: string } {
  const end = raw.search(/\r?\n\r?\n/);
  const head = end < 0 ? raw : raw.slice(0, end);
  const body = end < 0 ? "" : raw.slice(end).replace(/^\r?\n\r?\n/, "");
  const headers: Record<string, string> = {};
  for (const line of head.replaceAll(/\r?\n[ \t]+/g, " ").split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = readWords(line.slice(colon + 1).trim());
  }
  const isBase64 = headers["content-transfer-encoding"]?.toLowerCase() === "base64";
  return { headers, text: isBase64 ? Buffer.from(body, "base64").toString("utf8") : body };
}

/** RFC 2047, base64 only; white space between two encoded words is none. */
const readWords = (value: string): string =>
  value
    .replaceAll(/\?=\s+=\?/g, "?==?")
    .replaceAll(/=\?utf-8\?B\?([^?]*)\?=/gi, (_, word: string) => Buffer.from(word, "base64").toString("utf8"));
