import { HOUR_MS, MINUTE_MS } from "@drumline/core/clock";

import { judgeMails } from "./judge-mails.ts";
import { judgeOrder } from "./judge-order.ts";
import type { ParcelRow, StorySeen } from "./observe.ts";
import { expectCount, type Violation, violation } from "./violation.ts";

/** What is wrong with how a story ended; empty when nothing is. Pure. `from` is when it began. */
export function judgeStory(seen: StorySeen, from: Date): Violation[] {
  const { journal, orders, parcels, products, problems } = seen;
  const references = new Set(orders.map(({ reference }) => reference));
  return [
    ...journal.errors.map((error) => violation("wrong", "an answer", error)),
    ...[...journal.orders]
      .filter(([reference, { placedAt }]) => placedAt !== null && !references.has(reference))
      .map(([reference]) => violation("lost", reference, "the order is on no record")),
    ...orders.flatMap((order) => judgeOrder(seen, order)),
    ...parcels.flatMap((parcel) => judgeParcel(seen, parcel)),
    ...judgeMails(seen),
    ...products.flatMap(({ sku }) => judgeStock(seen, sku, from)),
    ...judgeCarts(seen),
    ...judgeWaiting(seen),
    ...problems
      .filter(({ kind }) => !EXPECTED_PROBLEMS.has(kind))
      .map(({ kind, subject, reason }) => violation("stuck", subject, `${kind} is open: ${reason}`)),
  ];
}

/** They belong to what the story tells: counts that came late, pieces that were never delivered, disputes that were lost. */
const EXPECTED_PROBLEMS = new Set([
  "MAIL_UNKNOWN",
  "MOVEMENT_BEFORE_COUNT",
  "STOCK_BELOW_ZERO",
  "SHOP_PAYMENT_DISPUTED",
]);

/** One label, bought once, for a parcel that left; none for one that was taken back. */
function judgeParcel({ journal, atCarrier, notices }: StorySeen, parcel: ParcelRow): Violation[] {
  const about = parcel.reference;
  const isCancelled = journal.parcels.get(about)?.isCancelled ?? false;
  const found: Violation[] = [];
  if (isCancelled !== (parcel.status === "CANCELLED"))
    found.push(violation("wrong", about, `the parcel is ${parcel.status}`));
  if (!isCancelled && parcel.status !== "DELIVERED")
    found.push(violation("stuck", about, `the parcel is ${parcel.status}: ${parcel.lastCheckError}`));
  for (const { status, error, reference } of parcel.labels)
    if (status !== "BOUGHT" && status !== "VOIDED")
      found.push(violation("stuck", about, `label ${reference} is ${status}: ${error}`));
  const bought = parcel.labels.filter(({ status }) => status === "BOUGHT");
  const sold = parcel.labels.reduce((total, { reference }) => total + (atCarrier.get(reference) ?? 0), 0);
  const told = (what: string) => notices.filter(({ key }) => key.endsWith(`/parcel/${parcel.id}/${what}`)).length;
  return [
    ...found,
    ...expectCount(about, "labels that are BOUGHT", bought.length, Number(!isCancelled)),
    ...expectCount(about, "labels that its carrier has sold", sold, Number(!isCancelled)),
    ...expectCount(about, 'notices "packed"', told("packed"), 1),
    ...expectCount(about, 'notices "delivered"', told("delivered"), Number(parcel.status === "DELIVERED")),
  ];
}

/** Of the kinds that a story tells, and of those that the shop writes itself. */
const EFFECTS: Readonly<Record<string, number>> = {
  RECEIVED: 1,
  FOUND: 1,
  RETURNED_SELLABLE: 1,
  SALE_CANCELLED: 1,
  RETURNED_UNSELLABLE: 0,
  LOST: -1,
  DAMAGED: -1,
  DEFECTIVE: -1,
  SALE: -1,
};

/** Recorded once, applied once, and the level is the latest count and all that happened after it. */
function judgeStock({ journal, movements, products }: StorySeen, sku: string, from: Date): Violation[] {
  const { onHand, reserved } = products.find((product) => product.sku === sku)!;
  const own = movements.filter((movement) => movement.sku === sku);
  const told = [...journal.movements.values()]
    .filter((movement) => movement.sku === sku)
    .map((movement) => ({ ...movement, atMs: from.getTime() + Math.round(movement.occurredAt * MINUTE_MS) }));
  const byShop = own
    .filter(({ source }) => source === "shop")
    .map(({ kind, quantity, occurredAt }) => ({ kind, pieces: Number(quantity), atMs: occurredAt.getTime() }));
  const count = told.filter(({ kind }) => kind === "COUNTED").toSorted((one, other) => other.atMs - one.atMs)[0];
  const expected = [...told, ...byShop]
    .filter(({ kind, atMs }) => kind !== "COUNTED" && atMs > (count?.atMs ?? -Infinity))
    .reduce((level, { kind, pieces }) => level + EFFECTS[kind]! * pieces, count?.pieces ?? 0);
  const effects = own.reduce((total, { effect }) => total + (effect ?? 0n), 0n);
  const waiting = own.filter(({ appliedAt }) => appliedAt === null).length;
  return [
    ...told.flatMap(({ reference }) =>
      expectCount(
        reference,
        "movements on record",
        own.filter(({ source, sourceRef }) => source === "shop-life" && sourceRef === reference).length,
        1,
      ),
    ),
    ...(waiting === 0 ? [] : [violation("stuck", sku, `${waiting} movements are not applied`)]),
    ...(effects === onHand ? [] : [violation("wrong", sku, `has ${onHand}, and its movements say ${effects}`)]),
    ...(onHand === BigInt(expected) ? [] : [violation("wrong", sku, `has ${onHand}, and ${expected} are expected`)]),
    ...(reserved === 0n ? [] : [violation("stuck", sku, `${reserved} pieces are held for orders that are over`)]),
  ];
}

/** A lead for each cart that was left with consent, reminded twice at most, and never after its person bought or left the list. */
function judgeCarts({ journal, carts, leads, orders, mails }: StorySeen): Violation[] {
  return carts.flatMap((cart) => {
    const about = cart.reference;
    const { email, hasConsent } = journal.carts.get(about)!;
    const isOrdered = orders.some(({ cartId }) => cartId === cart.id);
    const own = leads.filter(({ cartReference }) => cartReference === about);
    const reminders = mails.filter(
      ({ kind, status, recipient }) => kind === "shop-reminder" && status === "SENT" && recipient === email,
    );
    const bought = orders.find((order) => order.email === email);
    const stops = [bought?.placedAt, journal.unsubscribedAt.get(email), journal.restoredAt.get(email)];
    // What was at work in the same step may not have heard of it.
    const stoppedMs = Math.min(...stops.map((at) => (at === undefined ? Infinity : at.getTime() + 30 * MINUTE_MS)));
    const late = reminders.filter(({ settledAt }) => settledAt!.getTime() > stoppedMs);
    return [
      // Who bought before the hourly clean-up came is no lead.
      ...(bought !== undefined && own.length === 0
        ? []
        : expectCount(about, "leads", own.length, Number(hasConsent && !isOrdered))),
      ...own.filter(({ status }) => status === "OPEN").map(() => violation("stuck", about, "its lead is still open")),
      ...(cart.status === "OPEN" ? [violation("stuck", about, "the cart is still open")] : []),
      ...(!hasConsent && cart.checkouts.length > 0
        ? [violation("wrong", about, "names a person who did not agree to it")]
        : []),
      ...(reminders.length > 2 ? expectCount(about, "reminders", reminders.length, 2) : []),
      ...late.map(({ settledAt }) =>
        violation(
          "wrong",
          about,
          `a reminder left at ${settledAt!.toISOString()}, after its person had bought, left or come back`,
        ),
      ),
    ];
  });
}

/** Each who waits is told once, and within a day no more people than there are pieces. */
function judgeWaiting({ journal, subscriptions, notices, products }: StorySeen): Violation[] {
  const { onHand } = products.find(({ sku }) => sku === journal.story.rareSku)!;
  const told = notices.filter(({ kind }) => kind === "back-in-stock");
  const crowded = told.filter(
    ({ occurredAt }) =>
      told.filter((other) => {
        const laterMs = other.occurredAt.getTime() - occurredAt.getTime();
        return laterMs >= 0 && laterMs < 23 * HOUR_MS;
      }).length > Number(onHand),
  );
  return [
    ...subscriptions
      .filter(({ email }) => journal.confirmed.has(email ?? ""))
      .flatMap(({ id, email, status }) => [
        ...(status === "NOTIFIED" ? [] : [violation("stuck", email ?? "", `waits for a product, and is ${status}`)]),
        ...expectCount(
          email ?? "",
          'notices "back-in-stock"',
          told.filter(({ key }) => key.startsWith(`stock/${id}/`)).length,
          1,
        ),
      ]),
    ...(crowded.length === 0
      ? []
      : [
          violation(
            "wrong",
            journal.story.rareSku,
            `more people were told of it within a day than its ${onHand} pieces`,
          ),
        ]),
  ];
}
