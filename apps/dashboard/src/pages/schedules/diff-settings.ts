/** One setting that a change of a schedule changed, as text. */
export interface ChangedSetting {
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What nobody chose: it follows from the rest, or says when. */
const DERIVED = new Set([
  "id",
  "version",
  "updatedAt",
  "createdAt",
  "contentHash",
  "catalogueVersion",
  "anchorAt",
  "lastDueAt",
]);

/** Only what differs, in the order of the later one; nested settings by their path. */
export function diffSettings(before: unknown, after: unknown): ChangedSetting[] {
  const [old, fresh] = [flatten(before), flatten(after)];
  const names = [...fresh.keys(), ...[...old.keys()].filter((name) => !fresh.has(name))];
  return names
    .filter((name) => !DERIVED.has(name.split(".")[0]!) && old.get(name) !== fresh.get(name))
    .map((name) => ({ name, before: old.get(name) ?? null, after: fresh.get(name) ?? null }));
}

function flatten(value: unknown, path = "", found = new Map<string, string>()): Map<string, string> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    for (const [name, inner] of Object.entries(value)) flatten(inner, path === "" ? name : `${path}.${name}`, found);
  } else if (path !== "" && value !== undefined && value !== null)
    found.set(path, typeof value === "string" ? value : JSON.stringify(value));
  return found;
}
