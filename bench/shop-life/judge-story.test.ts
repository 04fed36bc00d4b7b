import { describe, expect, it } from "@jest/globals";

import { openJournal, type OrderTold } from "./journal.ts";
import { judgeStory } from "./judge-story.ts";
import type { OrderRow, ParcelRow, StorySeen } from "./observe.ts";
import { planStory } from "./plan-story.ts";

const FROM = new Date("2026-11-20T07:00:00Z");
const LATER = new Date("2026-11-20T09:00:00Z");
const PAYMENT = "11111111-1111-4111-8111-111111111111";

/** One paid order of one line, refunded in part, with one parcel that arrived: nothing is wrong with it. */
function wellLived() {
  const journal = openJournal(planStory(1));
  const { skus, rareSku } = journal.story;
  const [sku] = skus;
  const plan = {
    reference: "s1-o0",
    email: "s1-o0@example.com",
    cart: null,
    lines: [],
    totalMinor: 1_000,
    method: "ideal",
  };
  const attempt = { id: PAYMENT, providerId: "tr_1", createdAt: FROM, paidAt: FROM, paidMinor: 1_000 };
  const told: OrderTold = {
    plan: { ...plan, payWithin: 60 },
    placedAt: FROM,
    attempts: [attempt],
    refunds: new Map([["return-1", 200]]),
    disputes: [],
    resolved: null,
  };
  journal.orders.set("s1-o0", told);
  journal.parcels.set("s1-o0-p0", { id: 5n, order: "s1-o0", carrier: "postnl", isCancelled: false });
  const received = { sku: sku!, kind: "RECEIVED", pieces: 50, reference: "s1-first0", occurredAt: -1_440 };
  journal.movements.set(received.reference, received);
  const notice = (key: string) => ({
    key,
    kind: key.split("/").at(-1)!,
    status: "QUEUED",
    error: null as string | null,
    occurredAt: LATER,
    dueAt: LATER,
  });
  const keys = [
    "order/7/confirmed",
    `order/7/refund/${PAYMENT}/return-1`,
    "order/7/parcel/5/packed",
    "order/7/parcel/5/delivered",
  ];
  const movement = (kind: string, pieces: bigint, source: string, sourceRef: string) => ({
    sku,
    kind,
    quantity: pieces,
    effect: kind === "SALE" ? -pieces : pieces,
    source,
    sourceRef,
    occurredAt: LATER,
    appliedAt: LATER as Date | null,
  });
  const mail = (key: string) => ({
    key,
    kind: "shop-confirmed",
    status: "SENT",
    recipient: "s1-o0@example.com",
    subject: key,
    error: null as string | null,
    settledAt: LATER,
  });
  const refund = { id: "r", cause: "return-1", status: "REFUNDED", providerId: "re_1", error: null as string | null };
  const payment = { id: PAYMENT, providerId: "tr_1", status: "PAID", refunds: [refund], disputes: [] };
  const order = {
    id: 7n,
    reference: "s1-o0",
    email: "s1-o0@example.com",
    status: "DELIVERED",
    heldReason: null as string | null,
    confirmedAt: LATER as Date | null,
    cartId: null,
    lines: [{ lineNo: 1 }],
    payments: [payment],
    reservations: [{ status: "SOLD" }],
  };
  const label = { reference: "l", status: "BOUGHT", error: null };
  const parcel = { id: 5n, reference: "s1-o0-p0", status: "DELIVERED", lastCheckError: null, labels: [label] };
  const product = (name: string, onHand: bigint) => ({ sku: name, onHand, reserved: 0n });
  return {
    journal,
    orders: [order],
    parcels: [parcel],
    events: ["7 shop.order.confirmed"],
    movements: [movement("RECEIVED", 50n, "shop-life", "s1-first0"), movement("SALE", 2n, "shop", "order/7/line/1")],
    products: [product(sku!, 48n), product(rareSku, 0n)],
    notices: keys.map(notice),
    mails: keys.map(mail),
    carts: [],
    leads: [],
    subscriptions: [],
    problems: [] as { kind: string; subject: string; reason: string }[],
    mailbox: keys.map((subject) => ({ to: ["s1-o0@example.com"], subject, text: "", receivedAt: "" })),
    atProvider: new Map([["tr_1", { status: "PAID", refunds: [{ id: "re_1", minor: 200n }] }]]),
    atCarrier: new Map([["l", 1]]),
    heardAt: new Map<string, Date>(),
  };
}

type Lived = ReturnType<typeof wellLived>;

const judged = (lived: Lived): string[] => {
  const seen = {
    ...lived,
    orders: lived.orders as unknown as OrderRow[],
    parcels: lived.parcels as unknown as ParcelRow[],
  } as unknown as StorySeen;
  return judgeStory(seen, FROM).map(({ kind, what }) => `${kind}: ${what}`);
};

describe("the judge of a story", () => {
  it("finds nothing wrong with what was lived well", () => {
    expect(judged(wellLived())).toEqual([]);
  });

  const wrongs: Record<string, [(lived: Lived) => void, string]> = {
    "a confirmation that was told twice": [
      ({ events }) => void events.push(events[0]!),
      'doubled: 2 events "confirmed" instead of 1',
    ],
    "a sale that is lost": [({ movements }) => void movements.pop(), "lost: 0 SALE of a line instead of 1"],
    "a sale that was made twice": [
      ({ movements }) => void movements.push(movements[1]!),
      "doubled: 2 SALE of a line instead of 1",
    ],
    "money that went back twice": [
      ({ atProvider }) => void atProvider.get("tr_1")!.refunds.push({ id: "re_2", minor: 200n }),
      "doubled: a refund; DELIVERED: the provider keeps 600 of 1000 (minor units) instead of 800",
    ],
    "a refund that never left": [
      ({ orders }) => void (orders[0]!.payments[0]!.refunds[0]!.status = "UNKNOWN"),
      'stuck: refund "return-1" is UNKNOWN: null',
    ],
    "a payment that nobody noticed": [
      ({ orders }) => void (orders[0]!.payments[0]!.status = "OPEN"),
      `lost: payment ${PAYMENT} is OPEN, and PAID at its provider`,
    ],
    "an order that waits for ever": [
      ({ orders }) => void Object.assign(orders[0]!, { status: "PLACED" }),
      "stuck: is PLACED, undefined",
    ],
    "a label that was bought twice": [
      ({ atCarrier }) => void atCarrier.set("l", 2),
      "doubled: 2 labels that its carrier has sold instead of 1",
    ],
    "a label of a parcel that was taken back": [
      ({ journal, parcels }) => {
        journal.parcels.get("s1-o0-p0")!.isCancelled = true;
        parcels[0]!.status = "CANCELLED";
      },
      "doubled: 1 labels that are BOUGHT instead of 0",
    ],
    "a mail that came twice": [
      ({ mailbox }) => void mailbox.push(mailbox[0]!),
      "doubled: 2 mails in the mailbox instead of 1",
    ],
    "a mail that never came": [({ mailbox }) => void mailbox.pop(), "lost: 0 mails in the mailbox instead of 1"],
    "a notice that is still due": [
      ({ notices }) => void (notices[0]!.status = "DUE"),
      "stuck: the notice is still due",
    ],
    "a movement that is not applied": [
      ({ movements }) => void (movements[0]!.appliedAt = null),
      "stuck: 1 movements are not applied",
    ],
    "a level that its movements do not say": [
      ({ products }) => void (products[0]!.onHand = 47n),
      "wrong: has 47, and its movements say 48",
    ],
    "a problem that nobody expects": [
      ({ problems }) => void problems.push({ kind: "SHOP_REFUND_FAILED", subject: "s1-o0", reason: "no" }),
      "stuck: SHOP_REFUND_FAILED is open: no",
    ],
  };

  it.each(Object.entries(wrongs))("finds %s", (_, [spoil, expected]) => {
    const lived = wellLived();
    spoil(lived);
    expect(judged(lived)).toContain(expected);
  });

  it("lets a mail be whose outcome nobody knows, once a person was told", () => {
    const lived = wellLived();
    lived.mails[0]!.status = "UNKNOWN";
    expect(judged(lived)).toEqual(["lost: 0 problems of a mail whose outcome nobody knows instead of 1"]);
    lived.problems.push({ kind: "MAIL_UNKNOWN", subject: "order/7/confirmed", reason: "" });
    expect(judged(lived)).toEqual([]);
  });
});

describe("the plan of a story", () => {
  it("is the same for the same seed, and another for another", () => {
    expect(planStory(17)).toEqual(planStory(17));
    expect(JSON.stringify(planStory(17).acts)).not.toBe(JSON.stringify(planStory(18).acts).replaceAll("s18-", "s17-"));
  });
});
