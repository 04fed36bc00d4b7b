import { randomUUID } from "node:crypto";

import { silentLog } from "@drumline/core/log";
import { testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import {
  abortBulkAction,
  type BulkOutcome,
  insertBulkAction,
  loadBulkAction,
  loadBulkRows,
} from "./bulk-actions.sql.ts";
import { type BulkWork, workNextBulkAction } from "./work-bulk-action.ts";

describe("a bulk action", () => {
  let test: TestDatabase;
  beforeAll(async () => void (test = await testDatabase()));
  afterAll(() => test.close());
  let id: string;
  beforeEach(async () => {
    await test.db.$executeRaw`TRUNCATE bulk_action CASCADE`;
    id = randomUUID();
    const asked = { id, action: "test", filter: { q: "x" }, params: {}, requestedBy: "ada" };
    await test.db.$transaction((tx) => insertBulkAction(tx, asked));
  });

  const rowIds = Array.from({ length: 25 }, (_, no) => String(no).padStart(2, "0"));
  const workOn = (apply: (ids: readonly string[]) => Promise<readonly BulkOutcome[]>): BulkWork => ({
    match: async function* () {
      yield rowIds.slice(0, 20);
      yield rowIds.slice(20);
    },
    apply,
    batch: 10,
  });
  const done = (ids: readonly string[]) => ids.map((one): BulkOutcome => ({ id: one, outcome: "DONE" }));
  const work = (one: BulkWork | null, isStopping = () => false) =>
    workNextBulkAction(test.db, silentLog, () => one, isStopping);
  const free = () => test.db.$executeRaw`UPDATE bulk_action SET lease_until = now() - interval '1 second'`;

  it("does each of its rows once, in batches, and says what became of each", async () => {
    const batches: (readonly string[])[] = [];
    const one = workOn((ids) => {
      batches.push(ids);
      return Promise.resolve(
        ids.map((row): BulkOutcome => {
          if (row === "03") return { id: row, outcome: "SKIPPED", reason: "has changed" };
          return row === "04"
            ? { id: row, outcome: "FAILED", reason: "refused" }
            : { id: row, outcome: "DONE", result: `r${row}` };
        }),
      );
    });
    expect(await work(one)).toBe(true);
    expect(batches.flat()).toEqual(rowIds);
    expect(batches.map(({ length }) => length)).toEqual([10, 10, 5]);
    expect(await loadBulkAction(test.db, id)).toMatchObject({
      state: "DONE",
      matched: 25,
      done: 23,
      skipped: 1,
      failed: 1,
    });
    expect(await loadBulkRows(test.db, id, { outcome: "SKIPPED" }, null, 10)).toEqual([
      { rowId: "03", outcome: "SKIPPED", reason: "has changed", result: null },
    ]);
    expect(await work(one)).toBe(false);
  });

  it("goes on after its last batch where its process died, whoever takes it up", async () => {
    const applied: string[] = [];
    const dies = workOn(async (ids) => {
      applied.push(...ids);
      // As a process that is killed: its lease stays, and nobody else has it until it runs out.
      if (applied.length > 10) await new Promise(() => {});
      return done(ids);
    });
    void work(dies);
    while ((await loadBulkAction(test.db, id))!.done < 10) await new Promise(setImmediate);
    expect(await work(workOn((ids) => Promise.resolve(done(ids))))).toBe(false);
    await free();
    const rest: string[] = [];
    await work(
      workOn((ids) => {
        rest.push(...ids);
        return Promise.resolve(done(ids));
      }),
    );
    expect(rest).toEqual(rowIds.slice(10));
    expect(await loadBulkAction(test.db, id)).toMatchObject({ state: "DONE", done: 25, matched: 25 });
  });

  it("takes nothing from one who has lost the lease", async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let begun = (): void => {};
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    const slow = work(
      workOn(async (ids) => {
        begun();
        await held;
        return done(ids);
      }),
    );
    await hasBegun;
    await free();
    await work(workOn((ids) => Promise.resolve(done(ids))));
    release();
    await slow;
    expect(await loadBulkAction(test.db, id)).toMatchObject({ state: "DONE", done: 25, skipped: 0 });
  });

  it("ends after the batch it is at when somebody aborts it", async () => {
    await work(
      workOn(async (ids) => {
        await abortBulkAction(test.db, id, "bob");
        return done(ids);
      }),
    );
    expect(await loadBulkAction(test.db, id)).toMatchObject({
      state: "ABORTED",
      done: 10,
      matched: 25,
      abortRequestedBy: "bob",
    });
    expect(await loadBulkRows(test.db, id, { outcome: "WAITING" }, null, 100)).toHaveLength(15);
    expect(await abortBulkAction(test.db, id, "bob")).toBe(false);
  });

  it("is tried again after a fault, and given up when it makes no progress", async () => {
    const fails = workOn(() => Promise.reject(new Error("the line is cut")));
    for (let tries = 0; tries < 5; tries += 1) {
      expect(await work(fails)).toBe(true);
      expect(await loadBulkAction(test.db, id)).toMatchObject({ state: "RUNNING", error: "the line is cut" });
      expect(await work(fails)).toBe(false);
      await free();
    }
    await work(fails);
    expect(await loadBulkAction(test.db, id)).toMatchObject({ state: "FAILED", error: "the line is cut", done: 0 });
  });

  it("is left to others by a process that stops", async () => {
    let stops = false;
    const one = workOn((ids) => {
      stops = true;
      return Promise.resolve(done(ids));
    });
    await work(one, () => stops);
    expect(await loadBulkAction(test.db, id)).toMatchObject({ state: "RUNNING", done: 10 });
    await work(one, () => false);
    expect(await loadBulkAction(test.db, id)).toMatchObject({ state: "DONE", done: 25 });
  });
});
