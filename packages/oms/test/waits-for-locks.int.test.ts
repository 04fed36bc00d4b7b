import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { Prisma } from "@drumline/db";
import { untilTrue } from "@drumline/testing";

import { receiveCancellationPlan } from "../src/commands/receive-from-omnitron.ts";
import { findBrokenInvariants } from "../src/invariants.sql.ts";
import { insertMissingStock } from "../src/planning/fulfilment/stock.sql.ts";
import { rawCancellation, rawItem } from "./local-omnitron.ts";
import { type OmsUnderTest, openOms } from "./oms-under-test.ts";

let oms: OmsUnderTest;
beforeEach(async () => void (oms = await openOms()));
afterEach(async () => {
  expect(await findBrokenInvariants(oms.db)).toEqual([]);
  await oms.close();
});

/** Stops `first` where it writes to the table, starts `second`, which waits for its locks, and lets both go on. */
async function whileWriting<First, Second>(
  table: "package" | "order_item",
  first: () => Promise<First>,
  second: () => Promise<Second>,
): Promise<[First, Second]> {
  const begun = await oms.db.$transaction(async (tx) => {
    await tx.$executeRaw(Prisma.sql`LOCK TABLE ${Prisma.raw(table)} IN SHARE MODE`);
    const writing = first();
    await untilTrue(async () => (await countWaiting()) === 1, { what: "the first waits for the table" });
    const waiting = second();
    await untilTrue(async () => (await countWaiting()) === 2, { what: "the second waits for the first" });
    return { writing, waiting };
  });
  return await Promise.all([begun.writing, begun.waiting]);
}

async function countWaiting(): Promise<number> {
  const [row] = await oms.db.$queryRaw<[{ waiting: number }]>(Prisma.sql`
    SELECT count(*)::int AS waiting FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`);
  return row.waiting;
}

async function sendOrder(units: number): Promise<void> {
  oms.sendOrder(1, [rawItem(1, { quantity: units })]);
  oms.outside.stock["sku-1"] = { A: units };
  await oms.pull();
}

describe("whoever waited for another's locks sees what the other did", () => {
  it("an import that meets the planning of its order takes the units back out of the new package", async () => {
    await sendOrder(5);
    await whileWriting("package", oms.plan, () => {
      oms.sendOrder(1, [rawItem(1, { quantity: 1 })]);
      return oms.pull();
    });
    expect(await oms.packages()).toEqual(["R1P1@A WAITING sku-1×1"]);
  });

  it("a change of a cancellation plan that meets its carrying out is too late, and a person is told", async () => {
    await sendOrder(5);
    await oms.plan();
    const send = (units: number, minute: number) => {
      const plan = rawCancellation(1, "R1", [[1, units]], { modified_date: `2026-11-20T11:0${minute}:00.000Z` });
      oms.outside.cancellations.splice(0, 1, plan);
      return plan;
    };
    send(3, 1);
    await oms.pull();
    await whileWriting("order_item", oms.cancel, () => {
      const payload = send(1, 2);
      const event = { event: { type: "cancellation_plan.updated", uuid: "change" }, payload };
      return receiveCancellationPlan(oms.db, event, {}, oms.clock);
    });
    expect(await oms.packages()).toEqual(["R1P1@A WAITING sku-1×2"]);
    expect(await oms.problems()).toEqual([expect.stringMatching(/^PLAN_CHANGED_TOO_LATE: .*item 1 3 are cancelled/)]);
    expect(await oms.db.cancellationPlan.findMany()).toMatchObject([{ status: "COMPLETED" }]);
  });

  it("a planner that gets to know a product does not wait for one that is changing its level", async () => {
    await sendOrder(5);
    await oms.plan();
    const asOf = new Map([["sku-1", oms.clock.now()]]);
    await oms.db.$transaction(async (tx) => {
      await tx.$executeRaw(Prisma.sql`UPDATE stock SET on_hand = 6`);
      await insertMissingStock(oms.db, [{ sku: "sku-1", erpCode: "A", quantity: 9 }], asOf);
    });
    expect(await oms.db.stock.findMany()).toMatchObject([{ onHand: 6 }]);
  });
});
