import { randomUUID } from "node:crypto";

import type { Database } from "@drumline/db";
import { askSandbox } from "@drumline/testing";
import { startTaskRun } from "@drumline/testing/task-run";

import { createShippingLabels } from "../src/labels/create-shipping-labels.ts";
import { cancelParcel, packParcel } from "../src/parcels/pack-parcel.ts";
import type { sandboxGateways } from "./sandbox-outside.ts";
import { after, type AttemptRow, NOON, type OrderRow, stateOf, storeOrder } from "./shop-rows.ts";

const STOCK = 1_000n;

type Outside = ReturnType<typeof sandboxGateways>;
type Filled = Awaited<ReturnType<typeof storeOrder>>;
export type FilledShop = Readonly<Record<"paid" | "unpaid" | "late" | "packed" | "takenBack", Filled>>;

/**
 * One order of each kind that the next run has work with: to confirm, to cancel, to refund, to label, and one whose label
 * goes back to its carrier.
 */
export async function fillShop(db: Database, sandboxUrl: string, outside: Outside): Promise<FilledShop> {
  await db.$executeRaw`TRUNCATE shop_order, shop_product, shop_movement, mail, event_queue, problem CASCADE`;
  const dates = { createdAt: NOON, updatedAt: NOON };
  await db.shopProduct.create({ data: { sku: "A", title: "A", onHand: STOCK, ...dates } });
  const put = async (order: OrderRow, ...attempts: readonly AttemptRow[]) => {
    const stored = await storeOrder(db, order, ...attempts);
    const email = `${randomUUID()}@example.com`;
    const shipTo = { line1: "Straße 1", postalCode: "1011 AB", city: "Łódź", country: "PL" };
    // A label has no room for the reference of a test.
    const reference = `R-${stored.id}`;
    await db.shopOrder.update({
      where: { id: stored.id },
      data: { reference, email, emailKey: email, name: "Zoë Ğüneş", shipTo },
    });
    return { ...stored, reference };
  };
  const putPaid = async (isPaid: boolean) => {
    const { providerId } = await outside.payments.get("mollie")!.create({
      reference: randomUUID(),
      orderReference: "an order",
      amount: { minor: 1_000n, currency: "EUR" },
      description: "An order",
      returnUrl: "https://shop.example/return",
      webhookUrl: null,
    });
    if (isPaid) await askSandbox(sandboxUrl, "PUT", `/payments/mollie/${providerId}`, { status: "paid" });
    return providerId;
  };
  const pack = async (orderReference: string) => {
    const parcel = { reference: `${orderReference}-1`, orderReference, carrier: "postnl", weightGrams: 1_200 };
    return await packParcel(db, parcel, NOON);
  };

  const takenBack = await put({ status: "CONFIRMED" });
  const parcelId = await pack(takenBack.reference);
  await createShippingLabels(startTaskRun(db, outside).context);
  await cancelParcel(db, parcelId, NOON);
  const packed = await put({ status: "CONFIRMED" });
  await pack(packed.reference);
  return {
    takenBack,
    packed,
    paid: await put({}, { providerId: await putPaid(true) }),
    unpaid: await put({ payBy: NOON }, { providerId: await putPaid(false), nextCheckAt: after(600) }),
    late: await put({ status: "CANCELLED" }, { providerId: await putPaid(true), status: "EXPIRED" }),
  };
}

export interface SandboxMail {
  readonly to: readonly string[];
  readonly subject: string;
}

/** What came of it, here and at the sandbox; of mails, those that are neither sent once nor waiting for a person. */
export async function outcomeOf(
  db: Database,
  { payments, carriers }: Outside,
  filled: FilledShop,
  mailbox: readonly SandboxMail[],
) {
  const { signal } = new AbortController();
  const stateOfEach = async (name: keyof FilledShop) => {
    const { status, refunds, notices, movements, events } = await stateOf(db, filled[name].id);
    return [status, ...refunds, ...notices, ...movements, ...events].join(", ");
  };
  const labels = await db.shopLabel.findMany({ orderBy: { id: "asc" } });
  const recorded = await db.mail.findMany({ orderBy: { key: "asc" } });
  const mails = recorded.map(({ kind, status, recipient, subject }) => {
    const times = mailbox.filter((mail) => mail.to.includes(recipient) && mail.subject === subject).length;
    const isRight = (status === "SENT" && times === 1) || (status === "UNKNOWN" && times <= 1);
    return isRight ? kind : `${kind} is ${status} and came ${times} times`;
  });
  const unknown = recorded.filter(({ status }) => status === "UNKNOWN");
  const { onHand } = await db.shopProduct.findFirstOrThrow();
  const outcome = {
    paid: await stateOfEach("paid"),
    unpaid: await stateOfEach("unpaid"),
    late: await stateOfEach("late"),
    packed: await stateOfEach("packed"),
    takenBack: await stateOfEach("takenBack"),
    sold: String(STOCK - onHand),
    refundsAtProvider: (await payments.get("mollie")!.listRefunds(filled.late.providerIds[0]!, signal)).length,
    labels: await Promise.all(
      labels.map(async ({ status, reference }) => {
        const sold = await carriers.findLabels("postnl", reference, signal);
        return `${status}, and the carrier has ${sold.length}`;
      }),
    ),
    mails,
    problems: (await db.problem.findMany({ where: { closedAt: null } })).map(({ kind }) => kind),
  };
  return {
    outcome: { ...outcome, labels: outcome.labels.toSorted(), mails: mails.toSorted() },
    unknown: unknown.length,
  };
}
