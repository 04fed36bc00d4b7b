import { HOUR_MS, manualClock, type ManualClock, MINUTE_MS } from "@drumline/core/clock";
import { Cancel } from "@drumline/core/task";
import { AuthenticationRefused, RateLimited, Unavailable, UnusableAnswer } from "@drumline/outbound/http";
import { startTaskRun, type TaskRunOptions, testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { RefundRefused } from "../gateways/payments/errors.ts";
import { checkPaymentStatus } from "./check-payment-status.ts";
import { scriptedProvider, type ScriptedProvider } from "../../test/scripted-provider.ts";
import { after, clearShop, NOON, stateOf, storeOrder } from "../../test/shop-rows.ts";

let store: TestDatabase;
let provider: ScriptedProvider;
let clock: ManualClock;

beforeAll(async () => void (store = await testDatabase({ maxConnections: 8 })));
afterAll(() => store.close());
beforeEach(async () => {
  await clearShop(store.db);
  provider = scriptedProvider();
  clock = manualClock(NOON);
});

const site = { system: "Mollie", method: "GET", url: "https://api.mollie.com/v2/payments/tr_1" };

function start(options: TaskRunOptions<object> = {}, others: readonly ScriptedProvider[] = []) {
  const payments = new Map([provider, ...others].map((one) => [one.provider, one]));
  const run = startTaskRun(store.db, { payments, settings: { shopPaymentConcurrency: 20 } }, { clock, ...options });
  return { ...run, result: checkPaymentStatus(run.context) };
}
const check = async (others: readonly ScriptedProvider[] = []) => await start({}, others).result;

const openProblems = async () =>
  (
    await store.db.problem.findMany({
      where: { closedAt: null, kind: { startsWith: "SHOP_" } },
      orderBy: { kind: "asc" },
    })
  ).map(({ kind }) => kind);

describe("the check of payments", () => {
  it("confirms what a shopper paid who closed the browser, two minutes after, without any webhook", async () => {
    const order = await storeOrder(store.db, {}, { nextCheckAt: after(2) });
    provider.put(order.providerIds[0]!, { status: "PAID" });
    expect(await check()).toMatchObject({ asked: 0 });
    clock.advance(2 * MINUTE_MS);
    expect(await check()).toMatchObject({ asked: 1, confirmed: 1 });
    expect(await stateOf(store.db, order.id)).toMatchObject({
      status: "CONFIRMED",
      notices: ["confirmed"],
      movements: ["SALE A 2"],
    });
    expect(await store.db.shopPayment.findFirst()).toMatchObject({ checks: 1, nextCheckAt: null, claimedBy: null });
    expect(await check()).toMatchObject({ asked: 0 });
  });

  it("shared by several runs asks for each payment once, a few at once, outside of transactions", async () => {
    provider = scriptedProvider({ delayMs: 3 });
    const orders = await Promise.all(Array.from({ length: 60 }, () => storeOrder(store.db, {}, {})));
    for (const { providerIds } of orders) provider.put(providerIds[0]!, { status: "PAID" });
    const results = await Promise.all([check(), check(), check()]);
    expect(results.reduce((sum, { confirmed }) => sum + Number(confirmed), 0)).toBe(60);
    expect(provider.calls.filter((call) => call.startsWith("get"))).toHaveLength(60);
    expect(provider.mostAtOnce()).toBeLessThanOrEqual(60);
    expect(await store.db.shopNotice.count()).toBe(60);
  });

  it.each([
    ["429 with Retry-After", new RateLimited(site, 7 * MINUTE_MS), 7, 0],
    ["503", new Unavailable(site, "answered 503"), 1, 1],
    ["a hang", new Unavailable(site, "did not answer within 10 s"), 1, 1],
    ["an HTML page with 200", new UnusableAnswer(site, "is not JSON"), 1, 1],
  ])("changes nothing after %s, and comes again in time", async (_, error, minutes, failedChecks) => {
    const order = await storeOrder(store.db, {}, {});
    provider.put(order.providerIds[0]!, { status: "PAID" });
    provider.fail("get", error);
    await check();
    expect(await stateOf(store.db, order.id)).toMatchObject({ status: "PLACED", payments: ["OPEN"], events: [] });
    expect(await store.db.shopPayment.findFirst()).toMatchObject({
      nextCheckAt: after(minutes),
      failedChecks,
      claimedBy: null,
    });
    clock.set(after(minutes));
    expect(await check()).toMatchObject({ confirmed: 1 });
    expect(await store.db.shopPayment.findFirst()).toMatchObject({ failedChecks: 0, lastCheckError: null });
  });

  it("asks a provider no more in this run once it wants silence", async () => {
    for (let order = 0; order < 300; order += 1) await storeOrder(store.db, {}, {});
    provider.fail("get", new RateLimited(site, 5 * MINUTE_MS), { times: Infinity });
    await start().result;
    expect(provider.calls.length).toBeLessThanOrEqual(20);
  });

  it("ends at a provider that refuses our key, after the others were asked, and a person sees it until it takes it again", async () => {
    const other = scriptedProvider({ provider: "stripe" });
    const order = await storeOrder(store.db, {}, {});
    const fine = await storeOrder(store.db, {}, { provider: "stripe", providerId: "pi_1" });
    provider.put(order.providerIds[0]!, { status: "PAID" });
    other.put("pi_1", { status: "PAID" });
    provider.fail("get", new AuthenticationRefused(site, 401, "Set MOLLIE_API_KEY."), { times: Infinity });
    await expect(check([other])).rejects.toThrow(Cancel);
    expect(await stateOf(store.db, order.id)).toMatchObject({ status: "PLACED", payments: ["OPEN"] });
    expect(await stateOf(store.db, fine.id)).toMatchObject({ status: "CONFIRMED" });
    expect(await openProblems()).toEqual(["SHOP_PROVIDER_REFUSES"]);
    provider.heal();
    expect(await check([other])).toMatchObject({ confirmed: 1 });
    expect(await openProblems()).toEqual([]);
  });

  it("holds what a provider does not know after a change of keys, and lets it go when it does", async () => {
    const order = await storeOrder(store.db, {}, {});
    await check();
    expect(await stateOf(store.db, order.id)).toMatchObject({
      status: "PLACED",
      heldReason: "NOT_FOUND",
      payments: ["OPEN"],
    });
    provider.put(order.providerIds[0]!, { status: "PAID" });
    clock.advance(5 * MINUTE_MS);
    expect(await check()).toMatchObject({ confirmed: 1 });
    expect(await openProblems()).toEqual([]);
  });

  it("in a dry run counts what is due, and asks and changes nothing", async () => {
    await storeOrder(store.db, { payBy: NOON }, {});
    expect(await start({ dryRun: true }).result).toEqual({ wouldAsk: 1, wouldCancel: 1, wouldRefund: 0 });
    expect(provider.calls).toEqual([]);
  });

  it("asks no provider that cannot be asked, and a person looks where nothing was told by the end", async () => {
    const adyen = scriptedProvider({ provider: "adyen", canPoll: false });
    const order = await storeOrder(store.db, {}, { provider: "adyen", providerId: "psp_1", expiresAt: after(60) });
    await check([adyen]);
    expect(await openProblems()).toEqual([]);
    clock.set(after(121));
    expect(await check([adyen])).toMatchObject({ overdue: 1 });
    expect(adyen.calls).toEqual([]);
    expect(await openProblems()).toEqual(["SHOP_PAYMENT_STUCK"]);
    expect(await stateOf(store.db, order.id)).toMatchObject({ status: "PLACED" });
  });

  it("stores what it can of a batch where the database refuses one", async () => {
    const bad = await storeOrder(store.db, {}, {});
    const good = await storeOrder(store.db, {}, {});
    for (const { providerIds } of [bad, good]) provider.put(providerIds[0]!, { status: "PAID" });
    provider.put(bad.providerIds[0]!, { method: "evil" });
    await store.db.$executeRaw`ALTER TABLE shop_payment ADD CONSTRAINT no_evil CHECK (method <> 'evil')`;
    try {
      const { result, problems } = start();
      expect(await result).toMatchObject({ confirmed: 1, failed: 1 });
      expect(problems).toEqual([{ recordId: bad.payments[0], error: expect.stringContaining("no_evil") }]);
      expect(await stateOf(store.db, good.id)).toMatchObject({ status: "CONFIRMED" });
    } finally {
      await store.db.$executeRaw`ALTER TABLE shop_payment DROP CONSTRAINT no_evil`;
    }
  });
});

describe("an order that is not paid in time", () => {
  it("is cancelled once its provider was asked, and what can be cancelled there was", async () => {
    const order = await storeOrder(
      store.db,
      { payBy: after(480) },
      { status: "EXPIRED", nextCheckAt: null },
      { nextCheckAt: null },
    );
    provider.put(order.providerIds[0]!, { status: "EXPIRED" });
    provider.put(order.providerIds[1]!, { status: "OPEN", isCancelable: true });
    clock.set(after(479));
    expect(await check()).toMatchObject({ cancelled: 0 });
    clock.set(after(480));
    expect(await check()).toMatchObject({ cancelled: 1 });
    expect(provider.calls).toEqual(
      expect.arrayContaining([`get ${order.providerIds[0]}`, `cancel ${order.providerIds[1]}`]),
    );
    expect(await stateOf(store.db, order.id)).toMatchObject({
      status: "CANCELLED",
      paymentState: "NOT_PAID",
      payments: ["EXPIRED", "CANCELED"],
      notices: ["cancelled"],
      movements: [],
      events: ["shop.order.cancelled"],
    });
    expect(await check()).toMatchObject({ cancelled: 0 });
  });

  it.each([
    ["its provider is down", { status: "EXPIRED" }, new Unavailable(site, "answered 500")],
    ["an attempt is open and cannot be cancelled", { status: "PENDING" }, null],
  ] as const)("is not cancelled while %s", async (_, payment, error) => {
    const order = await storeOrder(store.db, { payBy: NOON }, { nextCheckAt: null });
    provider.put(order.providerIds[0]!, payment);
    if (error !== null) provider.fail("get", error);
    expect(await check()).toMatchObject({ cancelled: 0 });
    expect(await stateOf(store.db, order.id)).toMatchObject({ status: "PLACED", notices: [] });
    expect(await store.db.shopOrder.findFirst()).toMatchObject({ cancelTryAt: after(60), claimedBy: null });
    provider.put(order.providerIds[0]!, { status: "EXPIRED" });
    clock.advance(HOUR_MS);
    expect(await check()).toMatchObject({ cancelled: 1 });
  });

  it("is confirmed instead where the provider says that it was paid", async () => {
    const order = await storeOrder(store.db, { payBy: NOON }, { nextCheckAt: null });
    provider.put(order.providerIds[0]!, { status: "PAID" });
    expect(await check()).toMatchObject({ cancelled: 0 });
    expect(await stateOf(store.db, order.id)).toMatchObject({ status: "CONFIRMED", notices: ["confirmed"] });
  });

  it("and is paid late all the same gets exactly one refund, looked up before it is sent again after a lost answer", async () => {
    const order = await storeOrder(store.db, { status: "CANCELLED" }, { status: "EXPIRED" });
    const [id] = order.providerIds as [string];
    provider.put(id, { status: "PAID" });
    provider.fail("refund", new Unavailable(site, "did not answer"), { when: "after" });
    expect(await check()).toMatchObject({ refunded: 0 });
    expect(await stateOf(store.db, order.id)).toMatchObject({
      paymentState: "REFUND_DUE",
      refunds: ["late 1000 UNKNOWN"],
    });
    clock.advance(2 * HOUR_MS);
    expect(await check()).toMatchObject({ refunded: 1 });
    expect(provider.refunds.get(id)).toHaveLength(1);
    expect(provider.calls.filter((call) => call.startsWith("refund"))).toHaveLength(1);
    expect(await stateOf(store.db, order.id)).toMatchObject({ refunds: ["late 1000 PENDING"] });

    provider.setRefund(id, 0, "REFUNDED");
    clock.advance(HOUR_MS);
    await check();
    expect(await stateOf(store.db, order.id)).toMatchObject({
      paymentState: "REFUNDED",
      refunds: ["late 1000 REFUNDED"],
      notices: ["refunded"],
    });
  });

  it("has its late authorisation cancelled at its provider", async () => {
    const order = await storeOrder(store.db, { status: "CANCELLED" }, { status: "EXPIRED" });
    provider.put(order.providerIds[0]!, { status: "AUTHORIZED", isCancelable: true });
    await check();
    expect(provider.calls).toContain(`cancel ${order.providerIds[0]}`);
    expect(await stateOf(store.db, order.id)).toMatchObject({ status: "CANCELLED", refunds: [] });
  });
});

describe("a refund", () => {
  it("that its provider will never make fails, for a person to see", async () => {
    const order = await storeOrder(store.db, { status: "CANCELLED" }, { status: "EXPIRED" });
    provider.put(order.providerIds[0]!, { status: "PAID" });
    provider.fail("refund", new RefundRefused("mollie", "tr_1", { said: "The amount is higher", isDuplicate: false }));
    await check();
    expect(await stateOf(store.db, order.id)).toMatchObject({
      refunds: ["late 1000 FAILED"],
      paymentState: "REFUND_DUE",
    });
    expect(await openProblems()).toEqual(["SHOP_REFUND_FAILED"]);
    clock.advance(48 * HOUR_MS);
    await check();
    expect(provider.calls.filter((call) => call.startsWith("refund"))).toHaveLength(1);
  });

  it("that is refused since another just like it was made a moment ago is sent again later", async () => {
    const order = await storeOrder(store.db, { status: "CANCELLED" }, { status: "EXPIRED" });
    provider.put(order.providerIds[0]!, { status: "PAID" });
    provider.fail("refund", new RefundRefused("mollie", "tr_1", { said: "A duplicate refund", isDuplicate: true }));
    await check();
    expect(await stateOf(store.db, order.id)).toMatchObject({ refunds: ["late 1000 DUE"] });
    clock.advance(HOUR_MS);
    expect(await check()).toMatchObject({ refunded: 1 });
    expect(provider.refunds.get(order.providerIds[0]!)).toHaveLength(1);
    expect(await openProblems()).toEqual([]);
  });

  it("that was certainly not sent is sent under its key when its provider may be asked again", async () => {
    const order = await storeOrder(store.db, { status: "CANCELLED" }, { status: "EXPIRED" });
    provider.put(order.providerIds[0]!, { status: "PAID" });
    provider.fail("refund", new RateLimited(site, 5 * MINUTE_MS));
    await check();
    expect(await stateOf(store.db, order.id)).toMatchObject({ refunds: ["late 1000 DUE"] });
    clock.advance(5 * MINUTE_MS);
    expect(await check()).toMatchObject({ refunded: 1 });
    expect(provider.refunds.get(order.providerIds[0]!)).toHaveLength(1);
  });
});
