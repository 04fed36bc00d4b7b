import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "@jest/globals";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PARTS = ["packages", "apps"].flatMap((place) =>
  readdirSync(join(ROOT, place)).map((part) => join(ROOT, place, part, "src")),
);
const WRITTEN_DOWN = /context: "(\w+)",\s+name: "(\w+)",\s+severity: "(?:ERROR|WARNING|INFO)",\s+cure:/g;
const SEVERITY = /^\s+severity: "(?:ERROR|WARNING|INFO)",$/gm;

/** Kinds are read from the sources, since no process knows them all: each context has its own. */
const sources = PARTS.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.includes(".test.") && !path.includes("generated"))
    .map((path) => readFileSync(join(folder, path), "utf8")),
);
const kinds = sources.flatMap((source) =>
  [...source.matchAll(WRITTEN_DOWN)].map(([, context, name]) => ({ context, name })),
);

describe("the kinds of problems", () => {
  it("are all found here: as many as severities are written down", () => {
    expect(kinds.length).toBeGreaterThan(25);
    expect(kinds).toHaveLength(sources.flatMap((source) => source.match(SEVERITY) ?? []).length);
  });

  it("have each a name of its own, over all contexts", () => {
    const names = kinds.map(({ name }) => name);
    expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([]);
  });

  it("stand each in the table of docs/operations.md, and nothing else does", () => {
    const docs = readFileSync(join(ROOT, "docs/operations.md"), "utf8");
    const [, table = ""] = /^\| Kind +\|.*\n((?:\|.*\n)+)/m.exec(docs) ?? [];
    const listed = [...table.matchAll(/^\|([^|]*)\|/gm)].flatMap(([, cell]) => cell!.match(/\b[A-Z][A-Z_]+\b/g) ?? []);
    expect(new Set(listed)).toEqual(new Set(kinds.map(({ name }) => name)));
    expect(listed).toHaveLength(kinds.length);
  });
});
