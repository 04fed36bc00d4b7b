import { randomUUID } from "node:crypto";

import { type CommandLine, openCommandLine } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

const TASK = "RefundUpdates";

describe("drumline commands that act on schedules and runs", () => {
  let cli: CommandLine;
  beforeAll(async () => void (cli = await openCommandLine()));
  afterAll(() => cli.close());
  beforeEach(async () => {
    await cli.db.$executeRaw`TRUNCATE schedule, schedule_change, run, run_log, audit_event RESTART IDENTITY CASCADE`;
    await cli.db.schedule.createMany({ data: [toSchedule("refunds", "API"), toSchedule("refunds-of-env", "ENV")] });
  });

  const audit = async () =>
    (await cli.db.auditEvent.findMany({ orderBy: { id: "asc" } })).map(({ actor, entityType, entityId, content }) => ({
      actor,
      entityType,
      entityId,
      ...(content as object),
    }));

  it("pauses a schedule with who, why and until when, says so, and resumes it", async () => {
    const paused = await cli.run(
      "pause",
      "refunds",
      "--why",
      "carrier is down",
      "--until",
      "1h",
      "--by",
      "Ada",
      "--json",
    );
    expect(paused).toMatchObject({ code: 0, errors: "" });
    const { pausedUntil } = JSON.parse(paused.output) as { pausedUntil: string };
    expect(Date.parse(pausedUntil) - Date.now()).toBeGreaterThan(59 * 60_000);
    expect(await cli.db.schedule.findUniqueOrThrow({ where: { key: "refunds" } })).toMatchObject({
      pausedBy: "Ada",
      pausedReason: "carrier is down",
    });
    expect((await cli.run("resume", "refunds", "--by", "Ada")).output).toBe("refunds runs at 03:00\n");
    expect(await audit()).toMatchObject([
      { actor: "Ada", entityType: "schedule", entityId: "refunds", action: "pause", via: "cli" },
      { actor: "Ada", action: "resume", before: { pausedReason: "carrier is down" }, after: { pausedReason: null } },
    ]);
    expect((await cli.db.scheduleChange.findMany()).map(({ action }) => action)).toEqual(["PAUSE", "RESUME"]);
  });

  it("changes nothing in a dry run, or where it was so already", async () => {
    expect(await cli.run("disable", "refunds", "--dry-run")).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^refunds runs/),
    });
    expect(await cli.run("enable", "refunds")).toMatchObject({
      code: 0,
      errors: "it was so already: nothing was changed\n",
    });
    expect(await cli.db.schedule.findUniqueOrThrow({ where: { key: "refunds" } })).toMatchObject({ version: 1 });
    expect(await audit()).toEqual([]);
  });

  it.each([
    ["no reason", ["pause", "refunds", "--until", "1h"], 2, "--why"],
    ["a time that is none", ["pause", "refunds", "--why", "x", "--until", "soon"], 2, "expected 30m, 1h"],
    ["a schedule that is not there", ["resume", "nobody"], 2, "there is no schedule nobody"],
    ["switching what env keys decide", ["disable", "refunds-of-env"], 4, "drumline pause works for it, too"],
    ["a retry of everything", ["retry"], 2, "name a run, or say which"],
    ["a run's id that is none", ["logs", "42"], 2, "is no run id"],
    ["a run that is not there", ["retry", randomUUID()], 1, "there is no run"],
  ])("exits for %s, and says what is wrong", async (_what, args, code, said) => {
    expect(await cli.run(...args)).toMatchObject({ code, output: "", errors: expect.stringContaining(said) });
  });

  it("does all failed runs of one error again, never without being told to, and leaves the old ones as they ended", async () => {
    const [failed, other] = [await putRun("FAILED", "Carrier 503"), await putRun("FAILED", "disk full")];
    const filter = ["retry", "--task", TASK, "--error", "carrier 503"];
    const asked = await cli.run(...filter);
    expect(asked).toMatchObject({ code: 4, output: "", errors: expect.stringContaining("add --yes") });
    expect(asked.errors).toMatch(/1 +RefundUpdates +FAILED +Carrier 503\n1 can be done again/);
    expect(await cli.run(...filter, "--dry-run", "--jsonl")).toMatchObject({
      code: 0,
      output: `{"id":"${failed}","outcome":"WOULD_START"}\n`,
    });
    expect(await cli.db.run.count()).toBe(2);

    const done = await cli.run(...filter, "--yes", "--json", "--by", "Ada");
    const [answer] = JSON.parse(done.output) as { id: string; outcome: string; runId: string }[];
    expect(answer).toMatchObject({ id: failed, outcome: "STARTED" });
    expect(await cli.db.run.findUniqueOrThrow({ where: { id: answer!.runId } })).toMatchObject({
      status: "SCHEDULED",
      origin: "MANUAL",
      requestedBy: "Ada",
      maxAttempts: 7,
      scheduleId: (await cli.db.schedule.findUniqueOrThrow({ where: { key: "refunds" } })).id,
    });
    expect(await cli.db.run.findMany({ where: { id: { in: [failed, other] } } })).toEqual([
      expect.objectContaining({ status: "FAILED" }),
      expect.objectContaining({ status: "FAILED" }),
    ]);
    expect(await audit()).toMatchObject([{ actor: "Ada", entityType: "run", entityId: failed, action: "retry" }]);
    expect(await cli.run("retry", failed)).toMatchObject({ code: 4, output: expect.stringContaining("waits already") });
  });

  it("cancels what waits and tells what is under way, and says which had ended", async () => {
    const ids = [await putRun("SCHEDULED"), await putRun("PROCESSING"), await putRun("FINISHED")];
    const done = await cli.run("cancel", ...ids, "--json");
    expect(done.code).toBe(1);
    expect((JSON.parse(done.output) as { outcome: string }[]).map(({ outcome }) => outcome)).toEqual([
      "ENDED",
      "TOLD",
      "HAS_ENDED",
    ]);
    const rows = await cli.db.run.findMany({ select: { id: true, status: true, cancelRequestedAt: true } });
    expect(ids.map((id) => rows.find((row) => row.id === id)?.status)).toEqual(["CANCELLED", "PROCESSING", "FINISHED"]);
    expect(rows.filter(({ cancelRequestedAt }) => cancelRequestedAt !== null)).toHaveLength(2);
  });

  it("follows a log from its newest lines to the end of its run", async () => {
    const id = await putRun("PROCESSING");
    await log(id, "info", "first");
    await log(id, "debug", "detail");
    await log(id, "warn", "second");
    const following = cli.run("logs", "-f", id, "--level", "info", "--limit", "1", "--jsonl");
    await log(id, "error", "third");
    await cli.db.run.update({ where: { id }, data: { status: "FAILED", error: "Carrier 503" } });
    const { code, output, errors } = await following;
    const lines = output
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { message: string }).message);
    expect([code, lines.at(-1), errors]).toEqual([1, "third", "FAILED Carrier 503\n"]);
    expect(lines).not.toContain("first");
    expect((await cli.run("logs", id)).output).toMatch(/\+00:00 info {2}first\n.* debug detail\n/);
  });

  async function putRun(status: "SCHEDULED" | "PROCESSING" | "FINISHED" | "FAILED", error: string | null = null) {
    const { id: scheduleId } = await cli.db.schedule.findUniqueOrThrow({ where: { key: "refunds" } });
    const facts = { task: TASK, queue: "ecomnow", origin: "SCHEDULE", timeoutMs: 60_000n, maxAttempts: 7 } as const;
    const id = randomUUID();
    await cli.db.run.create({ data: { id, scheduleId, status, error, args: {}, ...facts } });
    return id;
  }
  const log = (runId: string, level: string, message: string) =>
    cli.db.runLog.create({ data: { runId, at: new Date(), level, message } });
});

const toSchedule = (key: string, source: "API" | "ENV") => ({
  id: randomUUID(),
  key,
  source,
  task: TASK,
  timeoutMs: 60_000n,
  triggerKind: "CRONTAB" as const,
  crontab: "0 3 * * *",
  contentHash: "h",
  anchorAt: new Date("2026-11-20T00:00:00Z"),
});
