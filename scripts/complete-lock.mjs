// Keeps package-lock.json whole: `npm run lock` after an install, `--check` in `npm run check`.
// An npm that cannot fetch another platform's package (a partial mirror, or a node_modules that is already there)
// leaves it out of the lock, and `npm ci` then refuses the lock on every machine.
import { readFileSync, writeFileSync } from "node:fs";

import { findLocked } from "./lock/locked-packages.mjs";

const FILE = "package-lock.json";
const OS = new Set(["darwin", "linux", "win32", "android", "freebsd", "openharmony"]);
const CPU = new Set(["x64", "arm64", "arm", "ia32", "ppc64", "s390x", "riscv64", "loong64"]);
const lock = JSON.parse(readFileSync(FILE, "utf8"));
const missing = findMissing(lock.packages);

if (process.argv.includes("--check")) {
  for (const { name, of } of missing) console.error(`${FILE} lacks ${name}, which ${of} asks for`);
  console.log(`${missing.length} packages missing from ${FILE}`);
  process.exitCode = missing.length === 0 ? 0 : 1;
} else {
  for (const entry of missing) lock.packages[`node_modules/${entry.name}`] = toLockEntry(entry);
  lock.packages = Object.fromEntries(Object.entries(lock.packages).toSorted(byPath));
  writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${missing.length} packages added to ${FILE}`);
}

function findMissing(packages) {
  return Object.entries(packages).flatMap(([of, { optionalDependencies = {}, dev, link }]) =>
    Object.entries(link ? {} : optionalDependencies)
      .filter(([name]) => findLocked(packages, of, name) === null)
      .map(([name, version]) => ({ name, version, of, dev })),
  );
}

function toLockEntry({ name, version, dev }) {
  const words = name.split(/[-/]/);
  const is = (pattern) => words.some((word) => pattern.test(word));
  const os = words.map((word) => (word === "windows" ? "win32" : word)).find((word) => OS.has(word));
  const cpu = words.map((word) => (word === "64" ? "x64" : word)).find((word) => CPU.has(word));
  if (os === undefined || cpu === undefined || !/^\d/.test(version)) {
    throw new Error(`${name}@${version} is not a platform package with an exact version: lock it with npm install`);
  }
  const libc = is(/^musl/) ? "musl" : is(/^gnu/) ? "glibc" : null;
  return {
    version,
    cpu: [cpu],
    ...(dev ? { dev } : {}),
    ...(libc === null ? {} : { libc: [libc] }),
    optional: true,
    os: [os],
  };
}

function byPath([left], [right]) {
  return left.localeCompare(right, "en");
}
