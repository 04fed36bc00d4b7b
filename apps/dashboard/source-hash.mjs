// What the dashboard is built from, as one word: `npm start` builds it when the word in dist/ is another one.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

const FOLDERS = ["src", "public"];
const FILES = ["build.mjs", "index.html", "package.json", "source-hash.mjs", "vite.config.ts"];
/** Types of the api go into no file of the build. */
const NOT_BUILT = /\.d\.ts$|\.test\.ts$/;

/** @returns {string} the same for the same sources, whenever and wherever they were written */
export function toSourceHash() {
  const root = import.meta.dirname;
  const hash = createHash("sha256");
  const inFolders = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !NOT_BUILT.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/")),
  );
  for (const path of [...FILES, ...inFolders].sort()) hash.update(`${path}\0`).update(readFileSync(join(root, path)));
  return hash.digest("hex");
}
