// `npm run check [part …]`: everything but the tests, side by side, one line per part and a cure for each that fails.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";

/** What each part holds, and what to run where it fails. */
const PARTS = {
  format: { about: "prettier", cure: "npm run format" },
  lint: { about: "oxlint, type-aware", cure: "npx oxlint --type-aware --fix, then mend the rest by hand" },
  types: { about: "tsc", cure: "mend what tsc says above" },
  arrows: { about: "who imports whom", cure: "see Arrows in docs/architecture.md" },
  unused: { about: "knip: unused files, exports and dependencies", cure: "delete or use what knip lists above" },
  generated: {
    about: "what npm run generate writes: .env.example, docs/tasks.md, docs/openapi.json and others",
    cure: "npm run generate",
  },
  drift: { about: "prisma/schema against prisma/migrations", cure: "npm run db:new -- <name>" },
  words: {
    about: "the field's words, no file over 300 lines, links that lead somewhere",
    cure: "mend what is listed above",
  },
  lock: { about: "package-lock.json names every platform", cure: "npm run lock" },
};

const root = resolve(import.meta.dirname, "..");
const runs = join(root, ".turbo/runs");
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(PARTS);
const unknown = wanted.filter((part) => !(part in PARTS));
if (unknown.length > 0) {
  console.error(`unknown part ${unknown.join(", ")}; expected some of ${Object.keys(PARTS).join(", ")}`);
  process.exit(2);
}

const startedAt = performance.now();
rmSync(runs, { recursive: true, force: true });
mkdirSync(runs, { recursive: true });
const turbo = spawnSync(
  process.execPath,
  [
    join(root, "node_modules/turbo/bin/turbo"),
    "run",
    ...wanted.map((part) => `//#check:${part}`),
    "--continue=always",
    "--output-logs=errors-only",
    "--log-order=grouped",
    "--summarize",
    // Continuous integration believes no cache.
    `--cache=local:${process.env.CI ? "w" : "rw"}`,
    "--no-update-notifier",
  ],
  { cwd: root, stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1" } },
);

const summary = readdirSync(runs)[0];
if (summary === undefined) {
  console.error(turbo.error?.message ?? "turbo did not start. Run npm ci, then npm run check again.");
  process.exit(1);
}

const { tasks } = JSON.parse(readFileSync(join(runs, summary), "utf8"));
console.log("");
let failed = 0;
for (const part of wanted) {
  const { about, cure } = PARTS[part];
  const task = tasks.find(({ taskId }) => taskId === `//#check:${part}`);
  const passed = task?.execution?.exitCode === 0;
  if (!passed) failed += 1;
  const took = task?.cache.status === "HIT" ? "cached" : seconds(task?.execution?.endTime - task?.execution?.startTime);
  console.log(
    `${passed ? "✓" : "✗"} ${part.padEnd(10)} ${took.padStart(7)}   ${about}${passed ? "" : `\n    cure: ${cure}`}`,
  );
}
console.log(
  `\n${wanted.length - failed} of ${wanted.length} parts are fine, in ${seconds(performance.now() - startedAt)}`,
);
process.exitCode = failed === 0 ? 0 : 1;

function seconds(ms) {
  return Number.isFinite(ms) ? `${(ms / 1000).toFixed(1)} s` : "not run";
}
