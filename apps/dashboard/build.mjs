// Builds the dashboard into dist/ unless it is as its sources are: `npm run build`; `--force` builds it anyway.
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

import { toSourceHash } from "./source-hash.mjs";

// A test that builds it is in an environment of its own; with that one, React's development build would be in it.
process.env.NODE_ENV = "production"; // oxlint-disable-line node/no-process-env

const root = import.meta.dirname;
const dist = join(root, "dist");
const isForced = process.argv.includes("--force");

if (!isForced && isFresh()) {
  console.log("the dashboard is built already");
} else {
  const startedAt = performance.now();
  await buildIt();
  console.log(`the dashboard was built in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
}

function isFresh() {
  const builtFrom = join(dist, "source-hash");
  return existsSync(builtFrom) && readFileSync(builtFrom, "utf8") === toSourceHash();
}

/** Beside the old one first, so that an api that serves it lacks it for a moment only, and two builds spoil nothing. */
async function buildIt() {
  const { build } = await import("vite").catch(() => {
    console.error("vite is not installed, so the dashboard cannot be built. Run: npm ci");
    process.exit(1);
  });
  const fresh = join(root, `dist-${process.pid}`);
  const old = `${fresh}-old`;
  try {
    await build({ configFile: join(root, "vite.config.ts"), logLevel: "warn", build: { outDir: fresh } });
    // Aside in one step: while it is deleted file by file, another build may put its own there.
    moveAside(old);
    try {
      renameSync(fresh, dist);
    } catch (error) {
      // Another build was a moment earlier with the same.
      if (!isFresh()) throw error;
    }
  } finally {
    for (const left of [fresh, old]) rmSync(left, { recursive: true, force: true });
  }
}

function moveAside(to) {
  try {
    renameSync(dist, to);
  } catch (error) {
    // There was none, or another build has moved it.
    if (error.code !== "ENOENT") throw error;
  }
}
