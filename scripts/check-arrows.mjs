// Checks who imports whom: `node scripts/check-arrows.mjs [root]`. The rules are in .dependency-cruiser.cjs; besides,
// no folders of one package may import each other in a circle.
import { resolve } from "node:path";

import { findFolderCircles } from "./house/folder-circles.mjs";
import { isProduction, loadModules } from "./house/load-modules.mjs";

const { modules, violations, commentOf, count } = await loadModules(resolve(process.argv[2] ?? "."));

for (const { rule, from, to, cycle } of violations) {
  const path = cycle === undefined ? to : cycle.map(({ name }) => name).join(" -> ");
  console.error(`${rule.name}: ${from} -> ${path}\n    ${commentOf(rule.name)}`);
}
// Folders that still stand in a circle; a new one is an error, and one that is gone is to be taken off this list.
const KNOWN_CIRCLES = new Set(["packages/oms/src", "packages/ecomnow/src", "packages/ecomnow/src/client-integrations"]);
const found = findFolderCircles(modules.filter(isProduction));
const circles = found.filter(({ folder }) => !KNOWN_CIRCLES.has(folder));
for (const { folder, members, because } of circles) {
  console.error(`no-folder-circles: in ${folder}, ${members.join(" and ")} import each other`);
  for (const reason of because) console.error(`    ${reason}`);
}
// Without a parser that knows TypeScript, dependency-cruiser sees nothing and finds nothing wrong.
if (count === 0) console.error("no module was seen: is @swc/core installed? (npm ci)");
console.log(`${count} modules, ${violations.length} forbidden imports, ${circles.length} circles of folders`);
process.exitCode = count === 0 || violations.length > 0 || circles.length > 0 ? 1 : 0;
