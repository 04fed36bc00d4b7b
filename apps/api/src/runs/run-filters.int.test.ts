import { randomUUID } from "node:crypto";

import { DAY_MS, HOUR_MS, MINUTE_MS } from "@drumline/core/clock";
import type { Prisma } from "@drumline/db";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { type ApiUnderTest, apiUnderTest } from "../../test/api-under-test.ts";
import { insertSchedule } from "../../test/ledger-rows.ts";

interface Row {
  readonly id: string;
  readonly task: string;
  readonly status: string;
  readonly origin: string;
  readonly queue: string;
  readonly schedule: string | null;
  readonly error: string | null;
  readonly args: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
  readonly dueAt: Date | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

const STATUSES = ["FINISHED", "FAILED", "TIMED_OUT", "CANCELLED", "SKIPPED", "SCHEDULED", "PROCESSING"] as const;
const ORIGINS = ["SCHEDULE", "MANUAL", "WEBHOOK"] as const;
const TASKS = ["oms.plan", "shop.mail", "integration.route"] as const;
const ERRORS = [
  "Carrier 503: 100%_busy after 17 tries",
  "Carrier 503: 100%_busy after 230 tries",
  "Order 0b4c2f3e-1111-4222-8333-444455556666 is unknown",
];

describe("a filter of runs", () => {
  let api: ApiUnderTest;
  let now: Date;
  const rows: Row[] = [];

  beforeAll(async () => {
    api = await apiUnderTest();
    now = api.clock.now();
    const schedules = new Map<string, string>();
    for (const key of ["every-ten", "nightly"]) schedules.set(key, await insertSchedule(api.db, key, now));
    for (let no = 0; no < 63; no += 1) rows.push(planRow(no, now));
    await api.db.run.createMany({
      data: rows.map(({ schedule, ...row }) => ({
        ...row,
        args: row.args as Prisma.InputJsonObject,
        status: row.status as (typeof STATUSES)[number],
        origin: row.origin as (typeof ORIGINS)[number],
        scheduleId: schedule === null ? null : schedules.get(schedule)!,
        timeoutMs: 60_000n,
      })),
    });
  });
  afterAll(() => api.close());

  const listed = async (query: string): Promise<string[]> => {
    const answer = await api.ask(`/api/v1/runs?limit=200&${query}`);
    expect([answer.status, query]).toEqual([200, query]);
    return answer.json().items.map(({ id }: Row) => id);
  };
  const expected = (isIn: (row: Row) => boolean, at: (row: Row) => Date | null): string[] =>
    rows
      .filter((row) => isIn(row) && at(row) !== null)
      .toSorted((left, right) => at(right)!.getTime() - at(left)!.getTime() || (left.id < right.id ? 1 : -1))
      .map(({ id }) => id);
  const created = ({ createdAt }: Row) => createdAt;
  const finished = ({ finishedAt }: Row) => finishedAt;
  const due = ({ dueAt }: Row) => dueAt;
  const isLate = (overMs: number) => (row: Row) =>
    row.dueAt !== null &&
    (row.startedAt !== null
      ? row.startedAt.getTime() - row.dueAt.getTime() > overMs
      : row.status === "SCHEDULED" && now.getTime() - row.dueAt.getTime() > overMs);

  it.each<[string, (row: Row) => boolean, (row: Row) => Date | null]>([
    ["", () => true, created],
    ["status=FAILED", ({ status }) => status === "FAILED", finished],
    ["status=FAILED,TIMED_OUT", ({ status }) => ["FAILED", "TIMED_OUT"].includes(status), finished],
    ["status=FINISHED", ({ status }) => status === "FINISHED", finished],
    ["status=FINISHED&by=created", ({ status }) => status === "FINISHED", created],
    ["status=SCHEDULED,FAILED", ({ status }) => ["SCHEDULED", "FAILED"].includes(status), created],
    ["task=shop.mail", ({ task }) => task === "shop.mail", created],
    ["task=shop.mail&status=SKIPPED", ({ task, status }) => task === "shop.mail" && status === "SKIPPED", finished],
    ["schedule=nightly", ({ schedule }) => schedule === "nightly", created],
    [
      "schedule=nightly&status=FAILED",
      ({ schedule, status }) => schedule === "nightly" && status === "FAILED",
      finished,
    ],
    ["schedule=nobody", () => false, created],
    ["origin=MANUAL", ({ origin }) => origin === "MANUAL", created],
    ["origin=MANUAL,WEBHOOK", ({ origin }) => origin !== "SCHEDULE", created],
    ["queue=shop", ({ queue }) => queue === "shop", created],
    ["error=carrier%20503", ({ error }) => error?.includes("Carrier 503") === true, created],
    ["error=100%25_b", ({ error }) => error?.includes("100%_b") === true, created],
    ["error=100%25%25", () => false, created],
    ["args=country=DE", ({ args }) => args["country"] === "DE", created],
    ["args=window.days=7", ({ args }) => (args["window"] as { days?: number } | undefined)?.days === 7, created],
    ["args=no=3", ({ args }) => args["no"] === 3 || args["no"] === "3", created],
    ["args=country=D", () => false, created],
    ["lateOverMs=60000", isLate(MINUTE_MS), created],
    ["lateOverMs=1800000", isLate(30 * MINUTE_MS), created],
    ["by=due", () => true, due],
    ["by=finished", () => true, finished],
    ["q=SHOP.", ({ task }) => task === "shop.mail", created],
    ["q=NIGHT", ({ schedule }) => schedule === "nightly", created],
    ["q=unknown", ({ error }) => error?.includes("unknown") === true, created],
    ["from=24h", ({ createdAt }) => createdAt >= new Date(now.getTime() - DAY_MS), created],
    ["to=24h", ({ createdAt }) => createdAt < new Date(now.getTime() - DAY_MS), created],
    ["by=finished&from=600m&to=5h", (row) => isWithin(row.finishedAt, 10 * HOUR_MS, 5 * HOUR_MS), finished],
    ["by=due&from=10h&to=5h", (row) => isWithin(row.dueAt, 10 * HOUR_MS, 5 * HOUR_MS), due],
  ])("%s lists what the store has of it, in order, and counts it", async (query, isIn, at) => {
    const found = expected(isIn, at);
    expect(await listed(query)).toEqual(found);
    expect((await api.ask(`/api/v1/runs/count?${query}`)).json()).toEqual({ count: found.length, kind: "exact" });
  });

  const isWithin = (at: Date | null, fromMs: number, toMs: number) =>
    at !== null && at.getTime() >= now.getTime() - fromMs && at.getTime() < now.getTime() - toMs;

  it("finds one run by its id", async () => {
    expect(await listed(`q=${rows[7]!.id}`)).toEqual([rows[7]!.id]);
    expect(await listed(`q=${randomUUID()}`)).toEqual([]);
    // Its beginning does, as far as somebody has copied it.
    for (const length of [4, 8, 9, 13, 20, 35])
      expect(await listed(`q=${rows[7]!.id.slice(0, length)}`)).toContain(rows[7]!.id);
    expect(await listed(`q=${rows[7]!.id.slice(0, 35)}`)).toHaveLength(1);
    expect(await listed("q=abcdefab-1111-2222-3333-444455556666-7777")).toEqual([]);
  });

  it("is read to its end and back, each run once", async () => {
    const all = await listed("status=FAILED,TIMED_OUT,SKIPPED");
    const page = async (cursor: string | null) =>
      (
        await api.ask(
          `/api/v1/runs?status=FAILED,TIMED_OUT,SKIPPED&limit=4${cursor === null ? "" : `&cursor=${cursor}`}`,
        )
      ).json();
    const pages = [];
    for (let next: string | null = null, first = true; first || next !== null; first = false) {
      const read = await page(next);
      pages.push(read);
      next = read.nextCursor;
    }
    expect(pages.flatMap(({ items }) => items.map(({ id }: Row) => id))).toEqual(all);
    expect(pages[0].previousCursor).toBeNull();
    const back: string[][] = [pages.at(-1).items.map(({ id }: Row) => id)];
    for (let previous = pages.at(-1).previousCursor; previous !== null;) {
      const read = await page(previous);
      back.unshift(read.items.map(({ id }: Row) => id));
      expect(read.nextCursor).not.toBeNull();
      previous = read.previousCursor;
    }
    expect(back.flat()).toEqual(all);
  });

  it("groups failures by their cause, and lists those of one", async () => {
    const { items } = (await api.ask("/api/v1/runs/failures?from=7d")).json();
    const failed = rows.filter(({ status }) => status === "FAILED" || status === "TIMED_OUT");
    const causeOf = ({ task, error }: Row) => `${task} ${error?.replaceAll(/[\d]+/g, "#")}`;
    expect(items.map(({ runs }: { runs: number }) => runs).reduce((sum: number, one: number) => sum + one, 0)).toBe(
      failed.length,
    );
    expect(items).toHaveLength(new Set(failed.map(causeOf)).size);
    for (const { fingerprint, lastRunId, runs, task } of items) {
      const ids = await listed(`fingerprint=${fingerprint}&from=7d`);
      const cause = causeOf(rows.find(({ id }) => id === lastRunId)!);
      expect(new Set(ids)).toEqual(new Set(failed.filter((row) => causeOf(row) === cause).map(({ id }) => id)));
      expect([ids.length, task]).toEqual([runs, cause.split(" ", 1)[0]]);
    }
  });

  it.each([
    ["status=NONE", "querystring.status"],
    ["status=FAILED,", "querystring.status"],
    ["origin=nobody", "querystring.origin"],
    ["from=yesterday", "querystring.from"],
    ["args=country", "querystring.args"],
    ["fingerprint=x", "querystring.fingerprint"],
    ["lateOverMs=-1", "querystring.lateOverMs"],
    ["by=name", "querystring.by"],
  ])("refuses %s and says where it is wrong", async (query, where) => {
    for (const path of ["/api/v1/runs", "/api/v1/runs/count"]) {
      const answer = await api.ask(`${path}?${query}`);
      expect(answer.status).toBe(400);
      expect(answer.json().errors).toMatchObject([{ where }]);
    }
  });
});

/** Every seventh of each state, and enough of everything else that no two filters find the same. */
function planRow(no: number, now: Date): Row {
  const status = STATUSES[no % STATUSES.length]!;
  const origin = no % 5 === 0 ? ORIGINS[1 + (no % 2)]! : "SCHEDULE";
  const hasEnded = status !== "SCHEDULED" && status !== "PROCESSING";
  const hasBegun = status !== "SCHEDULED" && status !== "SKIPPED";
  const dueMs = now.getTime() - no * HOUR_MS - 1_000;
  const task = TASKS[no % TASKS.length]!;
  return {
    id: randomUUID(),
    task,
    status,
    origin,
    queue: task.split(".", 1)[0]!,
    schedule: origin === "SCHEDULE" ? (no % 4 === 0 ? "nightly" : "every-ten") : null,
    error: status === "FAILED" || status === "TIMED_OUT" ? ERRORS[no % ERRORS.length]! : null,
    args: [{}, { country: "DE" }, { window: { days: 7 } }, { no: 3 }, { no: "3", country: "AT" }][no % 5]!,
    createdAt: new Date(dueMs),
    dueAt: origin === "SCHEDULE" ? new Date(dueMs) : null,
    startedAt: hasBegun ? new Date(dueMs + (no % 6) * 20 * MINUTE_MS) : null,
    // The longer ago it began the later it ended, for some: order by end is not order by beginning.
    finishedAt: hasEnded ? new Date(dueMs + (no % 3) * 150 * MINUTE_MS) : null,
  };
}
