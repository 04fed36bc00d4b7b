import { randomUUID } from "node:crypto";

import { type Log, silentLog } from "@drumline/core/log";
import type { Prisma } from "@drumline/db";
import { untilTrue } from "@drumline/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";

import { loadFlaggedSchedules, loadLateOccurrences } from "../src/index.ts";
import { type Engine, openEngine } from "./engine-fixture.ts";

let engine: Engine;
beforeAll(async () => void (engine = (await openEngine("postgres"))!));
afterEach(() => engine.stopAll());
afterAll(() => engine.close());

const NOBODY_READS: Readonly<Record<string, Partial<Prisma.ScheduleCreateInput>>> = {
  "no-crontab": { triggerKind: "CRONTAB", crontab: "every day" },
  "no-zone": { triggerKind: "CRONTAB", crontab: "0 3 * * *", timezone: "Mars/Base" },
  "no-seconds": { triggerKind: "INTERVAL", everyMs: 1_500n },
};

describe("a row whose time cannot be read", () => {
  it("stands alone: it says why, the others go on, and so does it once it is corrected", async () => {
    const [task, other] = [engine.task(async () => ({})), engine.task(async () => ({}))];
    for (const [key, when] of Object.entries(NOBODY_READS)) {
      const row = { id: randomUUID(), key, source: "API", task: other.name, timeoutMs: 60_000n } as const;
      const rest = { anchorAt: new Date(), contentHash: "by hand", triggerKind: "CRONTAB" as const };
      await engine.db.schedule.create({ data: { ...row, ...rest, ...when } });
    }
    const lines: object[] = [];
    const log: Log = { ...silentLog, warn: (fields) => void lines.push(fields) };
    await engine.worker();
    await engine.beat([engine.schedule(task, 1)], { log });
    await untilTrue(async () => (await engine.runs(task)).some(({ status }) => status === "FINISHED"), {
      what: "another schedule runs",
    });
    const flagged = await loadFlaggedSchedules(engine.db, new Date());
    expect(flagged.map(({ key, isUnreadable }) => [key, isUnreadable])).toEqual(
      Object.keys(NOBODY_READS)
        .toSorted()
        .map((key) => [key, true]),
    );
    expect(flagged[0]!.disabledReason).toMatch(/its time cannot be read: crontab=every day/);
    expect(lines).toContainEqual(expect.objectContaining({ schedule: "no-zone", code: "UNREADABLE_SCHEDULE" }));
    expect(lines.filter((line) => "code" in line)).toHaveLength(3);
    expect(await loadLateOccurrences(engine.db, new Date())).toEqual([]);
    expect(await engine.runs(other)).toEqual([]);

    await engine.db.schedule.update({ where: { key: "no-seconds" }, data: { everyMs: 1_000n } });
    await untilTrue(async () => (await engine.runs(other)).length > 0, { what: "the corrected one runs" });
    await untilTrue(
      async () => (await engine.db.schedule.findUnique({ where: { key: "no-seconds" } }))!.disabledReason === null,
      { what: "its row says nothing any more" },
    );
  });
});
