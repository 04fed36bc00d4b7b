import { describe, expect, it } from "@jest/globals";

import type { CancellationSeen } from "@drumline/replay";

import { judge, type Observed } from "./judge.ts";
import type { ItemSeen, LiveUnits, OrderSeen } from "./observed.sql.ts";
import { itemWith, orderWith } from "./wire-order-with.ts";

const live = (change: Partial<LiveUnits> = {}): LiveUnits => ({
  package: "SB1-1",
  state: "WAITING",
  units: 1,
  isTriedAgain: false,
  isInStock: false,
  ...change,
});
const item = (change: Partial<ItemSeen> = {}): ItemSeen => ({
  pk: 10,
  sku: "A",
  quantity: 1,
  cancelled: 0,
  state: "APPROVED",
  priceMinor: 500,
  live: [live()],
  ...change,
});
const here = (change: Partial<OrderSeen> = {}): OrderSeen => ({
  number: "SB1",
  state: "APPROVED",
  shippingOption: "standard",
  address: { city: "recife", postcode: "50000-000" },
  items: [item()],
  problems: [],
  unsent: 0,
  openPlans: 0,
  ...change,
});
const wish = (change: Partial<CancellationSeen> = {}): CancellationSeen => ({
  pk: 900,
  order: { number: "SB1" },
  plan_type: "cancel",
  status: "waiting",
  modified_date: "2025-01-06T11:00:00.000Z",
  items: [{ order_item_pk: 10, quantity: 1 }],
  result: null,
  ...change,
});
const well: Observed = {
  outside: [{ order: orderWith(), toldStatus: null }],
  orders: [here()],
  wishes: [],
  plans: [],
  refused: new Set(),
  broken: [],
  runs: [],
  events: { recorded: 3, delivered: 3, attempts: 4, waiting: 0, givenUp: 0, accepted: 3, invalid: 0 },
  errors: [],
  unquiet: null,
};
const kindsOf = (change: Partial<Observed>) => judge({ ...well, ...change }).map(({ kind }) => kind);
const ofOrder = (order: Partial<OrderSeen>, outside = orderWith(), toldStatus: string | null = null) =>
  kindsOf({ orders: [here(order)], outside: [{ order: outside, toldStatus }] });

describe("a life that ended well", () => {
  it("has no violations", () => {
    expect(judge(well)).toEqual([]);
  });
});

describe("a wanted unit", () => {
  it("must be in a package", () => {
    expect(ofOrder({ items: [item({ live: [] })] })).toEqual(["wanted, not planned"]);
  });

  it("may be cancelled instead", () => {
    expect(ofOrder({ items: [item({ live: [], cancelled: 1 })] })).toEqual([]);
  });

  it("may be an open problem instead", () => {
    expect(ofOrder({ items: [item({ live: [] })], problems: ["NO_PLACE: nobody has it"] })).toEqual([]);
  });

  it("may not be in two packages", () => {
    const items = [item({ live: [live(), live({ package: "SB1-2" })] })];
    expect(ofOrder({ items })).toEqual(["not wanted, yet planned"]);
  });

  it("is not wanted any more once its item is gone, cancelled or refunded", () => {
    expect(ofOrder({}, orderWith({ orderitem_set: [] }))).toEqual(["not wanted, yet planned"]);
    expect(ofOrder({}, orderWith({ orderitem_set: [itemWith({ status: "100" })] }))).toEqual([
      "not wanted, yet planned",
    ]);
    const shipped = { items: [item({ live: [live({ state: "SHIPPED" })] })] };
    expect(ofOrder(shipped, orderWith({ orderitem_set: [itemWith({ status: "600" })] }))).toEqual([]);
    const paidBack = { items: [item({ state: "REFUNDED", live: [live({ state: "SHIPPED" })] })] };
    expect(ofOrder(paidBack, orderWith({ orderitem_set: [itemWith({ status: "100" })] }))).toEqual([]);
    expect(ofOrder(paidBack, orderWith({ orderitem_set: [] }))).toEqual([]);
  });

  it("may not wait in a package that nobody plans again", () => {
    const inException = (change: Partial<LiveUnits>) => [item({ live: [live({ state: "OUT_OF_STOCK", ...change })] })];
    expect(ofOrder({ items: inException({}) })).toEqual(["never planned again"]);
    expect(ofOrder({ items: inException({ isTriedAgain: true }) })).toEqual([]);
    expect(ofOrder({ items: inException({ isTriedAgain: true, isInStock: true }) })).toEqual(["in stock, not planned"]);
  });

  it("may not be held by a package for a cancellation that is over", () => {
    const items = [item({ live: [live({ state: "CANCELLATION_WAITING" })] })];
    expect(ofOrder({ items })).toEqual(["held for ever"]);
    expect(ofOrder({ items, openPlans: 1 })).toEqual([]);
  });
});

describe("an order", () => {
  it("must be here, or reported", () => {
    expect(kindsOf({ orders: [] })).toEqual(["never imported"]);
    expect(kindsOf({ orders: [], refused: new Set(["omnitron.orders 1"]) })).toEqual([]);
  });

  it.each([
    ["SKU", { items: [item({ sku: "B" })] }],
    ["price", { items: [item({ priceMinor: 501 })] }],
    ["shipping option", { shippingOption: "express" }],
    ["city", { address: { city: "manaus", postcode: "50000-000" } }],
  ])("must have the %s that Omnitron says", (what, order) => {
    const [found, ...more] = judge({ ...well, orders: [here(order)] });
    expect(more).toEqual([]);
    expect(found).toMatchObject({ kind: "differs from Omnitron", order: "SB1", what: expect.stringContaining(what) });
  });

  it("may stay paid back when Omnitron cancels it later, once all of it has left", () => {
    const cancelled = orderWith({ status: "100" });
    const paidBack = (state: string) => ({
      state: "REFUNDED",
      items: [item({ state: "REFUNDED", live: [live({ state })] })],
    });
    expect(ofOrder(paidBack("DELIVERED"), cancelled, "600")).toEqual([]);
    expect(ofOrder(paidBack("PACKED"), cancelled, "600")).toContain("differs from Omnitron");
  });

  it("may differ in an item that Omnitron has ended, as far as nothing of it is wanted here", () => {
    const ended = orderWith({ orderitem_set: [itemWith({ status: "100" })] });
    expect(ofOrder({ items: [item({ sku: "B", live: [], cancelled: 1 })] }, ended)).toEqual([]);
    expect(ofOrder({ items: [item({ sku: "B" })] }, ended)).toEqual(["not wanted, yet planned"]);
  });

  it("may differ in an item that its cancellation plans have cancelled whole", () => {
    const cancelled = item({ sku: "B", priceMinor: 1, live: [], cancelled: 1 });
    expect(ofOrder({ items: [cancelled] })).toEqual([]);
    expect(ofOrder({ items: [cancelled] }, orderWith({ orderitem_set: [itemWith({ quantity: 2 })] }))).toEqual([
      "wanted, not planned",
    ]);
  });

  it("must be in the state that Omnitron was told, unless a message waits", () => {
    expect(ofOrder({ state: "SHIPPED" }, orderWith(), "500")).toEqual([]);
    expect(ofOrder({ state: "SHIPPED" }, orderWith(), "450")).toEqual(["told otherwise"]);
    expect(ofOrder({ state: "SHIPPED", unsent: 1 }, orderWith(), "450")).toEqual([]);
  });
});

describe("a cancellation plan", () => {
  const plan = { pk: 900, order: "SB1", status: "COMPLETED", items: [{ pk: 10, quantity: 1, done: 1 }] };

  it("must be taken in, decided and told", () => {
    expect(kindsOf({ wishes: [wish()] })).toEqual(["cancellation plan"]);
    expect(kindsOf({ wishes: [wish()], plans: [{ ...plan, status: "PROCESSING" }] })).toEqual(["cancellation plan"]);
    expect(kindsOf({ wishes: [wish()], plans: [plan] })).toEqual(["cancellation plan"]);
    expect(kindsOf({ wishes: [wish({ result: { status: "completed" } })], plans: [plan] })).toEqual([]);
  });

  it("must be carried out as it was last", () => {
    const changed = wish({ items: [{ order_item_pk: 11, quantity: 1 }], result: { status: "completed" } });
    expect(kindsOf({ wishes: [changed], plans: [plan] })).toEqual(["cancellation plan"]);
  });

  it("may ask for less than was decided, but for nothing else and for no less than was done", () => {
    const rejected = {
      ...plan,
      status: "REJECTED",
      items: [
        { pk: 10, quantity: 2, done: 0 },
        { pk: 11, quantity: 1, done: 0 },
      ],
    };
    const answered = wish({ result: { status: "rejected" } });
    expect(kindsOf({ wishes: [answered], plans: [rejected] })).toEqual([]);
    const more = wish({ ...answered, items: [{ order_item_pk: 10, quantity: 3 }] });
    expect(kindsOf({ wishes: [more], plans: [rejected] })).toEqual(["cancellation plan"]);
    const less = { ...plan, items: [{ pk: 10, quantity: 2, done: 2 }] };
    expect(kindsOf({ wishes: [wish({ result: { status: "completed" } })], plans: [less] })).toEqual([
      "cancellation plan",
    ]);
  });

  it("may have been carried out as a later change asks for it", () => {
    const asked = { ...plan, status: "PARTIAL", items: [{ pk: 10, done: 1, quantity: 8 }] };
    expect(kindsOf({ wishes: [wish({ result: { status: "partial" } })], plans: [asked] })).toEqual([]);
  });

  it("is not missed when it was withdrawn, and is not carried out in silence", () => {
    expect(kindsOf({ wishes: [wish({ status: "rejected" })] })).toEqual([]);
    expect(kindsOf({ wishes: [wish({ status: "rejected" })], plans: [plan] })).toEqual(["cancellation plan"]);
  });
});

describe("the line", () => {
  it("has no stuck and no failed run, and delivers every event once", () => {
    const run = { task: "t", error: null };
    expect(kindsOf({ runs: [{ ...run, status: "PROCESSING" }] })).toEqual(["stuck run"]);
    expect(kindsOf({ runs: [{ ...run, status: "FAILED" }] })).toEqual(["failed run"]);
    expect(kindsOf({ events: { ...well.events, accepted: 2 } })).toEqual(["events"]);
  });

  it("is quiet at last, with all invariants whole", () => {
    expect(kindsOf({ unquiet: "things still move" })).toEqual(["not quiet"]);
    const broken = [
      { invariant: "reserved units are on hand, or a person is told that they are not", order: null, row: "{}" },
    ];
    expect(kindsOf({ broken })).toEqual([
      "invariant: reserved units are on hand, or a person is told that they are not",
    ]);
  });
});
