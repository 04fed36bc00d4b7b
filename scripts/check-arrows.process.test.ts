import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";

const CONTEXTS = ["oms", "ecomnow", "shop", "integration"];
const COMPOSITION = ["engine", "tasks", "db", "core"];
/** What contexts use beside the tasks. */
const ASIDE = ["connectors", "events", "audit", "problems", "outbound"];
/** docs/architecture.md, "Arrows", written down a second time on purpose. */
const ALLOWED: Record<string, readonly string[]> = {
  "packages/core": [],
  "packages/db": ["core"],
  "packages/tasks": ["core"],
  "packages/outbound": ["problems", "db", "core"],
  "packages/audit": ["db", "core"],
  "packages/problems": ["audit", "db", "core"],
  "packages/events": ["outbound", "audit", "problems", "db", "core"],
  "packages/connectors": ["outbound", "audit", "db", "core"],
  "packages/engine": ["tasks", "db", "core"],
  ...Object.fromEntries(CONTEXTS.map((context) => [`packages/${context}`, [...ASIDE, "tasks", "db", "core"]])),
  "packages/standalone": [...COMPOSITION, ...CONTEXTS],
  "packages/replay": ["standalone", "events", ...COMPOSITION, ...CONTEXTS],
  "packages/testing": ["standalone", "db", "core"],
  "apps/beat": COMPOSITION,
  "apps/worker": [...COMPOSITION, ...ASIDE, ...CONTEXTS],
  "apps/api": [...COMPOSITION, "events", "audit", "problems", ...CONTEXTS],
  "apps/cli": ["standalone", "replay", "audit", "events", "problems", ...COMPOSITION, ...CONTEXTS],
  "apps/sandbox": ["core"],
};
const PARTS = Object.keys(ALLOWED);
const nameOf = (part: string): string => part.split("/")[1]!;
const isContext = (part: string): boolean => CONTEXTS.includes(nameOf(part));

const script = resolve("scripts/check-arrows.mjs");
let root: string;

/** A miniature of this repository, in which every part offers `@drumline/<part>` and one file behind its back. */
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "drumline-arrows-"));
  write("package.json", JSON.stringify({ name: "drumline", type: "module", devDependencies: { "left-pad": "1" } }));
  write("node_modules/left-pad/package.json", JSON.stringify({ name: "left-pad", version: "1.0.0", main: "index.js" }));
  write("node_modules/left-pad/index.js", "module.exports = 1;");
  mkdirSync(join(root, "node_modules/@drumline"), { recursive: true });
  for (const part of PARTS) {
    const dependencies = Object.fromEntries(PARTS.map((other) => [`@drumline/${nameOf(other)}`, "0.1.0"]));
    const entry = isContext(part) ? "./src/commands/index.ts" : "./src/index.ts";
    write(
      `${part}/package.json`,
      JSON.stringify({ name: `@drumline/${nameOf(part)}`, type: "module", exports: { ".": entry }, dependencies }),
    );
    write(join(part, entry), "export const offered = 1;\n");
    write(`${part}/src/inner.ts`, "export const inner = 1;\n");
    symlinkSync(join(root, part), join(root, "node_modules/@drumline", nameOf(part)));
  }
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("the dependency arrows", () => {
  it("are written down here for every part that has any in .dependency-cruiser.cjs", () => {
    const { forbidden } = createRequire(import.meta.url)("../.dependency-cruiser.cjs") as {
      forbidden: readonly { readonly name: string }[];
    };
    const rules = forbidden.map(({ name }) => name).filter((name) => name.startsWith("arrows-of-"));
    const here = [...PARTS, "apps/dashboard"].map((part) => `arrows-of-${part.replace("/", "-")}`);
    expect(here.sort()).toEqual(rules.sort());
  });

  it("lets each part import what the table allows, and nothing else of ours", () => {
    const pairs = PARTS.flatMap((from) => PARTS.filter((to) => to !== from).map((to) => ({ from, to })));
    const { output } = checkWith(
      Object.fromEntries(
        pairs.map(({ from, to }) => [
          `${from}/src/to-${nameOf(to)}.ts`,
          `import type { offered } from "@drumline/${nameOf(to)}";\nexport type T = typeof offered;\n`,
        ]),
      ),
    );
    const refused = new Set([...output.matchAll(/^arrows-of-\S+: (\S+) ->/gm)].map(([, file]) => file));
    expect(output).not.toMatch(/^not-past-exports|^resolvable/m);
    for (const { from, to } of pairs) {
      const file = `${from}/src/to-${nameOf(to)}.ts`;
      expect({ file, refused: refused.has(file) }).toEqual({ file, refused: !ALLOWED[from]!.includes(nameOf(to)) });
    }
  });

  it.each([
    [
      "a relative path into another package",
      "not-past-exports",
      { "packages/db/src/a.ts": `export { inner } from "../../core/src/inner.ts";` },
    ],
    [
      "a file that exports does not offer",
      "resolvable",
      { "packages/db/src/a.ts": `export { inner } from "@drumline/core/src/inner.ts";` },
    ],
    [
      "a package that imports an app, even in a test",
      "packages-never-import-apps",
      { "packages/core/src/a.test.ts": `export { inner } from "../../../apps/beat/src/inner.ts";` },
    ],
    [
      "a test that reaches into another app",
      "tests-keep-out-of-other-apps",
      { "apps/cli/src/a.test.ts": `export { inner } from "../../beat/src/inner.ts";` },
    ],
    [
      "an app that reads another app's config",
      "config-is-for-the-cli",
      {
        "apps/beat/src/config.ts": "export const settings = 1;",
        "apps/api/src/a.ts": `export { settings } from "../../beat/src/config.ts";`,
      },
    ],
    [
      "the api calling a context's handler",
      "api-uses-commands-and-queries",
      {
        "packages/oms/src/index.ts": "export const handler = 1;",
        "apps/api/src/a.ts": `export { handler } from "../../../packages/oms/src/index.ts";`,
      },
    ],
    [
      "the start of everything calling a context's handler",
      "standalone-uses-queries",
      {
        "packages/oms/src/index.ts": "export const handler = 1;",
        "packages/standalone/src/a.ts": `export { handler } from "../../oms/src/index.ts";`,
      },
    ],
    [
      "a cycle",
      "no-cycles",
      {
        "packages/core/src/a.ts": `import { b } from "./b.ts";\nexport const a = b;`,
        "packages/core/src/b.ts": `import { a } from "./a.ts";\nexport const b = () => a;`,
      },
    ],
    [
      "production code that imports packages/testing",
      "no-test-code-in-production",
      { "apps/beat/src/a.ts": `export { offered } from "@drumline/testing";` },
    ],
    [
      "production code that imports a devDependency",
      "no-dev-dependency-in-production",
      { "packages/core/src/a.ts": `import pad from "left-pad";\nexport const a = pad;` },
    ],
    [
      "production code that imports what its package.json does not list",
      "unlisted-imports",
      { "packages/core/src/a.ts": `import { offered } from "@drumline/unlisted";\nexport const a = offered;` },
    ],
    ["a folder the table does not know", "unknown-part", { "packages/utils/src/a.ts": `export * from "left-pad";` }],
    [
      "an import that cannot be found",
      "resolvable",
      { "packages/core/src/a.ts": `import { gone } from "./gone.ts";\nexport const a = gone;` },
    ],
  ])("refuses %s", (_what, rule, files: Record<string, string>) => {
    const { output, exitCode } = checkWith(files);
    expect(output).toContain(`${rule}: `);
    expect(exitCode).toBe(1);
  });

  it("lets tests use packages/testing and parts that their package may not import", () => {
    const { output } = checkWith({
      "packages/core/test/a.ts": `export { offered } from "@drumline/testing";`,
      "packages/core/src/a.test.ts": `export { offered } from "@drumline/engine";`,
    });
    expect(output).toContain("0 forbidden imports");
  });

  it("lets drumline check read the apps' settings", () => {
    const { output, exitCode } = checkWith({
      "apps/beat/src/config.ts": "export const settings = 1;",
      "apps/cli/src/a.ts": `export { settings } from "../../beat/src/config.ts";`,
    });
    expect(output).toContain("0 forbidden imports");
    expect(exitCode).toBe(0);
  });

  it("fails when it saw no module at all", () => {
    const empty = mkdtempSync(join(root, "empty-"));
    mkdirSync(join(empty, "apps"));
    const { stdout, stderr, status } = spawnSync(process.execPath, [script, empty], { encoding: "utf8" });
    expect(stdout + stderr).toContain("no module was seen");
    expect(status).toBe(1);
  });
});

/** Runs the check over the miniature with `files` added, and takes them out again. */
function checkWith(files: Record<string, string>): { output: string; exitCode: number | null } {
  for (const [path, content] of Object.entries(files)) write(path, content);
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, root], { encoding: "utf8" });
  for (const path of Object.keys(files)) {
    rmSync(join(root, path));
    const folder = relative(root, dirname(dirname(join(root, path))));
    if (folder === "packages/utils") rmSync(join(root, folder), { recursive: true });
  }
  return { output: stdout + stderr, exitCode: status };
}

function write(path: string, content: string): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
