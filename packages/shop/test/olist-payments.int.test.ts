import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

import { HOUR_MS, manualClock } from "@drumline/core/clock";
import { parseMinorUnits } from "@drumline/core/money";
import { startTaskRun, testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { PaymentStatus } from "../src/gateways/payments/port.ts";
import { checkPaymentStatus } from "../src/payments/check-payment-status.ts";
import { scriptedProvider } from "./scripted-provider.ts";
import { NOON } from "./shop-rows.ts";

const FOLDER = fileURLToPath(new URL("../../../../shared/data/olist/train/", import.meta.url));
const isThere = existsSync(`${FOLDER}order_payments.csv.gz`);
if (!isThere) process.stderr.write(`skipped: real payments are not at ${FOLDER}\n`);

/** No field of these files holds a comma. */
function rowsOf(file: string): Record<string, string>[] {
  const [head = "", ...lines] = gunzipSync(readFileSync(`${FOLDER}${file}`))
    .toString()
    .trim()
    .split(/\r?\n/);
  const names = head.split(",").map((name) => name.replaceAll('"', ""));
  return lines.map((line) =>
    Object.fromEntries(line.split(",").map((value, at) => [names[at]!, value.replaceAll('"', "")])),
  );
}

/** What the provider says of a row: an order that came to nothing was never paid. */
const NOTHING = new Set(["canceled", "unavailable"]);

(isThere || process.env["CI"] === "true" ? describe : describe.skip)("the payments of 10,229 real orders", () => {
  let store: TestDatabase;
  beforeAll(async () => {
    store = await testDatabase();
  });
  afterAll(() => store?.close());

  it("end as their rows say: vouchers beside cards, several per order, and amounts of nothing", async () => {
    const provider = scriptedProvider();
    const statuses = new Map(rowsOf("orders.csv.gz").map((row) => [row["order_id"]!, row["order_status"]!]));
    const payments = rowsOf("order_payments.csv.gz").filter((row) => statuses.has(row["order_id"]!));
    const totals = new Map<string, bigint>();
    for (const row of payments)
      totals.set(
        row["order_id"]!,
        (totals.get(row["order_id"]!) ?? 0n) + parseMinorUnits(row["payment_value"]!, "BRL"),
      );
    const dates = { placedAt: NOON, createdAt: NOON, updatedAt: NOON };
    await store.db.shopProduct.create({
      data: { sku: "X", title: "X", onHand: 1_000_000n, createdAt: NOON, updatedAt: NOON },
    });
    await store.db.shopOrder.createMany({
      data: [...totals].map(([reference, totalMinor]) => ({
        reference,
        currency: "BRL",
        totalMinor,
        payBy: new Date(NOON.getTime() + HOUR_MS),
        ...dates,
      })),
    });
    const orders = new Map((await store.db.shopOrder.findMany()).map(({ reference, id }) => [reference, id]));
    await store.db.shopOrderLine.createMany({
      data: [...orders.values()].map((orderId) => ({
        orderId,
        lineNo: 1,
        sku: "X",
        title: "X",
        quantity: 1,
        priceMinor: 1n,
      })),
    });
    const attempts = payments.map((row, at) => {
      const minor = parseMinorUnits(row["payment_value"]!, "BRL");
      const status: PaymentStatus = NOTHING.has(statuses.get(row["order_id"]!)!) ? "EXPIRED" : "PAID";
      provider.put(`tr_${at}`, { status, amount: { minor, currency: "BRL" }, method: row["payment_type"]! });
      return { id: randomUUID(), orderId: orders.get(row["order_id"]!)!, providerId: `tr_${at}`, amountMinor: minor };
    });
    await store.db.shopPayment.createMany({
      data: attempts.map((attempt) => ({
        ...attempt,
        provider: "mollie",
        currency: "BRL",
        createdAt: NOON,
        nextCheckAt: NOON,
      })),
    });

    const gateways = { payments: new Map([["mollie", provider]]), settings: { shopPaymentConcurrency: 20 } };
    const check = async (hours: number) =>
      await checkPaymentStatus(
        startTaskRun(store.db, gateways, { clock: manualClock(new Date(NOON.getTime() + hours * HOUR_MS)) }).context,
      );
    expect(await check(0)).toMatchObject({ asked: attempts.length, held: 0, failed: 0 });
    const unpaid = [...totals.keys()].filter((reference) => NOTHING.has(statuses.get(reference)!));
    expect(await check(1)).toMatchObject({ cancelled: unpaid.length, confirmed: 0 });

    const ended = await store.db.shopOrder.findMany();
    const wrong = ended.filter(({ reference, status, paymentState }) =>
      NOTHING.has(statuses.get(reference)!)
        ? status !== "CANCELLED" || paymentState !== "NOT_PAID"
        : status !== "CONFIRMED" || paymentState !== "PAID",
    );
    expect(wrong.map(({ reference, status, paymentState }) => `${reference} ${status} ${paymentState}`)).toEqual([]);
    const paid = ended.length - unpaid.length;
    expect(await store.db.shopNotice.count({ where: { kind: "confirmed" } })).toBe(paid);
    expect(await store.db.shopMovement.count({ where: { kind: "SALE" } })).toBe(paid);
    expect(await store.db.shopProduct.findFirst()).toMatchObject({ onHand: 1_000_000n - BigInt(paid) });
    expect(await check(1)).toMatchObject({ asked: 0, cancelled: 0 });
  }, 600_000);
});
