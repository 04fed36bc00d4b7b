import { accessSync, constants } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { BUILD_FOLDER, PROJECT, isFresh, readManifest } from "./manifest.js";
import { nameSourcesInStacks } from "./source-positions.js";

/**
 * Runs a TypeScript entry of this project in this process: from its build where that is fresh, from a new build where it can
 * be made, and else from source (docs/adr/0011).
 *
 * @param {URL} main its main.ts
 * @returns {Promise<Record<string, unknown>>} what the entry exports
 */
export async function launch(main) {
  const entry = relative(PROJECT, fileURLToPath(main));
  const file = findBuilt(entry) ?? (await buildNow(entry));
  if (file === null) {
    const { register } = await import("tsx/esm/api");
    register();
    return import(main.href);
  }
  nameSourcesInStacks(BUILD_FOLDER);
  return import(pathToFileURL(`${BUILD_FOLDER}/${file}`).href);
}

/** @param {string} entry */
function findBuilt(entry) {
  const manifest = readManifest();
  return manifest !== null && isFresh(manifest) ? (manifest.entries[entry] ?? null) : null;
}

/** @param {string} entry */
async function buildNow(entry) {
  try {
    accessSync(PROJECT, constants.W_OK);
    const { buildProcesses } = await import("./build.js");
    return (await buildProcesses()).entries[entry] ?? null;
  } catch {
    // A folder that is another's, a disk that is read-only or full, source that has a slip: from source it runs, or says why not.
    return null;
  }
}
