import type { ReadEvent } from "@drumline/events/readers";
import { describe, expect, it } from "@jest/globals";

import { planStockEvent, stockEventTypesOf } from "./plan-stock-events.ts";

const NOW = new Date("2026-11-20T12:00:00Z");
const ID = "2f9c1f0e-6d0e-4a57-9d5e-0d9b6a4f5c11";
const event = (eventType: string, payload: unknown, at = NOW): ReadEvent => ({
  id: ID,
  eventType,
  entityType: "package",
  entityId: 1n,
  payload,
  at,
});
const items = [
  { order_item_id: 11, sku: "a", quantity: 2 },
  { order_item_id: 12, sku: "b😀", quantity: 1 },
];
const body = { number: "P-1", order_number: "O-1", location: "A", items };
const packed = { ...body, old_state: "PREPARING", state: "PACKED", command: "COMPLETE_PACKAGING" };
const failed = {
  ...body,
  old_state: "PREPARING",
  state: "OUT_OF_STOCK",
  command: "DETECTED_OUT_OF_STOCK_ITEM",
  attributes: { items: "all", discrepancy: true },
};
const transfer = {
  number: "P-1-T1",
  package: "P-1",
  source: "B",
  destination: "A",
  items,
  old_state: "WAITING",
  state: "OUT_OF_STOCK",
  command: "TRANSFER_OUT_OF_STOCK",
  attributes: { items: [12], discrepancy: true },
};
const plan = (eventType: string, payload: unknown, at = NOW) =>
  planStockEvent(event(eventType, payload, at), { vendors: ["acme"], now: NOW });
/** `kind sku pieces` of each movement, or why there is none. */
const told = (eventType: string, payload: unknown) => {
  const planned = plan(eventType, payload);
  return "unreadable" in planned
    ? planned.unreadable
    : planned.movements.map(({ kind, sku, pieces }) => `${kind} ${sku} ${pieces}`);
};

describe("what an event says of stock", () => {
  const cancelled = (from: string, more = {}) => ({ ...packed, old_state: from, state: "CANCELLED", ...more });
  it.each<[string, string, unknown, readonly string[]]>([
    ["packed pieces are sold", "package.status.packed", packed, ["SALE a 2", "SALE b😀 1"]],
    [
      "a packed package that goes on after it was held is not sold again",
      "package.status.packed",
      { ...packed, old_state: "CANCELLATION_WAITING", command: "RESUME_PACKAGE" },
      [],
    ],
    [
      "a packed package that is opened again puts its pieces back",
      "package.status.cancelled",
      cancelled("PACKED", { command: "UNPACK_PACKAGE" }),
      ["SALE_CANCELLED a 2", "SALE_CANCELLED b😀 1"],
    ],
    [
      "so does one that was held when it was packed",
      "package.status.cancelled",
      cancelled("CANCELLATION_WAITING", { held_from: "PACKED" }),
      ["SALE_CANCELLED a 2", "SALE_CANCELLED b😀 1"],
    ],
    [
      "one that was held before it was packed has none to put back",
      "package.status.cancelled",
      cancelled("CANCELLATION_WAITING", { held_from: "PREPARING" }),
      [],
    ],
    ["one that was cancelled before has none either", "package.status.cancelled", cancelled("WAITING"), []],
    ["what is not at its place is lost", "package.status.transitioned", failed, ["LOST a 2", "LOST b😀 1"]],
    [
      "of what is named alone",
      "package.status.transitioned",
      { ...failed, attributes: { items: [11], discrepancy: true } },
      ["LOST a 2"],
    ],
    [
      "not where the store stands by its level",
      "package.status.transitioned",
      { ...failed, attributes: { items: "all", discrepancy: false } },
      [],
    ],
    [
      "what was found broken is defective, discrepancy or not",
      "package.status.transitioned",
      { ...failed, state: "DEFECTIVE_PRODUCT", attributes: { items: [12], discrepancy: false } },
      ["DEFECTIVE b😀 1"],
    ],
    [
      "other steps of a package move nothing",
      "package.status.transitioned",
      { ...packed, state: "PREPARING", command: "PREPARE_PACKAGE_COMMAND" },
      [],
    ],
    ["what a transfer did not find is lost", "transfer.status.transitioned", transfer, ["LOST b😀 1"]],
    [
      "other steps of a transfer move nothing: the pieces are the shop's on the road as well",
      "transfer.status.transitioned",
      { ...transfer, command: "TRANSFER_IN_TRANSIT" },
      [],
    ],
    ["a vendor's feed counts", "ecomnow.stock.changed", { vendor: "acme", sku: "a", quantity: 0 }, ["COUNTED a 0"]],
    ["another vendor's does not", "ecomnow.stock.changed", { vendor: "other", sku: "a", quantity: 4 }, []],
    [
      "refunded pieces came back and are not for sale",
      "ecomnow.refund.closed",
      { number: "R-1", order: "O-1", lines: [{ sku: "a", quantity: 1 }] },
      ["RETURNED_UNSELLABLE a 1"],
    ],
    [
      "a refund that names no pieces moves none",
      "ecomnow.refund.closed",
      { number: "R-1", order: "O-1", lines: [] },
      [],
    ],
    ["a package without items moves none", "package.status.packed", { ...packed, items: null }, []],
  ])("%s", (_, eventType, payload, movements) => expect(told(eventType, payload)).toEqual(movements));

  it("is known by the event and its line, and dated when it happened", () => {
    const at = new Date("2026-11-20T11:00:00Z");
    expect(plan("package.status.packed", packed, at)).toMatchObject({
      orderNumber: "O-1",
      movements: [
        { source: "oms", sourceRef: `${ID}/1`, actor: "oms", occurredAt: at, reason: "package P-1 packed at A" },
        { source: "oms", sourceRef: `${ID}/2` },
      ],
    });
    expect(plan("ecomnow.refund.closed", { number: "R", order: "O", lines: items })).toMatchObject({
      orderNumber: null,
    });
  });

  it.each([
    [null, /its body/],
    ["packed", /its body/],
    [{ ...packed, items: "all" }, /^items: /],
    [{ ...packed, items: [{ order_item_id: 1, sku: "a", quantity: -1 }] }, /^items\.0\.quantity: /],
    [{ ...packed, items: [{ order_item_id: 1, sku: "a", quantity: 2 ** 53 + 2 }] }, /^items\.0\.quantity: /],
    [{ ...packed, items: [{ order_item_id: 1, sku: "a\0", quantity: 1 }] }, /^items\.0\.sku: /],
    [{ ...packed, items: [{ order_item_id: 1, sku: "half \ud83d", quantity: 1 }] }, /^items\.0\.sku: /],
    [{ ...packed, old_state: undefined }, /^old_state: /],
  ])("that cannot be read is told with its field: %j", (payload, why) =>
    expect(told("package.status.packed", payload)).toMatch(why),
  );

  it("of the future is not believed", () =>
    expect(plan("package.status.packed", packed, new Date("2027-01-01T00:00:00Z"))).toMatchObject({
      unreadable: expect.stringContaining("lies in the future"),
    }));

  it("is asked of the sources that the shop follows", () => {
    expect(stockEventTypesOf(["ecomnow"])).toEqual(["ecomnow.stock.changed", "ecomnow.refund.closed"]);
    expect(stockEventTypesOf(["oms", "ecomnow"])).toHaveLength(6);
  });
});
