import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { beforeAll, describe, expect, it } from "@jest/globals";

const path = (below: string): string => fileURLToPath(new URL(`../${below}`, import.meta.url));
const BUDGET_KB = 260;

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly isEntry?: boolean;
}

describe("the first load", () => {
  let manifest: Readonly<Record<string, Chunk>>;
  beforeAll(() => {
    execFileSync(process.execPath, [path("build.mjs")], { stdio: ["ignore", "ignore", "inherit"] });
    manifest = JSON.parse(readFileSync(path("dist/.vite/manifest.json"), "utf8")) as typeof manifest;
  });

  /** A chunk and all that is loaded with it, lazy pages left out. */
  const withImports = (name: string, seen = new Set<string>()): Set<string> => {
    if (seen.has(name)) return seen;
    seen.add(name);
    for (const imported of manifest[name]!.imports ?? []) withImports(imported, seen);
    return seen;
  };
  const sizeKb = (names: Iterable<string>): number =>
    [...new Set([...names].map((name) => manifest[name]!.file))]
      .map((file) => gzipSync(readFileSync(path(`dist/${file}`))).length / 1_024)
      .reduce((sum, size) => sum + size, 0);

  it.each(["overview/overview-page.tsx", "problems/problems-page.tsx", "sign-in/sign-in-page.tsx"])(
    `takes less than ${BUDGET_KB} kB of packed script to %s`,
    (page) => {
      const entry = Object.keys(manifest).find((name) => manifest[name]!.isEntry)!;
      const size = sizeKb([...withImports(entry), ...withImports(`src/pages/${page}`)]);
      expect(size).toBeGreaterThan(50);
      expect(size).toBeLessThan(BUDGET_KB);
    },
  );

  it("keeps the charts out of it", () => {
    const entry = Object.keys(manifest).find((name) => manifest[name]!.isEntry)!;
    const names = [...withImports(entry), ...withImports("src/pages/overview/overview-page.tsx")];
    expect(names.filter((name) => name.includes("charts"))).toEqual([]);
  });
});
