import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, describe, expect, it } from "@jest/globals";

const BIN = resolve("apps/cli/bin/drumline.js");
const folder = mkdtempSync(join(tmpdir(), "drumline-loaded-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The packages of which a command loads any file, and how many files of ours. */
function loadedBy(...args: string[]): { packages: string[]; own: number } {
  const coverage = join(folder, args.join("-").replaceAll(/\W/g, "-"));
  spawnSync(process.execPath, [BIN, ...args], { cwd: folder, env: { NODE_V8_COVERAGE: coverage } });
  const sources = readdirSync(coverage)
    .flatMap((name): { url: string }[] => JSON.parse(readFileSync(join(coverage, name), "utf8")).result)
    .flatMap(({ url }) => (url.includes("/.build/") ? sourcesOf(fileURLToPath(url)) : [url]));
  const packages = sources.flatMap(
    (source) => [...source.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)].at(-1)?.[1] ?? [],
  );
  return {
    packages: [...new Set(packages)].sort(),
    own: sources.filter((source) => /\/(apps|packages)\//.test(source) && !source.includes("node_modules")).length,
  };
}

const sourcesOf = (built: string): string[] => JSON.parse(readFileSync(`${built}.map`, "utf8")).sources;

describe("a command that needs no database", () => {
  it.each([
    [["--help"], ["commander"]],
    [["nonsense"], ["commander"]],
    [["completion", "bash"], ["commander"]],
    [
      ["next", "60*5"],
      ["commander", "cronstrue", "dotenv", "zod"],
    ],
  ])("%s loads %s of all packages", (args, expected) => {
    const { packages, own } = loadedBy(...args);
    expect(packages).toEqual(expected);
    expect(own).toBeLessThan(100);
  });

  it("loads no queue, and little of ours, to say what another command takes", () => {
    const { packages, own } = loadedBy("runs", "--help");
    expect(packages).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(bullmq|ioredis|zod|fastify)$/)]));
    expect(own).toBeLessThan(100);
  });
});
