// Writes what is generated from the code, `npm run generate`; with --check says what is out of date instead.
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

import { scheduleEntries, catalogue } from "@drumline/tasks";

import { describeApi } from "../apps/api/src/describe-api.ts";
import { buildWholeProgram } from "../apps/cli/src/program.ts";
import { loadAllSettings } from "../apps/cli/src/settings.ts";
import { groupSettings, toDeclaredSettings } from "./generate/group-settings.ts";
import { toCatalogueVersion } from "./generate/catalogue-version.ts";
import { toCompletedWords } from "./generate/completed-words.ts";
import { toEnvExample } from "./generate/env-example.ts";
import { toTaskList } from "./generate/task-list.ts";

const root = resolve(import.meta.dirname, "..");
const VERSION_FILE = "packages/tasks/src/catalogue-version.ts";
const groups = groupSettings(await loadAllSettings());
const files = {
  "apps/cli/src/completed-words.ts": toCompletedWords(
    await buildWholeProgram(),
    scheduleEntries().map(({ entry }) => entry.key),
  ),
  ".env.example": toEnvExample(groups, scheduleEntries()),
  "apps/api/src/settings/declared-settings.json": toDeclaredSettings(groups),
  "docs/openapi.json": `${JSON.stringify(await describeApi(), null, 2)}\n`,
  "docs/tasks.md": toTaskList(catalogue),
  [VERSION_FILE]: toCatalogueVersion(catalogue, read(resolve(root, VERSION_FILE))),
};

for (const [file, content] of Object.entries(files)) {
  const path = resolve(root, file);
  if (read(path) === content) continue;
  if (!process.argv.includes("--check")) {
    writeFileSync(path, content);
    console.log(`${file} is written`);
    continue;
  }
  console.error(`${file} is out of date; run: npm run generate`);
  process.exitCode = 1;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
