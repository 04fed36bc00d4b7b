import { describe, expect, it } from "@jest/globals";

import { rawItem, rawOrder } from "../../test/local-omnitron.ts";
import type { ChangeableItem, PackageFacts } from "../cancellations/cancellation-facts.ts";
import { parseOrder } from "../gateways/omnitron/parse-order.ts";
import type { OrderState } from "../states/index.ts";
import { type OrderChange, planOrderChange } from "./plan-order-change.ts";

/** Where the three units of item 1 are; item 2 is one unit in the same place. */
const PLACES = {
  "in no package": [],
  waiting: [aPackage({ state: "WAITING" })],
  "to be planned again": [aPackage({ state: "NEEDS_REPLAN" })],
  held: [aPackage({ state: "CANCELLATION_WAITING", stateBefore: "WAITING" })],
  "on the road": [aPackage({ state: "WAITING_FOR_TRANSFER", transfers: [{ id: 1n, state: "IN_TRANSIT" }] })],
  "packed with a label": [aPackage({ state: "PACKED", shipment: aParcel("CREATED") })],
  shipped: [aPackage({ state: "SHIPPED", shipment: aParcel("SHIPPING") })],
  delivered: [aPackage({ state: "DELIVERED", shipment: aParcel("DELIVERED") })],
} as const satisfies Record<string, readonly PackageFacts[]>;
type Place = keyof typeof PLACES;

const first = (overrides = {}) => rawItem(1, { quantity: 3, ...overrides });
const second = rawItem(2);
const otherSku = { product: { pk: 9, sku: "sku-9", name: "other", barcode: null } };

/** Field by field as docs/oms.md has it: what Omnitron made of the order, and what is done about it by place. */
const TABLE: readonly (readonly [string, object, Readonly<Record<Place, string>>])[] = [
  ["nothing", {}, every("as it was")],
  ["price", { orderitem_set: [first({ price: "1.00" }), second] }, every("as it was")],
  ["quantity up", { orderitem_set: [first({ quantity: 5 }), second] }, every("item 1: 5")],
  [
    "quantity down",
    { orderitem_set: [first({ quantity: 1 }), second] },
    {
      "in no package": "item 1: 1",
      waiting: "item 1: 1, REDUCE",
      "to be planned again": "item 1: 1, REDUCE",
      held: "item 1: 1, REDUCE",
      "on the road": "told",
      "packed with a label": "told",
      shipped: "told",
      delivered: "told",
    },
  ],
  ["item added", { orderitem_set: [first(), second, rawItem(3)] }, every("item 3: 1")],
  ["item removed", { orderitem_set: [first()] }, taken("item 2 held, CANCEL 1", "CANCEL 1")],
  ["item 100", { orderitem_set: [first({ status: "100" }), second] }, taken("item 1 held, CANCEL 3", "CANCEL 3")],
  ["item 600", { orderitem_set: [first({ status: "600" }), second] }, taken("item 1 held, REFUND 3", "REFUND 3")],
  ["item 50", { orderitem_set: [first({ status: "50" }), second] }, taken("item 1 CANCELLATION_WAITING", "as it was")],
  [
    "SKU",
    { orderitem_set: [first(otherSku), second] },
    {
      "in no package": "item 1: sku-9",
      waiting: "item 1: sku-9, REDUCE",
      "to be planned again": "item 1: sku-9, REDUCE",
      held: "item 1: sku-9, REDUCE",
      "on the road": "told",
      "packed with a label": "told",
      shipped: "told",
      delivered: "told",
    },
  ],
  [
    "address",
    { shipping_address: { country: "BR", state: "RJ" } },
    { ...every("as it was"), "packed with a label": "label told", shipped: "label told" },
  ],
  [
    "shipping option",
    { shipping_option_slug: "express" },
    { ...every("as it was"), "packed with a label": "label told", shipped: "label told" },
  ],
  ["order 50", { status: "50" }, taken("order CANCELLATION_WAITING", "as it was")],
  ["order 300", { status: "300" }, taken("order PAYMENT_WAITING", "as it was")],
  [
    "order 100",
    { status: "100" },
    taken("order CANCELLATION_WAITING, item 1 held, item 2 held, CANCEL 3, CANCEL 1", "CANCEL 3, CANCEL 1"),
  ],
  [
    "order 600",
    { status: "600" },
    taken("order CANCELLATION_WAITING, item 1 held, item 2 held, REFUND 3, REFUND 1", "REFUND 3, REFUND 1"),
  ],
  ["order 500", { status: "500" }, every("as it was")],
];

describe.each(TABLE)("%s", (_, overrides, byPlace) => {
  it.each(Object.keys(PLACES) as Place[])("where it is %s", (place) => {
    expect(inWords(change(place, overrides))).toBe(byPlace[place]);
  });
});

describe("what is wanted again", () => {
  it("comes back with Omnitron's word: the order, its items, and what was taken back of them", () => {
    const again = change(
      "in no package",
      {},
      {
        order: "CANCELLATION_WAITING",
        item: "CANCELLATION_WAITING",
        facts: { cancelled: 3, withdrawn: 3, isWithdrawn: true },
        before: { status: "100" },
      },
    );
    expect(inWords(again)).toBe("item 1 restored");
  });

  it("is told where Omnitron's own plan cancelled it", () => {
    const facts = { cancelled: 3 };
    const again = change("in no package", {}, { item: "CANCELLED", facts, before: { status: "100" } });
    expect(again.contradictions).toEqual(["item 1 is wanted again, but a cancellation plan has cancelled it"]);
    // Omnitron may only not know yet.
    expect(change("in no package", {}, { item: "CANCELLED", facts }).contradictions).toEqual([]);
  });
});

interface Known {
  readonly order?: OrderState;
  readonly item?: OrderState;
  readonly facts?: Partial<ChangeableItem>;
  readonly before?: object;
}

function change(
  place: Place,
  overrides: object,
  { order = "APPROVED", item = "APPROVED", facts = {}, before = {} }: Known = {},
) {
  const own = { cancelled: 0, returned: 0, pending: 0, withdrawn: 0, isWithdrawn: false };
  const payload = rawOrder(1, { orderitem_set: [first(), second], ...overrides }) as never;
  return planOrderChange(
    {
      known: {
        id: 1n,
        pk: 1n,
        number: "R1",
        state: order,
        remoteModifiedAt: new Date(0),
        payload: rawOrder(1, { orderitem_set: [first(), second], ...before }) as never,
        isPlanned: true,
      },
      items: [
        { id: 1n, pk: 1n, orderPk: 1n, sku: "sku-1", state: item, quantity: 0, cancelled: 0 },
        { id: 2n, pk: 2n, orderPk: 1n, sku: "sku-2", state: "APPROVED", quantity: 0, cancelled: 0 },
      ],
      facts: {
        items: [
          { id: 1n, quantity: 3, ...own, ...facts },
          { id: 2n, quantity: 1, ...own },
        ],
        packages: PLACES[place],
      },
    },
    parseOrder(payload),
    payload,
  );
}

function inWords(made: OrderChange): string {
  const known = new Map([
    [1n, { sku: "sku-1", quantity: 3 }],
    [2n, { sku: "sku-2", quantity: 1 }],
  ]);
  const words = [
    ...(made.state === "APPROVED" ? [] : [`order ${made.state}`]),
    ...made.items.flatMap(({ item, sku, quantity, state }) => [
      ...(quantity === known.get(item.pk)?.quantity ? [] : [`item ${item.pk}: ${quantity}`]),
      ...(sku === (known.get(item.pk)?.sku ?? sku) ? [] : [`item ${item.pk}: ${sku}`]),
      ...(state === "APPROVED" ? [] : [`item ${item.pk} ${state}`]),
    ]),
    ...made.closedItemIds.map((id) => `item ${id} held`),
    ...made.withdrawals.map(({ type, units }) => `${type} ${units}`),
    ...(made.taken?.packages ?? []).map(({ kind }) => kind).filter((kind) => kind !== "RESUME"),
    ...made.restoredItemIds.map((id) => `item ${id} restored`),
    ...(made.differences.length > 0 ? ["told"] : []),
    ...(made.staleLabels.length > 0 ? ["label told"] : []),
  ];
  return words.length === 0 ? "as it was" : words.join(", ");
}

function every(word: string): Record<Place, string> {
  return Object.fromEntries(Object.keys(PLACES).map((place) => [place, word])) as Record<Place, string>;
}

/** What is still in house is held and taken back; what has left can only be asked for. */
function taken(inHouse: string, left: string): Record<Place, string> {
  return { ...every(inHouse), shipped: left, delivered: left };
}

function aPackage(overrides: Partial<PackageFacts>): PackageFacts {
  const items = [
    { id: 1n, orderItemId: 1n, quantity: 3 },
    { id: 2n, orderItemId: 2n, quantity: 1 },
  ];
  return {
    id: 1n,
    number: "R1P1",
    state: "WAITING",
    stateBefore: null,
    items,
    shipment: null,
    transfers: [],
    ...overrides,
  };
}

function aParcel(status: "CREATED" | "SHIPPING" | "DELIVERED"): PackageFacts["shipment"] {
  return { id: 1n, status, carrierCode: "dhl", trackingNumber: "T1", isBusy: false };
}
