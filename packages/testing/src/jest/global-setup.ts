import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { startDatabaseKeeper } from "./database-keeper.ts";
import { DATABASES_VARIABLE } from "../databases/databases-variable.ts";

/** The part of jest's configuration that says which files this run takes. */
interface RunSelection {
  readonly rootDir: string;
  readonly testPathPatterns: { readonly patterns: readonly string[] };
  readonly findRelatedTests: boolean;
}

/** Starts the databases, unless this run has only pure tests. */
export default async function globalSetup(selection: RunSelection): Promise<void> {
  if (!needsDatabases(selection)) return;
  process.env[DATABASES_VARIABLE] = await startDatabaseKeeper(selection.rootDir);
}

function needsDatabases({ rootDir, testPathPatterns: { patterns }, findRelatedTests }: RunSelection): boolean {
  if (findRelatedTests || patterns.length === 0) return true;
  const wanted = patterns.map((pattern) => new RegExp(pattern.replace(/^\.\//, ""), "i"));
  return ["apps", "packages", "scripts"]
    .flatMap((folder) => listTests(join(rootDir, folder)))
    .some((path) => wanted.some((pattern) => pattern.test(path) || pattern.test(relative(rootDir, path))));
}

function listTests(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : listTests(path);
    return /\.(int|process)\.test\.ts$/.test(entry.name) ? [path] : [];
  });
}
