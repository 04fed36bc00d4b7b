import { manualClock } from "@drumline/core/clock";
import { Unavailable } from "@drumline/outbound/http";
import { startTaskRun, testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { reconcilePayments } from "./reconcile-payments.ts";
import { euro, scriptedProvider, type ScriptedProvider } from "../../test/scripted-provider.ts";
import { after, clearShop, NOON, stateOf, storeOrder } from "../../test/shop-rows.ts";

let store: TestDatabase;
let provider: ScriptedProvider;
const NIGHT = after(12 * 60);

beforeAll(async () => void (store = await testDatabase()));
afterAll(() => store.close());
beforeEach(async () => {
  await clearShop(store.db);
  provider = scriptedProvider();
});

async function reconcile(dryRun = false) {
  const gateways = { payments: new Map([["mollie", provider]]), settings: { shopPaymentConcurrency: 4 } };
  const run = startTaskRun(store.db, gateways, { clock: manualClock(NIGHT), dryRun });
  return { result: await reconcilePayments(run.context), problems: run.problems };
}
const openProblems = async () =>
  (await store.db.problem.findMany({ where: { closedAt: null, kind: { startsWith: "SHOP_" } } })).map(
    ({ kind, subjectKey }) => `${kind} ${subjectKey}`,
  );

describe("the nightly comparison with providers", () => {
  it("applies states that differ, and leaves alone what is the same", async () => {
    const paid = await storeOrder(store.db, {}, { providerId: "tr_paid" });
    const same = await storeOrder(store.db, {}, { providerId: "tr_same", status: "EXPIRED", nextCheckAt: null });
    provider.put("tr_paid", { status: "PAID", createdAt: NOON });
    provider.put("tr_same", { status: "EXPIRED", createdAt: NOON });
    expect((await reconcile(true)).result).toMatchObject({ listed: 2, differing: 1 });
    expect(await stateOf(store.db, paid.id)).toMatchObject({ status: "PLACED" });
    expect((await reconcile()).result).toMatchObject({ listed: 2, differing: 1, unmatched: 0, unlisted: 0 });
    expect(await stateOf(store.db, paid.id)).toMatchObject({ status: "CONFIRMED", notices: ["confirmed"] });
    expect(await stateOf(store.db, same.id)).toMatchObject({ status: "PLACED", events: [] });
    expect(await store.db.shopPaymentObservation.findMany()).toMatchObject([{ source: "RECONCILE" }]);
    expect((await reconcile()).result).toMatchObject({ differing: 0 });
  });

  it("tells of money without an order until its order comes, and not of what is not paid or very young", async () => {
    provider.put("tr_lost", { status: "PAID", createdAt: NOON, amount: euro(500n) });
    provider.put("tr_open", { status: "OPEN", createdAt: NOON });
    provider.put("tr_young", { status: "PAID", createdAt: NIGHT });
    expect((await reconcile()).result).toMatchObject({ unmatched: 1 });
    expect(await openProblems()).toEqual(["SHOP_PAYMENT_UNMATCHED mollie/tr_lost"]);
    await storeOrder(store.db, { totalMinor: 500n }, { providerId: "tr_lost" });
    await reconcile();
    expect(await openProblems()).toEqual([]);
  });

  it("finds a payment by our reference whose provider's answer was lost when it was made", async () => {
    const order = await storeOrder(store.db, {}, { providerId: null, nextCheckAt: null });
    provider.put("tr_1", { status: "PAID", createdAt: NOON, reference: order.payments[0]! });
    expect((await reconcile()).result).toMatchObject({ differing: 1, unmatched: 0 });
    expect(await stateOf(store.db, order.id)).toMatchObject({ status: "CONFIRMED" });
  });

  it("asks for what is on record and not listed: what is gone there is held", async () => {
    const order = await storeOrder(store.db, {}, { providerId: "tr_gone" });
    expect((await reconcile()).result).toMatchObject({ listed: 0, unlisted: 1 });
    expect(await stateOf(store.db, order.id)).toMatchObject({ heldReason: "NOT_FOUND", payments: ["OPEN"] });
  });

  it("finds a dispute whose webhook was lost, weeks after its payment, and that it was won", async () => {
    const order = await storeOrder(
      store.db,
      { status: "CONFIRMED" },
      { providerId: "tr_old", status: "PAID", createdAt: after(-60 * 24 * 30) },
    );
    const dispute = {
      providerId: "chb_1",
      status: "OPEN",
      amount: euro(1_000n),
      reason: "fraudulent",
      openedAt: after(-60 * 24 * 3),
    } as const;
    const put = (status: "OPEN" | "WON") =>
      provider.put("tr_old", { status: "PAID", createdAt: after(-60 * 24 * 30), disputes: [{ ...dispute, status }] });
    put("OPEN");
    provider.put("tr_foreign", { createdAt: after(-60 * 24 * 30), disputes: [{ ...dispute, providerId: "chb_2" }] });
    expect((await reconcile(true)).result).toMatchObject({ disputes: 1 });
    expect(await store.db.shopDispute.count()).toBe(0);
    expect((await reconcile()).result).toMatchObject({ listed: 0, disputes: 1, failed: 0 });
    expect(await stateOf(store.db, order.id)).toMatchObject({
      paymentState: "CHARGED_BACK",
      events: ["shop.payment.disputed"],
    });
    expect(await openProblems()).toEqual(["SHOP_PAYMENT_DISPUTED mollie/chb_1"]);
    expect((await reconcile()).result).toMatchObject({ disputes: 0 });
    put("WON");
    expect((await reconcile()).result).toMatchObject({ disputes: 1 });
    expect(await openProblems()).toEqual([]);
    expect(await store.db.shopDispute.findMany()).toMatchObject([{ providerId: "chb_1", status: "WON" }]);
  });

  it("compares what was listed before a provider failed, and misses nothing of what was not", async () => {
    for (const id of ["tr_1", "tr_2", "tr_3"]) {
      await storeOrder(store.db, {}, { providerId: id });
      provider.put(id, { status: "PAID", createdAt: NOON });
    }
    provider.fail("list", new Unavailable({ system: "Mollie", method: "GET", url: "u" }, "answered 500"), {
      only: "2",
    });
    const { result, problems } = await reconcile();
    expect(result).toMatchObject({ listed: 2, differing: 2, unlisted: 0, failed: 1 });
    expect(problems).toHaveLength(1);
    expect(await openProblems()).toEqual([]);
  });
});
