import { testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { closeProblems, closeUnseenProblems } from "./close-problems.sql.ts";
import { openProblems } from "./open-problems.sql.ts";
import type { NewProblem, ProblemKind } from "./problem-kind.ts";

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
