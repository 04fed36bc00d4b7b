// Generates the Prisma client and the types of the dashboard's client of the api, offline: `npm run generate:client`, and
// by itself after `npm ci`.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const DESCRIPTION = join(root, "docs/openapi.json");
const TYPES = join(root, "apps/dashboard/src/client/openapi.d.ts");

// A container image installs the packages before it copies the schema, and generates afterwards.
if (existsSync(join(root, "prisma/schema"))) generatePrismaClient();
else console.log("no prisma/schema here yet: run npm run generate:client once it is.");
// The build of the dashboard needs no types, so an image without docs/ lacks nothing.
if (existsSync(DESCRIPTION)) generateTypesOfApi();

function generatePrismaClient() {
  generate("The Prisma client", [binOf("packages/db", "prisma"), "generate"], {
    // `generate` only asks whether a schema engine is there and never runs it; without this it would download one.
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
    CHECKPOINT_DISABLE: "1",
  });
}

function generateTypesOfApi() {
  const bin = binOf("apps/dashboard", "openapi-typescript");
  generate("The types of the dashboard's client", [bin, DESCRIPTION, "--output", TYPES], {});
}

function generate(what, command, env) {
  const options = { cwd: root, encoding: "utf8", env: { ...process.env, ...env } };
  const { status, error, stdout, stderr } = spawnSync(process.execPath, command, options);
  if (status === 0) return;
  console.error(stdout, stderr, error ?? "");
  console.error(`${what} was not generated: cure what is said above, then run: npm run generate:client`);
  process.exitCode = 1;
}

/** The program of a dependency of `workspace`, looked up from there. */
function binOf(workspace, name) {
  const require = createRequire(join(root, workspace, "package.json"));
  try {
    const manifest = require.resolve(`${name}/package.json`);
    const { bin } = require(manifest);
    return join(dirname(manifest), typeof bin === "string" ? bin : bin[name]);
  } catch {
    console.error(`${name} is not installed, so what it makes cannot be generated. Run: npm ci`);
    process.exit(1);
  }
}
