import { spawn } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

import { afterEach, describe, expect, it } from "@jest/globals";

const LAUNCH = fileURLToPath(new URL(".", import.meta.url));
const PROJECT = fileURLToPath(new URL("../../../../", import.meta.url));

const projects: string[] = [];
afterEach(() => {
  for (const project of projects.splice(0)) rmSync(project, { recursive: true });
});

/** A project with the launcher, every entry that it builds, and a worker that prints what `greeting.ts` says. */
function makeProject(): string {
  const project = mkdtempSync(join(tmpdir(), "drumline-launch-"));
  projects.push(project);
  const put = (path: string, content: string) => {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), content);
  };
  const entries = readFileSync(join(LAUNCH, "build.js"), "utf8").matchAll(/(?:apps|packages)\/[\w/-]+\.ts(?=")/g);
  for (const app of ["api", "beat", "cli", "sandbox"]) put(`apps/${app}/src/main.ts`, "");
  for (const [entry] of entries) put(entry, "");
  cpSync(LAUNCH, join(project, "packages/core/src/launch"), { recursive: true });
  symlinkSync(join(PROJECT, "node_modules"), join(project, "node_modules"));
  put("package.json", '{ "type": "module" }');
  put("packages/core/package.json", '{ "name": "@drumline/core", "type": "module" }');
  put("packages/core/src/index.ts", 'export { type Greeting, greet as greeting } from "./greeting.ts";\n');
  put("packages/core/src/greeting.ts", greeting("good day"));
  put(
    "apps/worker/src/main.ts",
    'import {\n  type Greeting,\n  greeting,\n} from "../../../packages/core/src/index.ts";\n\n' +
      "const said: Greeting = greeting(process.argv[2]);\nconsole.log(said, import.meta.url);\n",
  );
  put(
    "apps/worker/bin/worker.js",
    'import { launch } from "../../../packages/core/src/launch/launch.js";\n\n' +
      'await launch(new URL("../src/main.ts", import.meta.url));\n',
  );
  return project;
}

const greeting = (words: string): string =>
  [
    "export type Greeting = string;",
    "export function greet(who: string | undefined): Greeting {",
    '  if (who === "nobody") throw new Error("nobody is there");',
    `  return "${words}";`,
    "}",
    "",
  ].join("\n");

async function run(project: string, ...args: string[]): Promise<{ code: number; output: string; errors: string }> {
  const child = spawn(process.execPath, [join(project, "apps/worker/bin/worker.js"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number>((resolve) => void child.once("exit", (code) => resolve(code ?? -1)));
  const [code, output, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, output, errors };
}

const manifestOf = (project: string) => join(project, ".build/manifest.json");
const says = (project: string, words: string) => ({
  code: 0,
  output: `${words} file://${project}/apps/worker/src/main.ts\n`,
  errors: "",
});

describe("a program of ours", () => {
  it("is built at its first start, by two at once as well, and both run", async () => {
    const project = makeProject();
    const both = await Promise.all([run(project), run(project)]);
    expect(both).toEqual([says(project, "good day"), says(project, "good day")]);
    expect(readdirSync(join(project, ".build")).filter((name) => /\.tmp$|^building$/.test(name))).toEqual([]);
  });

  it("names source in its stacks", async () => {
    const { code, errors } = await run(makeProject(), "nobody");
    expect(code).toBe(1);
    expect(errors).toMatch(/at greet \(file:\/\/.*\/packages\/core\/src\/greeting\.ts:3:\d+\)/);
    expect(errors).toMatch(/at file:\/\/.*\/apps\/worker\/src\/main\.ts:6:\d+/);
  });

  it("is built again when source has changed, and not when only its times have", async () => {
    const project = makeProject();
    await run(project);
    const { ino } = statSync(manifestOf(project));
    for (const path of ["apps/worker/src/main.ts", "packages/core/src/greeting.ts"])
      utimesSync(join(project, path), 1_000_000, 1_000_000);
    expect(await run(project)).toEqual(says(project, "good day"));
    expect(statSync(manifestOf(project)).ino).toBe(ino);

    // As long as before, and beside what somebody left who was killed while building.
    mkdirSync(join(project, ".build/building"));
    utimesSync(join(project, ".build/building"), 1_000_000, 1_000_000);
    writeFileSync(join(project, "packages/core/src/greeting.ts"), greeting("good eve"));
    expect(await run(project)).toEqual(says(project, "good eve"));
    expect(statSync(manifestOf(project)).ino).not.toBe(ino);
  });

  it("runs from source where no build can be kept, and says what is wrong with source that cannot be built", async () => {
    const project = makeProject();
    // Root may write anywhere, so that a folder of another's would tell nothing.
    writeFileSync(join(project, ".build"), "");
    expect(await run(project)).toEqual(says(project, "good day"));

    writeFileSync(join(project, "packages/core/src/greeting.ts"), "export const greet = ;\n");
    const { code, errors } = await run(project);
    expect(code).toBe(1);
    expect(errors).toContain("greeting.ts");
  });
});
