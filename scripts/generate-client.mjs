// Generates the Prisma client, offline: `npm run generate:client`, and by itself after `npm ci`.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

/** A dependency of packages/db, where it is looked up. */
const PRISMA = "prisma";
const root = resolve(import.meta.dirname, "..");

if (existsSync(join(root, "prisma/schema"))) generate();
// A container image installs the packages before it copies the schema, and generates afterwards.
else console.log("no prisma/schema here yet: run npm run generate:client once it is.");

function generate() {
  const { status, error, stdout, stderr } = spawnSync(process.execPath, [prismaBin(), "generate"], {
    cwd: root,
    encoding: "utf8",
    env: {
      ...process.env,
      // `generate` only asks whether a schema engine is there and never runs it; without this it would download one.
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: "1",
      CHECKPOINT_DISABLE: "1",
    },
  });
  if (status === 0) return;
  console.error(stdout, stderr, error ?? "");
  console.error("The Prisma client was not generated: cure what is said above, then run: npm run generate:client");
  process.exitCode = 1;
}

function prismaBin() {
  const require = createRequire(join(root, "packages/db/package.json"));
  try {
    const manifest = require.resolve(`${PRISMA}/package.json`);
    return join(dirname(manifest), require(manifest).bin[PRISMA]);
  } catch {
    console.error("prisma is not installed, so the database client cannot be generated. Run: npm ci");
    process.exit(1);
  }
}
