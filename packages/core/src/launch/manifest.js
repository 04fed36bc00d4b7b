import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this checkout or installation. */
export const PROJECT = fileURLToPath(new URL("../../../../", import.meta.url));
export const BUILD_FOLDER = join(PROJECT, ".build");
export const MANIFEST = join(BUILD_FOLDER, "manifest.json");

/**
 * What a build was made of. Paths are relative to the project's folder, so that an image may have it elsewhere.
 *
 * @typedef {object} Input
 * @property {string} path
 * @property {number} size
 * @property {number} mtimeMs
 * @property {string} sha1
 *
 * @typedef {object} Manifest
 * @property {Record<string, string>} entries names of built files, by the entry they were built from
 * @property {Input[]} inputs
 */

/** @returns {Manifest | null} null where there is none that can be read */
export function readManifest() {
  try {
    return JSON.parse(readFileSync(MANIFEST, "utf8"));
  } catch {
    return null;
  }
}

/** @param {Manifest} manifest */
export const isFresh = ({ inputs }) => inputs.every(isUnchanged);

/** @param {Input} input */
function isUnchanged({ path, size, mtimeMs, sha1 }) {
  const found = statSync(PROJECT + path, { throwIfNoEntry: false });
  if (found === undefined || found.size !== size) return false;
  // A checkout or an image gives files other times, and no other content.
  return (
    found.mtimeMs === mtimeMs || isSameSecond(found.mtimeMs, mtimeMs) || sha1 === toSha1(readFileSync(PROJECT + path))
  );
}

/** An image keeps whole seconds of the time a file had. */
const isSameSecond = (kept, full) =>
  kept % 1_000 === 0 && full % 1_000 !== 0 && kept === Math.floor(full / 1_000) * 1_000;

/** @param {Buffer} content */
export const toSha1 = (content) => createHash("sha1").update(content).digest("hex");
