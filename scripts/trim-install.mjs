// Takes from node_modules what production never loads: `npm ci && npm run trim` (docs/adr/0008). It works offline, and
// `npm ci` undoes it.
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { findProduction } from "./lock/locked-packages.mjs";

const root = resolve(import.meta.dirname, "..");
const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
const production = findProduction(packages);

let removed = 0;
for (const path of Object.keys(packages)) {
  if (!path.includes("node_modules/") || packages[path].link || production.has(path)) continue;
  removed += 1;
  rmSync(join(root, path), { recursive: true, force: true });
  removeEmpty(join(root, dirname(path)));
}
const bin = join(root, "node_modules/.bin");
// The programs of what is gone: such a link leads nowhere now.
for (const name of readdirSync(bin)) if (!existsSync(join(bin, name))) rmSync(join(bin, name), { force: true });
// npm's own list of what is installed is not true any more.
for (const name of [".cache", ".package-lock.json"])
  rmSync(join(root, "node_modules", name), { recursive: true, force: true });

// The query compilers of other databases, and the large one of this: prisma/schema asks for `compilerBuild = "small"`.
const runtime = join(root, "node_modules/@prisma/client/runtime");
for (const file of readdirSync(runtime))
  if (file.startsWith("query_compiler_") && !file.startsWith("query_compiler_small_bg.postgresql."))
    rmSync(join(runtime, file));

console.log(`${removed} of ${Object.keys(packages).length} packages are not for production, and are gone`);

/** A folder of a scope, such as @types, of which nothing is left. */
function removeEmpty(folder) {
  try {
    rmdirSync(folder);
  } catch {
    // It holds something, or went before.
  }
}
