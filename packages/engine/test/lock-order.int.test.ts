import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { defineTask } from "@drumline/core/task";
import { testDatabase, type TestDatabase } from "@drumline/testing";
import { z } from "zod";

import { insertRuns } from "../src/ledger/insert-runs.sql.ts";
import { newRunOf } from "../src/ledger/new-run.ts";
import { claimRuns } from "../src/run/claim-runs.sql.ts";
import { saveEndings } from "../src/run/endings.sql.ts";
import { renewLeases } from "../src/run/renew-leases.sql.ts";

const task = defineTask({
  name: "test.locks",
  queue: "oms",
  summary: "Lie in the ledger.",
  args: z.strictObject({}),
  timeoutMs: 1_000,
  built: true,
});
const RUNS = 300;

let database: TestDatabase;
beforeAll(async () => void (database = await testDatabase()));
afterAll(() => database.close());

describe("statements that write many runs at once", () => {
  it("never wait for each other in a circle, whatever order they are given the runs in", async () => {
    const { db } = database;
    const ids: string[] = Array.from({ length: RUNS }, () => randomUUID());
    await insertRuns(
      db,
      ids.map((id) => newRunOf(task, { id, args: {}, origin: "MANUAL" })),
    );
    const tokens = new Map<string, string>(ids.map((id) => [id, randomUUID()]));
    const claimed = await claimRuns(
      db,
      ids.map((id) => ({ runId: id, leaseToken: tokens.get(id)! })),
      { worker: "test", leaseMs: 60_000 },
    );
    expect(claimed.every((run) => run !== null)).toBe(true);

    const orders = [ids, ids.toReversed(), ids.toSorted(), ids.toSorted().toReversed()];
    const leasesIn = (order: readonly string[]) =>
      order.map((id) => ({ id, token: tokens.get(id)!, progress: { done: 1 }, lines: [] }));
    for (let round = 0; round < 15; round += 1) {
      const renewed = await Promise.all(orders.map((order) => renewLeases(db, leasesIn(order), 60_000)));
      expect(renewed.flat().every((outcome) => outcome === "renewed")).toBe(true);
    }
    const saved = await Promise.all(
      orders.map((order) =>
        saveEndings(
          db,
          order.map((id) => ({
            id,
            token: tokens.get(id)!,
            isHelper: false,
            ending: { kind: "FINISHED", result: {} },
            progress: null,
            problems: [],
            problemCount: 0,
            lines: [],
          })),
        ),
      ),
    );
    // Each end is written once, by whichever statement came first.
    expect(saved.map(({ recorded }) => recorded.size).toSorted((one, other) => other - one)).toEqual([RUNS, 0, 0, 0]);
    expect(await db.run.count({ where: { status: "FINISHED", attempt: 1 } })).toBe(RUNS);
  });
});
