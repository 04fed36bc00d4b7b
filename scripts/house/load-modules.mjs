import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const require = createRequire(import.meta.url);
const { forbidden, options } = require("../../.dependency-cruiser.cjs");

// dependency-cruiser asks swc for TypeScript without JSX, and fails at the first tag of a page.
const swc = require("@swc/core");
const { parseFileSync } = swc;
swc.parseFileSync = (path, wanted) => parseFileSync(path, { ...wanted, tsx: path.endsWith(".tsx") });
const { cruise } = await import("dependency-cruiser");

/** Every module of ours below `root` with what it imports, and the imports that .dependency-cruiser.cjs forbids. */
export async function loadModules(root) {
  const folders = ["apps", "packages", "scripts", "bench"].filter((folder) => existsSync(resolve(root, folder)));
  const { output } = await cruise(folders, {
    ...options,
    baseDir: root,
    validate: true,
    ruleSet: { forbidden },
    outputType: "json",
  });
  const { modules, summary } = JSON.parse(output);
  return {
    modules: modules.filter(({ source }) => /^(apps|packages|scripts|bench)\//.test(source)),
    violations: summary.violations,
    commentOf: (rule) => forbidden.find(({ name }) => name === rule)?.comment,
    count: summary.totalCruised,
  };
}

const TEST = /\.test\.ts$|^(apps|packages)\/[^/]+\/test\/|^packages\/testing\//;

/** What compares schemas: scripts/db-new and db-drift call it, no process does. */
export const isForDevelopers = ({ source }) => source.startsWith("packages/db/src/schema-diff/");

/** Built into files of its own, so that what it is made of is gone after the build. */
export const isBundled = ({ source }) => source.startsWith("apps/dashboard/");

/** Production files: no tests, nothing that is generated. */
export const isProduction = ({ source }) =>
  /^(apps|packages)\/[^/]+\/src\/.*\.(ts|tsx)$/.test(source) && !TEST.test(source) && !source.includes("/generated/");
