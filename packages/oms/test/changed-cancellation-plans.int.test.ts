import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { receiveCancellationPlan } from "../src/commands/receive-from-omnitron.ts";
import { findBrokenInvariants } from "../src/invariants.sql.ts";
import { type Raw, rawCancellation, rawItem } from "./local-omnitron.ts";
import { type OmsUnderTest, openOms } from "./oms-under-test.ts";

let oms: OmsUnderTest;
beforeEach(async () => void (oms = await openOms()));
afterEach(async () => {
  expect(await findBrokenInvariants(oms.db)).toEqual([]);
  await oms.close();
});

/** Sends a plan as it is from that minute on. */
function sendPlan(
  pk: number,
  minute: number,
  items: readonly (readonly [number, number])[],
  overrides: Raw = {},
): void {
  const modified_date = `2026-11-20T11:${String(minute).padStart(2, "0")}:00.000Z`;
  const plan = rawCancellation(pk, "R1", items, { modified_date, ...overrides });
  const index = oms.outside.cancellations.findIndex((known) => known["pk"] === pk);
  if (index < 0) oms.outside.cancellations.push(plan);
  else oms.outside.cancellations[index] = plan;
}

/** The version as a webhook brings it, however late. */
const receive = (minute: number, items: readonly (readonly [number, number])[]) =>
  receiveCancellationPlan(
    oms.db,
    {
      event: { type: "cancellation_plan.updated", uuid: `minute-${minute}` },
      payload: rawCancellation(1, "R1", items, { modified_date: `2026-11-20T11:0${minute}:00.000Z` }),
    },
    {},
    oms.clock,
  );

async function planOrder(units = 3): Promise<void> {
  oms.sendOrder(1, [rawItem(1, { quantity: units })]);
  oms.outside.stock["sku-1"] = { A: units };
  await oms.pull();
  await oms.plan();
}

const plans = async () =>
  (await oms.db.cancellationPlan.findMany({ orderBy: { id: "asc" } })).map(({ status }) => status);
const log = async () =>
  (
    await oms.db.stateTransitionLog.findMany({ where: { entityType: "cancellation_plan" }, orderBy: { id: "asc" } })
  ).map(({ command, newState }) => `${command} ${newState}`);

describe("a cancellation plan that Omnitron withdraws", () => {
  it.each(["rejected", "cancelled", "completed"])(
    "(%s) is closed before it is begun, and cancels nothing",
    async (status) => {
      await planOrder();
      sendPlan(1, 1, [[1, 3]]);
      await oms.pull();
      sendPlan(1, 2, [[1, 3]], { status });
      expect(await oms.pull({ dryRun: true })).toMatchObject({ cancellations: { taken: 1 } });
      expect(await oms.pull()).toMatchObject({ cancellations: { taken: 1 } });
      expect(await oms.cancel()).toMatchObject({ plans: 0 });
      expect(await plans()).toEqual(["WITHDRAWN"]);
      expect(await oms.packages()).toEqual(["R1P1@A WAITING sku-1×3"]);
      expect(await log()).toEqual(["IMPORT_CANCELLATION_PLAN WAITING", "WITHDRAW_CANCELLATION_PLAN WITHDRAWN"]);
      await oms.pull();
      expect(oms.told()).toEqual([]);
    },
  );

  it("lets the package that waited for the carrier go on", async () => {
    await planOrder();
    await oms.command("R1P1", "COMPLETE_PACKAGING", { carrier: "dhl", tracking_number: "T1" });
    sendPlan(1, 1, [[1, 3]]);
    await oms.pull();
    await oms.cancel();
    expect(await oms.packages()).toEqual(["R1P1@A CANCELLATION_WAITING sku-1×3"]);
    sendPlan(1, 2, [[1, 3]], { status: "rejected" });
    await oms.pull();
    expect(await plans()).toEqual(["WITHDRAWN"]);
    expect(await oms.packages()).toEqual(["R1P1@A PACKED sku-1×3"]);
    expect(await oms.rerun()).toMatchObject({ plans: 0 });
  });

  it("is not opened again by an older version that comes late", async () => {
    await planOrder();
    sendPlan(1, 1, [[1, 3]]);
    await oms.pull();
    sendPlan(1, 3, [[1, 3]], { status: "rejected" });
    await oms.pull();
    expect(await receive(2, [[1, 2]])).toEqual({ duplicate: false, changed: false });
    expect(await plans()).toEqual(["WITHDRAWN"]);
    expect(await oms.cancel()).toMatchObject({ plans: 0 });
  });

  it("before it was ever seen is not begun by an older version that comes late", async () => {
    await planOrder();
    sendPlan(1, 2, [[1, 3]], { status: "rejected" });
    expect(await oms.pull()).toMatchObject({ cancellations: { taken: 0 } });
    expect(await receive(1, [[1, 3]])).toEqual({ duplicate: false, changed: false });
    expect(await oms.cancel()).toMatchObject({ plans: 0 });
    expect(await log()).toEqual(["IMPORT_CANCELLATION_PLAN WITHDRAWN"]);
    sendPlan(1, 3, [[1, 2]]);
    await oms.pull();
    expect(await oms.cancel()).toMatchObject({ plans: 1, unitsCancelled: 2 });
  });

  it("is a problem that a person sees when it was carried out already", async () => {
    await planOrder();
    sendPlan(1, 1, [[1, 1]]);
    await oms.pull();
    await oms.cancel();
    sendPlan(1, 2, [[1, 1]], { status: "rejected" });
    await oms.pull();
    expect(await plans()).toEqual(["COMPLETED"]);
    expect(await oms.problems()).toEqual([expect.stringMatching(/^PLAN_CHANGED_TOO_LATE: .*rejected.*COMPLETED/)]);
    // The answer that Omnitron knows of again is no contradiction.
    sendPlan(1, 3, [[1, 1]], { status: "completed" });
    await oms.pull();
    expect(await oms.problems()).toEqual([]);
  });
});

describe("a cancellation plan that Omnitron changes", () => {
  it("is carried out as it is in the end, also when it was begun or ended as it was", async () => {
    await planOrder(5);
    sendPlan(1, 1, [[1, 1]]);
    await oms.pull();
    sendPlan(1, 2, [[1, 2]]);
    await oms.pull();
    expect(await oms.cancel()).toMatchObject({ completed: 1, unitsCancelled: 2 });
    sendPlan(1, 3, [[1, 4]]);
    await oms.pull();
    expect(await plans()).toEqual(["WAITING"]);
    expect(await oms.cancel()).toMatchObject({ completed: 1, unitsCancelled: 2 });
    expect(await oms.packages()).toEqual(["R1P1@A WAITING sku-1×1"]);
    await oms.pull();
    expect(oms.outside.told.map(({ body }) => body["items"])).toMatchObject([[{ done: 2 }], [{ done: 4 }]]);
  });

  it("stays as it ended when only its date is newer", async () => {
    await planOrder();
    sendPlan(1, 1, [[1, 1]]);
    await oms.pull();
    await oms.cancel();
    sendPlan(1, 2, [[1, 1]]);
    await oms.pull();
    expect(await plans()).toEqual(["COMPLETED"]);
  });

  it.each([
    ["fewer units", [[1, 1]], /of item 1 2 are cancelled, and the plan now wants 1/],
    ["more units", [[1, 3]], /now wants 3 of item 1, where it asked for 2/],
    [
      "another item",
      [
        [1, 2],
        [9, 1],
      ],
      /now wants 1 of item 9, where it asked for 0/,
    ],
  ] as const)(
    "while our answer is on its way is a problem where it wants %s than were answered",
    async (_what, items, reason) => {
      await planOrder();
      sendPlan(1, 1, [[1, 2]]);
      await oms.pull();
      await oms.cancel();
      // Omnitron has taken the answer for one to the plan as it is by then.
      sendPlan(1, 2, items, { status: "completed" });
      await oms.pull();
      await oms.pull();
      expect(await plans()).toEqual(["COMPLETED"]);
      expect(await oms.problems()).toEqual([expect.stringMatching(reason)]);
    },
  );

  it("stays a problem when another version comes that is as new", async () => {
    await planOrder();
    sendPlan(1, 1, [[1, 2]]);
    await oms.pull();
    await oms.cancel();
    sendPlan(1, 2, [[1, 3]], { status: "completed" });
    await oms.pull();
    await receive(2, [[1, 2]]);
    expect(await oms.problems()).toEqual([expect.stringMatching(/^PLAN_CHANGED_TOO_LATE: /)]);
  });

  it("by webhook is a problem at once when it asks for less than is cancelled already", async () => {
    await planOrder();
    sendPlan(1, 1, [[1, 2]]);
    await oms.pull();
    await oms.cancel();
    await receive(2, [[1, 1]]);
    expect(await oms.problems()).toEqual([expect.stringMatching(/^PLAN_CHANGED_TOO_LATE: .*item 1.*2.*1/)]);
  });

  it("is not turned back by a late webhook of the version before, which bears the same instant", async () => {
    await planOrder();
    sendPlan(1, 1, [[1, 1]]);
    await oms.pull();
    await receive(1, [[1, 3]]);
    await oms.cancel();
    expect(await oms.packages()).toEqual(["R1P1@A WAITING sku-1×2"]);
    expect(await oms.problems()).toEqual([]);
  });

  it("is a problem when it asks for less than is cancelled already", async () => {
    await planOrder();
    sendPlan(1, 1, [[1, 2]]);
    await oms.pull();
    await oms.cancel();
    sendPlan(1, 2, [[1, 1]]);
    await oms.pull();
    expect(await plans()).toEqual(["COMPLETED"]);
    expect(await oms.problems()).toEqual([expect.stringMatching(/^PLAN_CHANGED_TOO_LATE: .*item 1.*2.*1/)]);
  });
});
