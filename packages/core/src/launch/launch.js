import { accessSync, constants, mkdirSync, rmSync, statSync } from "node:fs";
import { relative } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
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
    const isOurTurn = takeTurn();
    if (!isOurTurn) await endOfTurn();
    const file = isOurTurn ? null : findBuilt(entry);
    if (file !== null) return file;
    try {
      const { buildProcesses } = await import("./build.js");
      return (await buildProcesses()).entries[entry] ?? null;
    } finally {
      if (isOurTurn) rmSync(TURN, { recursive: true, force: true });
    }
  } catch {
    // A folder that is another's, a disk that is read-only or full, source that has a slip: from source it runs, or says why not.
    return null;
  }
}

/** A folder that is there while somebody builds: a dozen processes that start at once need one build, not twelve. */
const TURN = `${BUILD_FOLDER}/building`;
const TURN_MS = 30_000;

function takeTurn() {
  mkdirSync(BUILD_FOLDER, { recursive: true });
  try {
    mkdirSync(TURN);
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    return false;
  }
}

/** Or until it lasts too long: who was killed in it leaves the folder, which is taken away then. */
async function endOfTurn() {
  for (;;) {
    const beganAtMs = statSync(TURN, { throwIfNoEntry: false })?.mtimeMs;
    if (beganAtMs === undefined) return;
    if (Date.now() - beganAtMs > TURN_MS) return rmSync(TURN, { recursive: true, force: true });
    await wait(50);
  }
}
