import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterEach, expect, describe, it } from "@jest/globals";

import { tableWith, writeOlistFixture } from "../../../test/olist-fixture.ts";
import type { Dataset } from "../dataset.ts";
import { BadDataFile } from "./bad-data-file.ts";
import { loadOlistDataset } from "./load-olist-dataset.ts";

/** The real dataset, which is never part of the repository. */
const OLIST_FOLDER = fileURLToPath(new URL("../../../../../../shared/data/olist/train", import.meta.url));

let fixture: ReturnType<typeof writeOlistFixture> | undefined;
afterEach(() => {
  fixture?.remove();
  fixture = undefined;
});

function loadFixture(changes: Record<string, string | null> = {}): Promise<Dataset> {
  fixture = writeOlistFixture(changes);
  return loadOlistDataset(fixture.folder);
}

const ordersOf = ({ orders }: Dataset) => Array.from({ length: orders.total! }, (_, position) => orders.at(position));

describe("a folder in the Olist layout", () => {
  it("becomes orders sorted by approval, or by purchase where that is empty, numbered in that sort", async () => {
    const dataset = await loadFixture();
    expect(ordersOf(dataset).map(({ pk, number }) => [pk, number])).toEqual([
      [1, "bare"],
      [2, "early"],
      [3, "late"],
    ]);
    expect(new Date(dataset.startsAtMs).toISOString()).toBe("2018-05-22T03:00:00.000Z");
    expect(dataset.orders.positionOf("late")).toBe(2);
    expect(dataset.orders.positionOf("never")).toBeNull();
  });

  it("sums the payments and takes the type of the largest, or price and freight where nothing was paid", async () => {
    const paid = ordersOf(await loadFixture()).map(({ number, amountCents, paymentType }) => [
      number,
      amountCents,
      paymentType,
    ]);
    expect(paid).toEqual([
      ["bare", 0, null],
      ["early", 62_60, "credit_card"],
      ["late", 51_10, null],
    ]);
  });

  it("keeps one item per row in the order's own sequence", async () => {
    const early = ordersOf(await loadFixture())[1]!;
    expect(early.items).toEqual([
      expect.objectContaining({ pk: 1, quantity: 1, priceCents: 35_90, erpCode: "s1" }),
      expect.objectContaining({ pk: 2, quantity: 1, priceCents: 10_00, erpCode: "s2" }),
    ]);
    expect(early.items[0]!.product).toEqual({ pk: 1, sku: "p1", name: "consoles games p1", barcode: null });
  });

  it("gives one customer number to a person with several orders", async () => {
    expect(ordersOf(await loadFixture()).map(({ customer }) => customer.pk)).toEqual([2, 1, 1]);
  });

  it("puts the central warehouse before the sellers and keeps odd cities as they are", async () => {
    const { locations } = await loadFixture();
    expect(locations.map(({ pk, erpCode, priority, address }) => [pk, erpCode, priority, address.city])).toEqual([
      [1, "central", 0, "sao paulo"],
      [2, "s1", 100, "santo andre"],
      [3, "s2", 100, "4482255"],
    ]);
  });

  it("stocks each location with what is ever sold from it, and knows products nobody buys", async () => {
    const { stock } = await loadFixture();
    expect(stock.get("p1")).toEqual(
      expect.arrayContaining([
        { erpCode: "s1", quantity: 2 },
        { erpCode: "s2", quantity: 1 },
      ]),
    );
    expect(stock.get("p2")).toEqual([]);
  });

  it("reads plain .csv, quoted cells, a byte order mark and columns in another order", async () => {
    fixture = writeOlistFixture({ sellers: null });
    writeFileSync(
      join(fixture.folder, "sellers.csv"),
      '\uFEFF"seller_state","seller_city","extra","seller_id"\nSP,"a, b",x,s1\nRJ,c,x,s2\n',
    );
    const { locations } = await loadOlistDataset(fixture.folder);
    expect(locations[1]!.address).toMatchObject({ state: "SP", city: "a, b" });
  });
});

describe("a bad data file", () => {
  it.each([
    [
      "a missing file",
      { sellers: null },
      /sellers\.csv\.gz: no such file, and no sellers\.csv either; SANDBOX_DATA takes/,
    ],
    [
      "a missing column",
      { sellers: "seller_id,city\ns1,x\n" },
      /sellers.*line 1: the header lacks seller_city, seller_state; got seller_id,city/,
    ],
    ["an empty file", { sellers: "" }, /sellers.*: is empty; expected the header seller_id/],
    [
      "a row of another length",
      { sellers: "seller_id,seller_city,seller_state\ns1,x\n" },
      /sellers.*: cannot be read:.*line 2/,
    ],
    [
      "no orders",
      {
        orders:
          "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,order_delivered_customer_date\n",
        order_items: tableHead("order_items"),
        order_payments: tableHead("order_payments"),
      },
      /orders.*: holds no order/,
    ],
    [
      "a date that does not exist",
      { orders: tableWith("orders", "2018-05-23 08", "2018-02-30 08") },
      /orders.*line 2, column order_approved_at: got "2018-02-30 08:00:00"; expected an existing date/,
    ],
    [
      "an order twice",
      { orders: tableWith("orders", "early", "late") },
      /orders.*line 3, column order_id: got "late"; an earlier row has it already/,
    ],
    [
      "a price in words",
      { order_items: tableWith("order_items", "10.00", "ten") },
      /order_items.*line 2, column price: got "ten"; expected an amount such as 35\.90/,
    ],
    [
      "an unknown product",
      { order_items: tableWith("order_items", "late,1,p1", "late,1,p9") },
      /order_items.*line 4, column product_id: got "p9"; no row of products has it/,
    ],
    [
      "an item of an unknown order",
      { order_items: tableWith("order_items", "late,1", "gone,1") },
      /line 4, column order_id: got "gone"; no row of orders/,
    ],
    [
      "a payment of an unknown order",
      { order_payments: tableWith("order_payments", "early,1", "gone,1") },
      /order_payments.*line 2, column order_id: got "gone"/,
    ],
  ])("is named with its place, what was got and the cure: %s", async (_, changes, message) => {
    const failure = await loadFixture(changes).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BadDataFile);
    expect((failure as Error).message).toMatch(message);
  });

  it("is named where it is not gzip, or ends too early", async () => {
    fixture = writeOlistFixture();
    const file = join(fixture.folder, "sellers.csv.gz");
    writeFileSync(file, "seller_id,seller_city,seller_state\n");
    await expect(loadOlistDataset(fixture.folder)).rejects.toThrow(
      /sellers\.csv\.gz: cannot be read: .*incorrect header check/,
    );
    writeFileSync(file, readFileSync(join(fixture.folder, "products.csv.gz")).subarray(0, 40));
    await expect(loadOlistDataset(fixture.folder)).rejects.toThrow(
      /sellers\.csv\.gz: cannot be read: .*unexpected end of file/,
    );
  });
});

function tableHead(name: string): string {
  return name === "order_items"
    ? "order_id,order_item_id,product_id,seller_id,price,freight_value\n"
    : "order_id,payment_type,payment_value\n";
}

describeWithOlist("the real Olist training set", () => {
  it("holds 10,229 orders of which 56 are empty, 11,702 items and every amount that was paid", async () => {
    const dataset = await loadOlistDataset(OLIST_FOLDER);
    const orders = ordersOf(dataset);
    const items = orders.flatMap((order) => order.items);
    expect(orders).toHaveLength(10_229);
    expect(orders.filter((order) => order.items.length === 0)).toHaveLength(56);
    expect(items).toHaveLength(11_702);
    expect(orders.filter((order) => new Set(order.items.map(({ erpCode }) => erpCode)).size > 1)).toHaveLength(127);
    expect(dataset.locations).toHaveLength(3_096);
    expect(dataset.stock.size).toBe(11_490);
    expect([...dataset.stock.values()].filter((stockLevels) => stockLevels.length > 1)).toHaveLength(122);
    expect(sum([...dataset.stock.values()].flat().map(({ quantity }) => quantity))).toBe(11_702);
    expect(sum(orders.map(({ amountCents }) => amountCents))).toBe(1_653_255_15);
    expect(sum(items.map(({ priceCents }) => priceCents))).toBe(1_404_113_56);
    expect(new Date(dataset.startsAtMs).toISOString()).toBe("2016-10-04T03:00:00.000Z");
    for (const [index, order] of orders.entries()) {
      expect(order.pk).toBe(index + 1);
      expect(order.modifiedMs).toBeGreaterThanOrEqual(orders[index - 1]?.modifiedMs ?? 0);
    }
  });
});

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** Skips, with the reason in its name, where the dataset is absent; runs, and so fails, where CI=true. */
function describeWithOlist(name: string, tests: () => void): void {
  if (existsSync(OLIST_FOLDER) || process.env["CI"] === "true") describe(name, tests);
  else describe.skip(`${name} (skipped: ../shared/data/olist/train is absent)`, tests);
}
