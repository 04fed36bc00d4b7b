import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { systemClock } from "@drumline/core/clock";
import { untilTrue } from "@drumline/testing";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { openChildLog } from "./child-log.ts";
import { identifyProcess, isSameProcess } from "@drumline/core/process";
import { SupervisedChild } from "./supervised-child.ts";

const MAIN = fileURLToPath(new URL("../../test/children/play-a-child.ts", import.meta.url));

describe("a supervised child", () => {
  let folder: string;
  let child: SupervisedChild;
  let heard: string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "drumline child "));
    heard = [];
  });
  afterEach(async () => {
    child.kill();
    await child.stop();
    rmSync(folder, { recursive: true });
  });

  function start(way: string, limits: { graceMs?: number; readyWithinMs?: number } = {}): void {
    const log = openChildLog(join(folder, "child.log"));
    const spec = { name: "child", main: MAIN, args: [way], env: () => process.env, graceMs: 5_000, ...limits };
    child = new SupervisedChild(spec, {
      log,
      clock: systemClock,
      listener: {
        onStarted: () => heard.push("started"),
        onReady: () => heard.push("ready"),
        onNotable: (_name, line) => heard.push(line),
        onRestart: (_name, why) => heard.push(why),
        onGaveUp: (error) => heard.push(error.message),
      },
    });
    child.start();
  }
  const hear = (what: string, times = 1) =>
    untilTrue(() => heard.filter((line) => line.includes(what)).length >= times, { what: `"${what}" is heard` });

  it("starts a killed child again", async () => {
    start("serves");
    await hear("ready");
    const first = child.pid;
    child.kill();
    await hear("ready", 2);
    expect(heard).toContain("was ended by SIGKILL");
    expect(child.pid).not.toBe(first);
  });

  it("ends a child that does not listen once its grace is over", async () => {
    start("is deaf", { graceMs: 100 });
    await hear("ready");
    const deaf = identifyProcess(child.pid!);
    await child.stop();
    expect(isSameProcess(deaf)).toBe(false);
    expect(heard).toEqual(["started", "ready"]);
  });

  it("gives up at once on a child that says why it cannot start, with all its words", async () => {
    start("says no");
    await hear("will not be started again");
    expect(heard.at(-1)).toContain("BEAT_TIMEZONE=Mars");
    expect(heard.at(-1)).toContain("unknown time zone");
    expect(heard.at(-1)).toContain(join(folder, "child.log"));
    expect(heard.filter((line) => line === "started")).toHaveLength(1);
  });

  it("gives up on a child that hangs before it is ready", async () => {
    start("never gets ready", { readyWithinMs: 700 });
    await hear("did not get ready within 700 ms and will not be started again");
  });

  it("gives up after five quick deaths", async () => {
    start("dies young");
    await untilTrue(() => heard.some((line) => line.includes("5 times and will not be started again")), {
      what: "it gave up",
      timeoutMs: 60_000,
    });
    expect(heard.at(-1)).toContain("Error: out of luck");
    expect(heard.at(-1)).not.toContain("at nowhere");
  });

  it("shows a warning shortened and keeps the whole line", async () => {
    start("warns");
    await hear("slow: Omnitron");
    expect(readFileSync(join(folder, "child.log"), "utf8")).toContain('{"level":"warn","msg":"slow"');
  });
});
