import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";

export interface Revision {
  /** Short, as git names it. */
  readonly name: string;
  readonly dir: string;
  /** Takes the tree away again. */
  remove(): void;
}

const git = (...args: readonly string[]): string => execFileSync("git", args, { encoding: "utf8" }).trim();

/** A tree of its own for another revision, able to run its benches. Throws where git does not know the revision. */
export function checkOutRevision(revision: string): Revision {
  const name = git("rev-parse", "--short", `${revision}^{commit}`);
  const dir = resolve(".data/compare", name);
  const remove = () => {
    rmSync(dir, { recursive: true, force: true });
    git("worktree", "prune");
  };
  remove();
  git("worktree", "add", "--detach", dir, name);
  try {
    bringModules(dir);
    execFileSync(process.execPath, ["scripts/generate-client.mjs"], {
      cwd: dir,
      stdio: ["ignore", "ignore", "inherit"],
    });
  } catch (error) {
    remove();
    throw error;
  }
  return { name, dir, remove };
}

/** The same modules where both revisions want the same, else its own. */
function bringModules(dir: string): void {
  const isSame = git("-C", dir, "diff", "--name-only", git("rev-parse", "HEAD"), "--", "package-lock.json") === "";
  if (isSame && git("status", "--porcelain", "--", "package-lock.json") === "") linkModules(dir);
  else execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: dir, stdio: ["ignore", "ignore", "inherit"] });
}

/**
 * One link for each module. A link to the whole folder would not do: the workspaces in it are links themselves, and would
 * lead to the code of this revision.
 */
function linkModules(dir: string): void {
  const links: string[] = [];
  for (const folder of [".", ...workspaces()]) {
    const modules = resolve(folder, "node_modules");
    if (!existsSync(modules)) continue;
    for (const name of readdirSync(modules)) {
      if (name.startsWith("@") && !lstatSync(join(modules, name)).isSymbolicLink())
        links.push(...readdirSync(join(modules, name)).map((inner) => join(folder, "node_modules", name, inner)));
      else links.push(join(folder, "node_modules", name));
    }
  }
  for (const link of links) {
    const from = resolve(link);
    const to = join(dir, link);
    mkdirSync(resolve(to, ".."), { recursive: true });
    symlinkSync(lstatSync(from).isSymbolicLink() ? readlinkSync(from) : from, to);
  }
}

const workspaces = (): string[] =>
  ["apps", "packages"].flatMap((parent) => readdirSync(parent).map((name) => join(parent, name)));
