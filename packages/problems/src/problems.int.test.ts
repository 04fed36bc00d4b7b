import { deleteOldRecords, Prisma, type RetentionRule } from "@drumline/db";
import { testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { closeGoneProblems, closeProblems, closeUnseenProblems } from "./close-problems.sql.ts";
import { countOfSeverity, countOpenProblems, countOpenProblemsQuery } from "./count-open-problems.sql.ts";
import { findNews } from "./find-news.sql.ts";
import { loadProblems, loadProblemsQuery, type ProblemFilter } from "./load-problems.sql.ts";
import { openProblems } from "./open-problems.sql.ts";
import type { NewProblem, ProblemKind } from "./problem-kind.ts";
import { type Resolution, resolveProblem } from "./resolve-problem.sql.ts";
import { toProblemRetention } from "./retention.ts";

const MINUTE_MS = 60_000;
const NOW = new Date("2026-11-26T12:00:00Z");
const after = (minutes: number): Date => new Date(NOW.getTime() + minutes * MINUTE_MS);
const HELD: ProblemKind = { context: "oms", name: "ORDER_HELD", severity: "WARNING", cure: "Look at the order." };
const order = (key: string) => ({ type: "order", key });
const held = (key: string, reason = "it has no items", more: Partial<NewProblem> = {}): NewProblem => ({
  kind: HELD,
  subject: order(key),
  reason,
  ...more,
});

let store: TestDatabase;
beforeAll(async () => {
  store = await testDatabase();
});
afterAll(() => store.close());
beforeEach(async () => {
  await store.db.problem.deleteMany();
  await store.db.auditEvent.deleteMany();
});

const rows = () => store.db.problem.findMany({ orderBy: { id: "asc" } });
const accept = () =>
  store.db.problem.updateMany({ data: { closedAt: after(1), ending: "BY_PERSON", closedBy: "ann", accepted: true } });

describe("problems", () => {
  it("are opened once per kind and subject; seen again they count up and say the latest reason", async () => {
    expect(await openProblems(store.db, [held("1"), held("2")], NOW)).toMatchObject([{ isNew: true }, { isNew: true }]);
    expect(await openProblems(store.db, [held("1"), held("2", "it has no address")], after(5))).toMatchObject([
      { subjectKey: "1", isNew: false, isChanged: false },
      { subjectKey: "2", isNew: false, isChanged: true },
    ]);
    expect(await rows()).toMatchObject([
      { subjectKey: "1", openedAt: NOW, lastSeenAt: after(5), seenCount: 2, version: 1, closedAt: null },
      { subjectKey: "2", reason: "it has no address", seenCount: 2, version: 2 },
    ]);
  });

  it("of one subject in one call are one problem, the last one", async () => {
    await openProblems(store.db, [held("1", "first"), held("1", "last")], NOW);
    expect(await rows()).toMatchObject([{ reason: "last", seenCount: 1 }]);
  });

  it("that two processes find at the same time are one row, and neither waits for ever", async () => {
    const found = Array.from({ length: 50 }, (_, index) => held(String(index)));
    await Promise.all([
      openProblems(store.db, found, NOW),
      openProblems(store.db, found.toReversed(), NOW),
      openProblems(store.db, found, NOW),
    ]);
    expect((await rows()).map(({ seenCount }) => seenCount)).toEqual(Array.from({ length: 50 }, () => 3));
  });

  it("close by themselves when the cause is gone, and open as another row when it comes again", async () => {
    await openProblems(store.db, [held("1"), held("2")], NOW);
    const gone = { kind: HELD, subjects: [order("1"), order("9")], reason: "the order has items", at: after(5) };
    expect(await closeProblems(store.db, gone)).toBe(1);
    expect(await closeProblems(store.db, { ...gone, at: after(6) })).toBe(0);
    await openProblems(store.db, [held("1")], after(10));
    expect(await rows()).toMatchObject([
      { subjectKey: "1", closedAt: after(5), ending: "BY_ITSELF", closedBy: null, note: "the order has items" },
      { subjectKey: "2", closedAt: null },
      { subjectKey: "1", closedAt: null, openedAt: after(10) },
    ]);
  });

  it("close when a search through everything did not see them again", async () => {
    await openProblems(store.db, [held("1"), held("2")], NOW);
    await openProblems(store.db, [held("2")], after(5));
    const unseen = { kind: HELD, before: after(5), reason: "not found any more", at: after(6) };
    expect(await closeUnseenProblems(store.db, { ...unseen, subjectType: "parcel" })).toBe(0);
    expect(await closeUnseenProblems(store.db, { ...unseen, subjectType: "order" })).toBe(1);
    expect(await rows()).toMatchObject([{ closedAt: after(6) }, { closedAt: null }]);
  });

  it("close where a condition says that their cause is gone, accepted ones too, those of other kinds never", async () => {
    await openProblems(store.db, [held("accepted")], NOW);
    await accept();
    await openProblems(
      store.db,
      ["1", "2"].map((key) => held(key, "r", { detail: { lines: Number(key) } })),
      NOW,
    );
    await openProblems(store.db, [held("1", "r", { kind: { ...HELD, name: "OTHER" } })], NOW);
    const isGone = Prisma.sql`problem.subject_key = 'accepted' OR (problem.detail ->> 'lines')::int = 1`;
    const gone = { kind: HELD, isGone, reason: "nothing is held", at: after(5) };
    expect(await closeGoneProblems(store.db, gone)).toBe(2);
    expect(await closeGoneProblems(store.db, gone)).toBe(0);
    expect(await rows()).toMatchObject([
      { subjectKey: "accepted", accepted: false, closedBy: "ann", closedAt: after(1) },
      { subjectKey: "1", closedAt: after(5), ending: "BY_ITSELF", note: "nothing is held" },
      { subjectKey: "2", closedAt: null },
      { kind: "OTHER", closedAt: null },
    ]);
  });

  it("that a person accepted stay closed for the same reason, and open for another one or once the cause was gone", async () => {
    await openProblems(store.db, [held("1"), held("2")], NOW);
    await accept();
    expect(await openProblems(store.db, [held("1"), held("2")], after(5))).toMatchObject([
      { isNew: false },
      { isNew: false },
    ]);
    expect(await rows()).toMatchObject([{ seenCount: 2, closedBy: "ann" }, { lastSeenAt: after(5) }]);
    await openProblems(store.db, [held("1", "it has no address")], after(6));
    await closeProblems(store.db, { kind: HELD, subjects: [order("2")], reason: "gone", at: after(7) });
    await openProblems(store.db, [held("2")], after(8));
    expect(await rows()).toMatchObject([
      { subjectKey: "1", ending: "BY_PERSON" },
      { subjectKey: "2", ending: "BY_PERSON", closedBy: "ann", closedAt: after(1), accepted: false },
      { subjectKey: "1", closedAt: null },
      { subjectKey: "2", closedAt: null },
    ]);
  });

  it("keep any text and any detail that the database can store", async () => {
    const key = `a\0b\ud800${"x".repeat(5_000)}`;
    const odd = held(key, `why\0 ${"y".repeat(5_000)}`, { detail: { text: "c\0d" }, severity: "ERROR" });
    await openProblems(store.db, [odd], NOW);
    await openProblems(store.db, [odd], NOW);
    const [row] = await rows();
    expect(row).toMatchObject({ severity: "ERROR", seenCount: 2, detail: { text: "c\ufffdd" }, cure: HELD.cure });
    expect([row!.subjectKey.length, row!.reason.length]).toEqual([256, 2_000]);
    expect(await closeProblems(store.db, { kind: HELD, subjects: [order(key)], reason: "ok", at: NOW })).toBe(1);
  });
});

describe("a problem that a person resolves", () => {
  const resolve = async (changes: Partial<Resolution> = {}) => {
    const { id } = (await rows())[0]!;
    return await resolveProblem(store.db, { id, by: "ann", note: "done", accepted: false, at: after(9), ...changes });
  };

  it("is closed once, with who and why; a second time changes nothing", async () => {
    await openProblems(store.db, [held("1")], NOW);
    expect(await resolve({ note: "called\0 the client" })).toMatchObject({
      outcome: "RESOLVED",
      problem: {
        closedBy: "ann",
        note: "called\ufffd the client",
        ending: "BY_PERSON",
        closedAt: after(9),
        version: 2,
      },
    });
    expect(await store.db.auditEvent.findMany()).toMatchObject([
      {
        actor: "ann",
        timestamp: after(9),
        url: null,
        entityType: "problem",
        content: {
          action: "resolve",
          kind: "ORDER_HELD",
          subjectKey: "1",
          note: "called\ufffd the client",
          accepted: false,
        },
      },
    ]);
    expect(await resolve({ by: "bob" })).toMatchObject({ outcome: "CLOSED", problem: { closedBy: "ann" } });
    expect(await resolve({ id: 0n })).toEqual({ outcome: "NOT_FOUND", problem: null });
  });

  it("is not closed when it says something else than what was looked at; being seen again is no change", async () => {
    await openProblems(store.db, [held("1")], NOW);
    await openProblems(store.db, [held("1", "other")], after(1));
    await openProblems(store.db, [held("1", "other")], after(2));
    expect(await resolve({ version: 1 })).toMatchObject({
      outcome: "CHANGED",
      problem: { version: 2, reason: "other" },
    });
    expect(await resolve({ version: 2 })).toMatchObject({ outcome: "RESOLVED" });
  });

  it("opens again when it is found again, unless it was accepted", async () => {
    await openProblems(store.db, [held("1")], NOW);
    await resolve();
    expect(await findNews(store.db, [held("1"), held("2")])).toHaveLength(2);
    expect(await openProblems(store.db, [held("1")], after(10))).toMatchObject([{ isNew: true }]);
    await resolveProblem(store.db, { id: (await rows())[1]!.id, by: "ann", note: "so be it", accepted: true, at: NOW });
    expect(await findNews(store.db, [held("1"), held("1", "other"), held("2")])).toMatchObject([
      { reason: "other" },
      { subject: { key: "2" } },
    ]);
  });
});

describe("the count of open problems", () => {
  it("is by severity and kind, the gravest first, and reads no more than a bounded number of each", async () => {
    const kindOf = (name: string): ProblemKind => ({ ...HELD, name });
    await openProblems(store.db, [held("1"), held("2"), held("3", "x", { severity: "ERROR" })], NOW);
    await openProblems(store.db, [held("1", "x", { kind: kindOf("ANOTHER") })], NOW);
    const many = Array.from({ length: 1_005 }, (_, index) => held(String(index), "x", { kind: kindOf("MANY") }));
    await openProblems(store.db, many, NOW);
    await closeProblems(store.db, { kind: HELD, subjects: [order("2")], reason: "gone", at: NOW });
    const counts = await countOpenProblems(store.db);
    expect(counts).toEqual([
      { severity: "ERROR", context: "oms", kind: "ORDER_HELD", count: 1 },
      { severity: "WARNING", context: "oms", kind: "ANOTHER", count: 1 },
      { severity: "WARNING", context: "oms", kind: "MANY", count: 1_000 },
      { severity: "WARNING", context: "oms", kind: "ORDER_HELD", count: 1 },
    ]);
    expect(countOfSeverity(counts, "WARNING")).toBe(1_002);
    await store.db.problem.deleteMany();
    expect(await countOpenProblems(store.db)).toEqual([]);
  });

  it("and every list read few rows of a table that holds many, closed or open", async () => {
    await store.db.$executeRaw(Prisma.sql`
      INSERT INTO problem (context, kind, subject_type, subject_key, severity, reason, cure, opened_at, last_seen_at, closed_at, ending)
      SELECT CASE WHEN n % 2 = 0 THEN 'oms' ELSE 'ecomnow' END, 'KIND_' || n % 7, 'order', n::text, 'WARNING', 'r', 'c', ${NOW}, ${NOW},
        CASE WHEN n % 4 < 2 THEN ${NOW}::timestamptz END, CASE WHEN n % 4 < 2 THEN 'BY_ITSELF'::problem_ending END
      FROM generate_series(1, 60000) n`);
    await store.db.$executeRaw(Prisma.sql`ANALYZE problem`);
    const filters: ProblemFilter[] = [
      {},
      { open: true },
      { open: false, kind: "KIND_3" },
      { open: true, kind: "KIND_3" },
      { open: true, context: "ecomnow" },
      { open: true, severity: "WARNING" },
      { subjectType: "order", subjectKey: "77" },
    ];
    for (const filter of filters) {
      expect((await loadProblems(store.db, filter, null, 5)).length).toBeGreaterThan(0);
      const read = await rowsRead(loadProblemsQuery(filter, null, 50));
      expect({ filter, read: read <= 2_000 ? "few" : read }).toEqual({ filter, read: "few" });
    }
    expect(await loadProblems(store.db, { severity: "ERROR" }, null, 5)).toEqual([]);
    expect(await rowsRead(countOpenProblemsQuery())).toBeLessThan(10_000);
  });
});

/** Rows that the statement's scans touched, those thrown away by a filter included. */
async function rowsRead(query: Prisma.Sql): Promise<number> {
  const [row] = await store.db.$queryRaw<[{ "QUERY PLAN": [{ Plan: PlanNode }] }]>(
    Prisma.sql`EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) ${query}`,
  );
  const sum = (node: PlanNode): number => {
    const children = (node.Plans ?? []).reduce((total, child) => total + sum(child), 0);
    if (node["Relation Name"] === undefined) return children;
    return children + (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)) * node["Actual Loops"];
  };
  return sum(row["QUERY PLAN"][0].Plan);
}

interface PlanNode {
  readonly "Relation Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly PlanNode[];
}

describe("the retention of problems", () => {
  it("lets closed ones go, and keeps open ones and accepted ones that are still seen, however old they are", async () => {
    await openProblems(
      store.db,
      ["gone", "accepted", "once accepted", "open", "young"].map((key) => held(key)),
      NOW,
    );
    const close = (subjectKey: string, at: Date, accepted: boolean) =>
      store.db.problem.updateMany({ where: { subjectKey }, data: { closedAt: at, ending: "BY_PERSON", accepted } });
    await close("gone", after(1), false);
    await close("accepted", after(1), true);
    await close("once accepted", after(1), true);
    await close("young", after(60), false);
    await openProblems(store.db, [held("accepted")], after(59));
    const [rule] = toProblemRetention({ problemRetentionDays: 1 }) as [RetentionRule];
    const limits = { batchSize: 2, limit: 100, signal: new AbortController().signal };
    expect(await deleteOldRecords(store.db, rule, { ...limits, before: after(30), at: after(30) })).toBe(2);
    expect((await rows()).map(({ subjectKey }) => subjectKey)).toEqual(["accepted", "open", "young"]);
  });
});
