import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { build } from "esbuild";

/**
 * Packages of many files. jest reads, wraps and compiles each file of a package anew for every test file: as one file each
 * they cost a test file a fraction of that. They are what is installed, and one copy each as ever.
 */
const PACKAGES = [
  "bullmq",
  "cronstrue",
  "fast-check",
  "fastify",
  "ioredis",
  "pg",
  "pino",
  "prom-client",
  "zod",
  "@prisma/adapter-pg",
];
/** Found by its own place. */
const NOT_BUNDLED = ["msgpackr-extract", "pg-native"];

/**
 * Bundles them once for each state of the lock file, and names the bundles as jest's moduleNameMapper wants it; where that
 * cannot be done, jest takes the packages as they are.
 *
 * @param {string} root the project's folder
 * @returns {Promise<Record<string, string>>}
 */
export async function bundlePackages(root) {
  try {
    const folder = join(root, ".build", `jest-${toKey(root)}`);
    if (!existsSync(folder)) await makeBundles(root, folder);
    return Object.fromEntries(PACKAGES.map((name) => [`^${name}$`, join(folder, toFileName(name))]));
  } catch {
    return {};
  }
}

const toKey = (root) =>
  createHash("sha1")
    .update(readFileSync(join(root, "package-lock.json")))
    .update(readFileSync(import.meta.filename))
    .digest("hex")
    .slice(0, 12);

async function makeBundles(root, folder) {
  mkdirSync(join(root, ".build"), { recursive: true });
  const unfinished = mkdtempSync(`${folder}-`);
  for (const name of PACKAGES) {
    const names = Object.keys(createRequire(join(root, "package.json"))(name));
    await build({
      stdin: { contents: `module.exports = require(${JSON.stringify(name)});`, resolveDir: root },
      outfile: join(unfinished, toFileName(name)),
      bundle: true,
      format: "cjs",
      platform: "node",
      target: "node20",
      keepNames: true,
      external: [...PACKAGES.filter((other) => other !== name), ...NOT_BUNDLED],
      // What an import by name may ask for is read from the text.
      footer: { js: `if (false) { ${names.map((key) => `exports[${JSON.stringify(key)}] = 0;`).join(" ")} }` },
      logLevel: "silent",
    });
  }
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true });
    // Another run was faster.
    if (!existsSync(folder)) throw error;
  }
}

const toFileName = (name) => `${name.replaceAll("/", "-")}.cjs`;
