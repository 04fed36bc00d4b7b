import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

import { cruise } from "dependency-cruiser";

const { forbidden, options } = createRequire(import.meta.url)("../../.dependency-cruiser.cjs");

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

/** Production files: no tests, nothing that is generated. */
export const isProduction = ({ source }) =>
  /^(apps|packages)\/[^/]+\/src\/.*\.(ts|tsx)$/.test(source) && !TEST.test(source) && !source.includes("/generated/");
