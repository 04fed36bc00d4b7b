import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { prepareBinaries } from "./postgres-binaries.ts";
import type { ServerUser } from "./postgres-place.ts";

const INSTALLED = dirname(dirname(dirname(prepareBinaries("/unused", null).postgres)));
const { version } = JSON.parse(readFileSync(join(INSTALLED, "package.json"), "utf8"));
const NOBODY: ServerUser = { uid: 65_534, gid: 65_534 };

let folder: string;
let root: string;
let cache: string;

/** The package as npm leaves it where install scripts are blocked: without a single link. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drumline-binaries-"));
  chmodSync(folder, 0o755);
  root = join(folder, "package");
  cache = join(folder, "cache");
  mkdirSync(cache);
  cpSync(INSTALLED, root, { recursive: true, filter: (path) => !lstatSync(path).isSymbolicLink() });
});
afterEach(() => rmSync(folder, { recursive: true }));

function versionSaidBy(program: string, user: ServerUser | null): string {
  return execFileSync(program, ["--version"], { encoding: "utf8", cwd: "/", env: {}, ...user });
}

describe("prepareBinaries", () => {
  it("makes the library links that a blocked install script left out", () => {
    const { postgres, majorVersion } = prepareBinaries(cache, null, { root, version });
    expect(postgres.startsWith(root)).toBe(true);
    expect(versionSaidBy(postgres, null)).toContain(`PostgreSQL) ${majorVersion}.`);
    expect(readdirSync(cache)).toEqual([]);
  });

  const asRoot = process.getuid?.() === 0 ? it : it.skip;

  asRoot("copies them to where the server's user may enter, once", () => {
    chmodSync(root, 0o700);
    const { postgres, initdb } = prepareBinaries(cache, NOBODY, { root, version });
    expect(postgres).toBe(join(cache, `postgresql-${version}`, "native/bin/postgres"));
    for (const program of [postgres, initdb]) expect(versionSaidBy(program, NOBODY)).toContain("PostgreSQL");

    const made = lstatSync(postgres).ctimeMs;
    expect(prepareBinaries(cache, NOBODY, { root, version }).postgres).toBe(postgres);
    expect(lstatSync(postgres).ctimeMs).toBe(made);
  });

  asRoot("copies files that npm wrote under a closed umask so that others can read them", () => {
    execFileSync("chmod", ["-R", "go=", root]);
    const { postgres } = prepareBinaries(cache, NOBODY, { root, version });
    expect(versionSaidBy(postgres, NOBODY)).toContain("PostgreSQL");
  });

  asRoot("says where they cannot be copied to", () => {
    chmodSync(root, 0o700);
    const noFolder = join(root, "package.json");
    expect(() => prepareBinaries(noFolder, NOBODY, { root, version })).toThrow(
      /cannot be copied to .*set DATABASE_URL/,
    );
  });
});
