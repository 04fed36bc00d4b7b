// Checks who imports whom: `node scripts/check-arrows.mjs [root]`. The rules are in .dependency-cruiser.cjs; besides,
// no folders of one package may import each other in a circle, and each package.json lists what its files import.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { findFolderCircles } from "./house/folder-circles.mjs";
import { isBundled, isForDevelopers, isProduction, loadModules } from "./house/load-modules.mjs";
import { findUnlistedImports } from "./house/unlisted-imports.mjs";

const root = resolve(process.argv[2] ?? ".");
const { modules, violations, commentOf, count } = await loadModules(root);

for (const { rule, from, to, cycle } of violations) {
  const path = cycle === undefined ? to : cycle.map(({ name }) => name).join(" -> ");
  console.error(`${rule.name}: ${from} -> ${path}\n    ${commentOf(rule.name)}`);
}
const circles = findFolderCircles(modules.filter(isProduction));
for (const { folder, members, because } of circles) {
  console.error(`no-folder-circles: in ${folder}, ${members.join(" and ")} import each other`);
  for (const reason of because) console.error(`    ${reason}`);
}
const unlisted = findUnlistedImports(
  modules.filter((module) => isProduction(module) && !isForDevelopers(module) && !isBundled(module)),
  readManifest,
);
for (const { source, name, manifest } of unlisted)
  console.error(`unlisted-imports: ${source} imports ${name}: list it under dependencies of ${manifest}`);
// Without a parser that knows TypeScript, dependency-cruiser sees nothing and finds nothing wrong.
if (count === 0) console.error("no module was seen: is @swc/core installed? (npm ci)");
console.log(
  `${count} modules, ${violations.length} forbidden imports, ${circles.length} circles of folders, ` +
    `${unlisted.length} unlisted imports`,
);
process.exitCode = count === 0 || violations.length + circles.length + unlisted.length > 0 ? 1 : 0;

function readManifest(folder) {
  const path = join(root, folder, "package.json");
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
}
