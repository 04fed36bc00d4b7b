// Checks who imports whom: `node scripts/check-arrows.mjs [root]`. The rules are in .dependency-cruiser.cjs.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

import { cruise } from "dependency-cruiser";

const root = resolve(process.argv[2] ?? ".");
const { forbidden, options } = createRequire(import.meta.url)("../.dependency-cruiser.cjs");
const folders = ["apps", "packages", "scripts", "bench"].filter((folder) => existsSync(resolve(root, folder)));

const { output } = await cruise(folders, {
  ...options,
  baseDir: root,
  validate: true,
  ruleSet: { forbidden },
  outputType: "json",
});
const { summary } = JSON.parse(output);

for (const { rule, from, to, cycle } of summary.violations) {
  const comment = forbidden.find(({ name }) => name === rule.name)?.comment;
  const path = cycle === undefined ? to : cycle.map(({ name }) => name).join(" -> ");
  console.error(`${rule.name}: ${from} -> ${path}\n    ${comment}`);
}
// Without a parser that knows TypeScript, dependency-cruiser sees nothing and finds nothing wrong.
if (summary.totalCruised === 0) console.error("no module was seen: is @swc/core installed? (npm ci)");
console.log(`${summary.totalCruised} modules, ${summary.violations.length} forbidden imports`);
process.exitCode = summary.totalCruised === 0 || summary.violations.length > 0 ? 1 : 0;
