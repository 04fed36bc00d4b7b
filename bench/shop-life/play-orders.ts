import { randomUUID } from "node:crypto";

import { MINUTE_MS } from "@drumline/core/clock";
import type { Database } from "@drumline/db";
import {
  askPaymentNow,
  cancelParcel,
  NoSuchParcel,
  packParcel,
  ParcelRefused,
  requestRefund,
  resolveHeld,
  takeOrder,
} from "@drumline/shop/commands";

import type { AttemptTold, Journal, OrderTold } from "./journal.ts";
import type { ShopOutside } from "./outside.ts";
import type { Act, PlannedOrder } from "./plan-story.ts";

export interface Stage {
  readonly db: Database;
  readonly outside: ShopOutside;
  /** The story's clock. */
  readonly now: Date;
}

/** Not possible yet: it comes again with the next step. Never: what it is about has come to nothing. */
export type Played = "DONE" | "AGAIN" | "NEVER";

type ActOf<Kind extends Act["kind"]> = Extract<Act, { readonly kind: Kind }>;

/** As a nervous shop does it: twice at once. @returns the answers */
export const twice = async <Result>(work: () => Promise<Result>): Promise<[Result, Result]> =>
  await Promise.all([work(), work()]);

export async function playOpen(stage: Stage, journal: Journal, { order }: { order: PlannedOrder }): Promise<Played> {
  const known = journal.orders.get(order.reference);
  if (known !== undefined) return "DONE";
  const told: OrderTold = {
    plan: order,
    placedAt: null,
    attempts: [],
    refunds: new Map(),
    disputes: [],
    resolved: null,
  };
  journal.orders.set(order.reference, told);
  told.attempts.push(await makePayment(stage, order));
  return "DONE";
}

async function makePayment({ outside, now }: Stage, order: PlannedOrder): Promise<AttemptTold> {
  const id = randomUUID();
  const { providerId } = await outside.mollie.create({
    reference: id,
    orderReference: order.reference,
    amount: { minor: BigInt(order.totalMinor), currency: "EUR" },
    description: `Order ${order.reference}`,
    returnUrl: "https://shop.example/return",
    webhookUrl: outside.hookUrl,
  });
  return { id, providerId, createdAt: now, paidAt: null, paidMinor: 0 };
}

export async function playOrder(stage: Stage, journal: Journal, act: { order: PlannedOrder }): Promise<Played> {
  await playOpen(stage, journal, act);
  const told = journal.orders.get(act.order.reference)!;
  told.placedAt = stage.now;
  await tell(stage, journal, told);
  return "DONE";
}

async function tell({ db, now }: Stage, journal: Journal, { plan, placedAt, attempts }: OrderTold): Promise<void> {
  const at = placedAt!;
  const content = {
    reference: plan.reference,
    customer: null,
    cartReference: plan.cart,
    email: plan.email,
    name: "Zoë Ğüneş",
    phone: null,
    locale: "en",
    timeZone: null,
    currency: "EUR",
    totalMinor: BigInt(plan.totalMinor),
    placedAt: at,
    payBy: new Date(at.getTime() + plan.payWithin * MINUTE_MS),
    shipTo: { line1: "Straße 1", postalCode: "1011 AB", city: "Łódź", country: "PL" },
    lines: plan.lines.map((line) => ({ ...line, title: line.sku, priceMinor: 100n })),
    payments: attempts.map(({ id, providerId, createdAt }) => ({
      id,
      provider: "mollie",
      providerId,
      amountMinor: BigInt(plan.totalMinor),
      currency: "EUR",
      method: plan.method,
      checkoutUrl: null,
      createdAt,
      expiresAt: null,
    })),
  };
  for (const taken of await twice(async () => await takeOrder(db, content, now)))
    if (taken.outcome === "DIFFERS")
      journal.errors.push(`order ${plan.reference}, told as before, differs in ${taken.differs.join(", ")}`);
}

export async function playAttempt(stage: Stage, journal: Journal, { order }: ActOf<"attempt">): Promise<Played> {
  const told = journal.orders.get(order)!;
  if (told.placedAt === null) return "AGAIN";
  told.attempts.push(await makePayment(stage, told.plan));
  await tell(stage, journal, told);
  return "DONE";
}

export async function playPay({ outside, now }: Stage, journal: Journal, act: ActOf<"pay">): Promise<Played> {
  const told = journal.orders.get(act.order)!;
  const attempt = told.attempts[act.attempt];
  if (attempt === undefined) return "AGAIN";
  const units = told.plan.totalMinor + act.moreMinor;
  await outside.ask("PUT", `/payments/mollie/${attempt.providerId}`, {
    ...(act.moreMinor === 0 ? {} : { units }),
    status: "paid",
  });
  Object.assign(attempt, { paidAt: now, paidMinor: units });
  return "DONE";
}

export async function playEnd({ outside }: Stage, journal: Journal, act: ActOf<"end">): Promise<Played> {
  const attempt = journal.orders.get(act.order)?.attempts[act.attempt];
  if (attempt === undefined) return "AGAIN";
  await outside.ask("PUT", `/payments/mollie/${attempt.providerId}`, { status: act.as });
  return "DONE";
}

export async function playReturn({ db, now }: Stage, journal: Journal, act: ActOf<"return">): Promise<Played> {
  const attempt = journal.orders.get(act.order)?.attempts[act.attempt];
  if (attempt === undefined) return "AGAIN";
  await askPaymentNow(db, { paymentId: attempt.id, source: "RETURN", at: now });
  return "DONE";
}

export async function playRefund({ db, now }: Stage, journal: Journal, act: ActOf<"refund">): Promise<Played> {
  const order = await db.shopOrder.findUnique({ where: { reference: act.order } });
  if (order?.status === "CANCELLED") return "NEVER";
  if (order === null || order.status === "PLACED" || order.heldReason !== null) return "AGAIN";
  const told = journal.orders.get(act.order)!;
  const paid = told.attempts.find(({ paidAt }) => paidAt !== null);
  const amountMinor = act.minor === null ? null : BigInt(act.minor);
  const wanted = { paymentId: paid!.id, cause: act.cause, amountMinor, by: "a clerk", note: "sent back", at: now };
  for (const answer of await twice(async () => await requestRefund(db, wanted)))
    if (answer.outcome !== "DONE") journal.errors.push(`refund of ${act.order}: ${JSON.stringify(answer)}`);
  told.refunds.set(act.cause, act.minor);
  return "DONE";
}

export async function playDispute(
  { db, outside, now }: Stage,
  journal: Journal,
  act: ActOf<"dispute">,
): Promise<Played> {
  const order = await db.shopOrder.findUnique({ where: { reference: act.order } });
  if (order?.status === "CANCELLED") return "NEVER";
  if (order === null || order.status === "PLACED") return "AGAIN";
  const told = journal.orders.get(act.order)!;
  const { providerId } = told.attempts.find(({ paidAt }) => paidAt !== null)!;
  const { id } = await outside.ask<{ id: string }>("POST", `/payments/mollie/${providerId}/disputes`, {});
  told.disputes.push({ id, openedAt: now, endsAs: act.endsAs, endedAt: null });
  return "DONE";
}

export async function playPack({ db, now }: Stage, journal: Journal, act: ActOf<"pack">): Promise<Played> {
  const order = await db.shopOrder.findUnique({ where: { reference: act.order } });
  if (order?.status === "CANCELLED") return "NEVER";
  const { order: orderReference, carrier } = act;
  const parcel = { reference: act.parcel, orderReference, carrier, weightGrams: 1_200 };
  try {
    const [id, other] = await twice(async () => await packParcel(db, parcel, now));
    if (id !== other) journal.errors.push(`parcel ${act.parcel} was packed as ${id} and as ${other}`);
    journal.parcels.set(act.parcel, { id, order: orderReference, carrier, isCancelled: false });
    return "DONE";
  } catch (error) {
    if (error instanceof ParcelRefused || error instanceof NoSuchParcel) return "AGAIN";
    throw error;
  }
}

export async function playUnpack({ db, now }: Stage, journal: Journal, act: ActOf<"unpack">): Promise<Played> {
  const parcel = journal.parcels.get(act.parcel);
  if (parcel === undefined) return "AGAIN";
  try {
    await twice(async () => await cancelParcel(db, parcel.id, now));
    parcel.isCancelled = true;
    return "DONE";
  } catch (error) {
    if (error instanceof ParcelRefused) return "NEVER";
    throw error;
  }
}

/** A clerk looks at what is held, twice at once; and banks decide about disputes, an hour after they began. */
export async function settle({ db, outside, now }: Stage, journal: Journal): Promise<void> {
  const held = await db.shopOrder.findMany({
    where: { reference: { startsWith: journal.story.prefix }, heldReason: { not: null } },
  });
  for (const { id, reference, heldReason } of held) {
    const told = journal.orders.get(reference)!;
    const isAmount = heldReason === "AMOUNT";
    const decision = isAmount ? ("CONFIRM" as const) : ("REFUND" as const);
    const word = { orderId: id, decision, paymentId: null, by: "a clerk", note: "looked at it", at: now };
    const answers = await twice(async () => await resolveHeld(db, word));
    const done = answers.filter(({ outcome }) => outcome === "DONE").length;
    if (done > 1) journal.errors.push(`order ${reference} was resolved ${done} times at once`);
    if (done > 0 && isAmount) told.resolved = decision;
  }
  for (const { attempts, disputes } of journal.orders.values())
    for (const dispute of disputes) {
      if (dispute.endedAt !== null || now.getTime() - dispute.openedAt.getTime() < 60 * MINUTE_MS) continue;
      const { providerId } = attempts.find(({ paidAt }) => paidAt !== null)!;
      await outside.ask("PUT", `/payments/mollie/${providerId}/disputes/${dispute.id}`, { status: dispute.endsAs });
      dispute.endedAt = now;
    }
}
