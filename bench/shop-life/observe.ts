import { type Database, Prisma } from "@drumline/db";

import type { Journal } from "./journal.ts";
import type { MailSeen, ShopOutside } from "./outside.ts";

export type Row<Load extends (...args: never[]) => Promise<readonly unknown[]>> = Awaited<ReturnType<Load>>[number];

export type OrderRow = Row<typeof loadOrders>;
export type ParcelRow = Row<typeof loadParcels>;

/** All that the judge looks at of one story, once nothing moves any more. */
export interface StorySeen {
  readonly journal: Journal;
  readonly orders: readonly OrderRow[];
  readonly parcels: readonly ParcelRow[];
  /** Events of orders, as `<order id> <type>`. */
  readonly events: readonly string[];
  readonly movements: Row<typeof loadMovements>[];
  readonly products: Row<typeof loadProducts>[];
  readonly notices: Row<typeof loadNotices>[];
  readonly mails: Row<typeof loadMails>[];
  readonly carts: Row<typeof loadCarts>[];
  readonly leads: Row<typeof loadLeads>[];
  readonly subscriptions: Row<typeof loadSubscriptions>[];
  readonly problems: Row<typeof loadProblems>[];
  /** What the mailbox of the story's people holds. */
  readonly mailbox: readonly MailSeen[];
  /** By the provider's id of the payment. */
  readonly atProvider: ReadonlyMap<string, PaymentAtProvider>;
  /** By our reference of the label: how many the carrier has sold and not taken back. */
  readonly atCarrier: ReadonlyMap<string, number>;
  /** When a webhook about a payment came last. */
  readonly heardAt: ReadonlyMap<string, Date>;
}

export interface PaymentAtProvider {
  readonly status: string | null;
  /** Those that neither failed nor were cancelled. */
  readonly refunds: readonly { readonly id: string | null; readonly minor: bigint }[];
}

export async function observe(db: Database, outside: ShopOutside, journal: Journal): Promise<StorySeen> {
  const { prefix } = journal.story;
  const { signal } = new AbortController();
  const orders = await loadOrders(db, prefix);
  const orderIds = orders.map(({ id }) => id);
  const parcels = await loadParcels(db, orderIds);
  const leads = await loadLeads(db, prefix);
  const subscriptions = await loadSubscriptions(db, prefix);
  const keys = [
    ...orderIds.map((id) => `order/${id}/%`),
    ...leads.map(({ id }) => `lead/${id}/%`),
    ...subscriptions.flatMap(({ id }) => [`subscription/${id}/%`, `stock/${id}/%`]),
  ];
  const notices = await loadNotices(db, keys);
  const atProvider = new Map<string, PaymentAtProvider>();
  for (const { providerId } of [...journal.orders.values()].flatMap(({ attempts }) => attempts)) {
    const { status, refunds } = await outside.mollie.get(providerId, signal);
    const alive = (refunds ?? []).filter((refund) => refund.status !== "FAILED" && refund.status !== "CANCELED");
    atProvider.set(providerId, {
      status,
      refunds: alive.map((refund) => ({ id: refund.providerId, minor: refund.amount.minor })),
    });
  }
  const atCarrier = new Map<string, number>();
  for (const { carrier, labels } of parcels)
    for (const { reference } of labels)
      atCarrier.set(reference, (await outside.carriers.findLabels(carrier, reference, signal)).length);
  return {
    journal,
    orders,
    parcels,
    events: await loadEvents(db, orderIds),
    movements: await loadMovements(db, prefix),
    products: await loadProducts(db, prefix),
    notices,
    mails: await loadMails(
      db,
      notices.map(({ key }) => key),
    ),
    carts: await loadCarts(db, prefix),
    leads,
    subscriptions,
    problems: await loadProblems(
      db,
      prefix,
      notices.map(({ key }) => key),
    ),
    mailbox: (await outside.mailbox()).filter(({ to }) => to.some((address) => address.startsWith(prefix))),
    atProvider,
    atCarrier,
    heardAt: outside.heardAt,
  };
}

const loadOrders = async (db: Database, prefix: string) =>
  await db.shopOrder.findMany({
    where: { reference: { startsWith: prefix } },
    include: { lines: true, payments: { include: { refunds: true, disputes: true } }, reservations: true },
    orderBy: { id: "asc" },
  });

const loadParcels = async (db: Database, orderIds: readonly bigint[]) =>
  await db.shopParcel.findMany({
    where: { orderId: { in: [...orderIds] } },
    include: { labels: { omit: { pdf: true } } },
    orderBy: { id: "asc" },
  });

const loadEvents = async (db: Database, orderIds: readonly bigint[]): Promise<string[]> => {
  const where = { entityType: "shop_order", entityId: { in: [...orderIds] } };
  const rows = await db.eventQueue.findMany({ where });
  return rows.map(({ entityId, eventType }) => `${entityId} ${eventType}`);
};

const loadMovements = async (db: Database, prefix: string) =>
  await db.shopMovement.findMany({ where: { sku: { startsWith: prefix } }, orderBy: { id: "asc" } });

const loadProducts = async (db: Database, prefix: string) =>
  await db.shopProduct.findMany({ where: { sku: { startsWith: prefix } }, orderBy: { sku: "asc" } });

const loadNotices = async (db: Database, keys: readonly string[]) =>
  await db.$queryRaw<
    { key: string; kind: string; status: string; error: string | null; occurredAt: Date; dueAt: Date }[]
  >(
    Prisma.sql`SELECT key, kind, status::text, error, occurred_at AS "occurredAt", due_at AS "dueAt" FROM shop_notice
      WHERE key LIKE ANY(${[...keys]}::text[]) ORDER BY id`,
  );

const loadMails = async (db: Database, keys: readonly string[]) =>
  await db.mail.findMany({
    where: { key: { in: [...keys] } },
    select: { key: true, kind: true, status: true, recipient: true, subject: true, error: true, settledAt: true },
  });

const loadCarts = async (db: Database, prefix: string) =>
  await db.shopCart.findMany({ where: { reference: { startsWith: prefix } }, include: { checkouts: true } });

const loadLeads = async (db: Database, prefix: string) =>
  await db.shopLead.findMany({ where: { cartReference: { startsWith: prefix } } });

const loadSubscriptions = async (db: Database, prefix: string) =>
  await db.shopStockSubscription.findMany({ where: { product: { sku: { startsWith: prefix } } } });

/** Open ones that name something of the story. */
const loadProblems = async (db: Database, prefix: string, keys: readonly string[]) =>
  await db.$queryRaw<{ kind: string; subject: string; reason: string }[]>(Prisma.sql`
    SELECT kind, subject_key AS subject, reason FROM problem
    WHERE closed_at IS NULL 
      AND (starts_with(subject_key, ${prefix}) OR subject_key = ANY(${[...keys]}::text[]) OR strpos(reason, ${prefix}) > 0)`);

/** Runs that did not come to their end, since a moment of the real clock. */
export async function loadUnfinishedRuns(db: Database, since: Date): Promise<string[]> {
  const rows = await db.$queryRaw<{ task: string; status: string; error: string | null }[]>(Prisma.sql`
    SELECT task, status::text, error::text FROM run WHERE status <> 'FINISHED' AND created_at >= ${since} ORDER BY created_at LIMIT 20`);
  return rows.map(({ task, status, error }) => `${task} is ${status}: ${error ?? "no error"}`);
}
