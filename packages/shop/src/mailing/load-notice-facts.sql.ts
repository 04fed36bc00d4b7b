import { emailHashOf, emailKeyOf } from "@drumline/core/text";
import { Prisma, type Transaction } from "@drumline/db";

import { loadLeadStops, loadRemindedLeads } from "../leads/index.ts";
import { type AwaitingPerson, loadAwaitingPeople } from "../subscriptions/awaiting-people.sql.ts";
import { loadSuppressedLists } from "../suppressions/suppression.sql.ts";
import type { DueNotice } from "./claim-notices.sql.ts";
import type { NoticeFacts } from "./notice-facts.ts";
import type { MailFacts, MailOrder } from "../notifications/template-data.ts";

/** What these notices are about, by one statement per table; what people may be erased from is locked until they are on record. */
export async function loadNoticeFacts(
  tx: Transaction,
  notices: readonly DueNotice[],
  now: Date,
): Promise<NoticeFacts[]> {
  const people = await loadAwaitingPeople(tx, idsIn(notices, subscriptionIdOf), now);
  const orders = await loadOrders(
    tx,
    idsIn(notices, ({ orderId }) => orderId),
  );
  const parcels = await loadParcels(
    tx,
    idsIn(notices, ({ parcelId }) => parcelId),
  );
  const otherKinds = await loadOtherKinds(tx, notices);
  const leadIds = idsIn(notices, leadIdOf);
  const leadStops = leadIds.length === 0 ? new Map() : await loadLeadStops(tx, leadIds, now);
  const leads = new Map((await loadRemindedLeads(tx, leadIds)).map((lead) => [lead.id, lead]));

  const facts = notices.map((notice) => {
    const order = orders.get(notice.orderId ?? 0n) ?? null;
    const parcel = parcels.get(notice.parcelId ?? 0n) ?? null;
    const awaiting = people.get(subscriptionIdOf(notice) ?? 0n) ?? null;
    const lead = leads.get(leadIdOf(notice) ?? 0n) ?? null;
    const addressee = awaiting ?? lead ?? order;
    return {
      notice,
      addressee: addressee && { email: addressee.email, locale: addressee.locale, timeZone: addressee.timeZone },
      orderStatus: order?.status ?? null,
      parcelStatus: parcel?.status ?? null,
      otherKinds: otherKinds.get(notice.id) ?? [],
      leadStop: leadStops.get(leadIdOf(notice) ?? 0n) ?? null,
      awaiting,
      mail: toMailFacts(notice, { order, parcel, awaiting, lead }),
    };
  });
  const hashOf = (email: string | null | undefined) => emailHashOf(emailKeyOf(email ?? ""));
  const lists = await loadSuppressedLists(
    tx,
    facts.map(({ addressee }) => hashOf(addressee?.email)),
  );
  return facts.map((one) => ({ ...one, suppressedLists: lists.get(hashOf(one.addressee?.email)) ?? new Set() }));
}

/** `lead/9/1` is the first reminder of lead 9, `stock/7/…` and `subscription/7/…` are of subscription 7. */
export const leadIdOf = ({ key }: Pick<DueNotice, "key">): bigint | null => idIn(/^lead\/(\d{1,18})\//.exec(key));
export const subscriptionIdOf = ({ key }: Pick<DueNotice, "key">): bigint | null =>
  idIn(/^(?:stock|subscription)\/(\d{1,18})\//.exec(key));

const idIn = (found: RegExpExecArray | null): bigint | null => (found === null ? null : BigInt(found[1]!));

const idsIn = (notices: readonly DueNotice[], idOf: (notice: DueNotice) => bigint | null): bigint[] => [
  ...new Set(notices.map(idOf).filter((id) => id !== null)),
];

interface OrderRow extends MailOrder {
  readonly id: bigint;
  readonly status: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly locale: string;
  readonly timeZone: string | null;
}

async function loadOrders(tx: Transaction, ids: readonly bigint[]): Promise<ReadonlyMap<bigint, OrderRow>> {
  if (ids.length === 0) return new Map();
  type Line = { title: string; quantity: number; priceMinor: string };
  const rows = await tx.$queryRaw<(Omit<OrderRow, "lines"> & { lines: Line[] | null })[]>(Prisma.sql`
    SELECT id, reference, status::text, email, name, locale, time_zone AS "timeZone", ship_to AS "shipTo", currency,
      total_minor AS "totalMinor", placed_at AS "placedAt",
      (SELECT jsonb_agg(jsonb_build_object('title', title, 'quantity', quantity, 'priceMinor', price_minor::text)
        ORDER BY line_no) FROM shop_order_line line WHERE line.order_id = shop_order.id) AS lines
    FROM shop_order WHERE id = ANY(${[...ids]}::bigint[]) ORDER BY id FOR SHARE`);
  return new Map(
    rows.map(({ lines, ...order }) => [
      order.id,
      { ...order, lines: (lines ?? []).map((line) => ({ ...line, priceMinor: BigInt(line.priceMinor) })) },
    ]),
  );
}

interface ParcelRow extends NonNullable<MailFacts["parcel"]> {
  readonly id: bigint;
  readonly status: string;
}

async function loadParcels(tx: Transaction, ids: readonly bigint[]): Promise<ReadonlyMap<bigint, ParcelRow>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.$queryRaw<ParcelRow[]>(Prisma.sql`
    SELECT id, status::text, carrier, tracking_number AS "trackingNumber", tracking_url AS "trackingUrl"
    FROM shop_parcel WHERE id = ANY(${[...ids]}::bigint[])`);
  return new Map(rows.map((parcel) => [parcel.id, parcel]));
}

async function loadOtherKinds(
  tx: Transaction,
  notices: readonly DueNotice[],
): Promise<ReadonlyMap<bigint, readonly string[]>> {
  const ids = notices.filter(({ parcelId }) => parcelId !== null).map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const rows = await tx.$queryRaw<{ id: bigint; kinds: string[] }[]>(Prisma.sql`
    SELECT notice.id, array_agg(other.kind) AS kinds
    FROM shop_notice notice JOIN shop_notice other ON other.parcel_id = notice.parcel_id AND other.id <> notice.id
    WHERE notice.id = ANY(${ids}::bigint[]) AND other.status IN ('DUE', 'QUEUED') GROUP BY notice.id`);
  return new Map(rows.map(({ id, kinds }) => [id, kinds]));
}

interface Subjects {
  readonly order: OrderRow | null;
  readonly parcel: ParcelRow | null;
  readonly awaiting: AwaitingPerson | null;
  readonly lead: { readonly name: string | null; readonly lines: NonNullable<MailFacts["cart"]>["lines"] } | null;
}

function toMailFacts({ detail }: DueNotice, { order, parcel, awaiting, lead }: Subjects): MailFacts {
  const { amountMinor, currency } = detail;
  const isAmount = typeof amountMinor === "string" && /^-?\d{1,18}$/.test(amountMinor);
  return {
    name: order?.name ?? lead?.name ?? null,
    ...(order === null ? {} : { order }),
    ...(parcel === null ? {} : { parcel }),
    ...(isAmount && typeof currency === "string" ? { refund: { amountMinor: BigInt(amountMinor), currency } } : {}),
    ...(awaiting === null ? {} : { product: awaiting }),
    ...(lead === null ? {} : { cart: { lines: lead.lines, url: "" } }),
  };
}
