import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { pathToFileURL } from "node:url";

/**
 * Stack traces name the file and the line that were written, as they would without a build. Node's own flag does that too,
 * but reads the map of every package at start; here a map is read when the first stack asks for it.
 *
 * @param {string} folder where the built files are
 */
export function nameSourcesInStacks(folder) {
  const base = `${pathToFileURL(folder).href}/`;
  const position = new RegExp(`${literally(base)}([^/:]+\\.js):(\\d+):(\\d+)`);
  const maps = new Map();

  Error.prepareStackTrace = (error, frames) => {
    // oxlint-disable-next-line typescript/no-base-to-string -- a call site says where it is, of which its type knows nothing
    const lines = frames.map((frame) => `\n    at ${String(frame).replace(position, toSource)}`);
    return `${toHeadline(error)}${lines.join("")}`;
  };

  function toSource(built, file, line, column) {
    const found = mapOf(file)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (found?.originalSource === undefined) return built;
    return `${new URL(found.originalSource, base).href}:${found.originalLine + 1}:${found.originalColumn + 1}`;
  }

  function mapOf(file) {
    let map = maps.get(file);
    if (map === undefined) maps.set(file, (map = readMap(new URL(`${file}.map`, base))));
    return map;
  }
}

/** @param {URL} url */
function readMap(url) {
  try {
    return new SourceMap(JSON.parse(readFileSync(url, "utf8")));
  } catch {
    return null;
  }
}

/** What V8 writes above the frames; an error can be anything, and asking it can throw. */
function toHeadline(error) {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "<error>";
  }
}

/** @param {string} text */
const literally = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
