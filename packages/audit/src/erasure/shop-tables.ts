import { emailHashOf } from "@drumline/core/text";
import { Prisma } from "@drumline/db";

import { anonymise, erase, type ErasureRule, keep, redact, whereIs } from "./erasure-rule.ts";
import type { Person } from "./person.sql.ts";

const INVOICE_YEARS = 7;
export const INVOICES = `invoices and the orders behind them are kept for ${INVOICE_YEARS} years, as the tax office asks (GDPR 17(3)(b))`;

export const isYoung = (column: string, { now }: Person): Prisma.Sql =>
  Prisma.sql`${Prisma.raw(column)} > ${now}::timestamptz - make_interval(years => ${INVOICE_YEARS})`;

const ORDER_COLUMNS = ["email", "email_key", "name", "phone", "ship_to"];

const isTheirCart = ({ emailKey }: Person): Prisma.Sql => Prisma.sql`(
  record.customer_id IN (SELECT id FROM shop_customer WHERE email_key = ${emailKey})
  OR record.id IN (SELECT cart_id FROM shop_checkout WHERE email_key = ${emailKey}))`;

const NOT_ARRIVED = "its parcel has not arrived; erase once more when it has";

const isOfTheirOrder = ({ emailKey }: Person): Prisma.Sql => Prisma.sql`
  (SELECT parcel.order_id FROM shop_parcel parcel WHERE parcel.id = record.parcel_id) IN (
    SELECT id FROM shop_order WHERE email_key = ${emailKey})`;

const hasLabel = Prisma.sql`(record.pdf IS NOT NULL OR record.tracking_number IS NOT NULL)`;
const hasTracking = Prisma.sql`(record.tracking_number IS NOT NULL OR record.tracking_url IS NOT NULL)`;

const isTheirParcel = ({ emailKey }: Person): Prisma.Sql =>
  Prisma.sql`record.order_id IN (SELECT id FROM shop_order WHERE email_key = ${emailKey})`;

/** Whose rows point at a customer or lead come before these, which are no longer found afterwards. */
export const shopRules: readonly ErasureRule[] = [
  anonymise(
    "shop_cart",
    ["customer_id"],
    (person) => Prisma.sql`${isTheirCart(person)} AND record.status <> 'ORDERED'
      AND (record.customer_id IS NOT NULL OR record.status <> 'ANONYMISED')`,
    // One of which there is an order waits for what becomes of it.
    () => Prisma.sql`customer_id = NULL, status = CASE
      WHEN EXISTS (SELECT FROM shop_order WHERE shop_order.cart_id = record.id) THEN record.status
      ELSE 'ANONYMISED' END`,
  ),
  erase("shop_checkout", ["email", "email_key", "name", "phone", "ship_to"], whereIs("record.email_key")),
  erase(
    "shop_restore_link",
    ["token_hash"],
    ({ emailKey }) => Prisma.sql`record.lead_id IN (SELECT id FROM shop_lead WHERE email_key = ${emailKey})`,
  ),
  anonymise(
    "shop_notice",
    ["detail"],
    ({
      emailKey,
    }) => Prisma.sql`record.status = 'DUE' AND record.kind = 'reminder' AND split_part(record.key, '/', 2) IN (
      SELECT id::text FROM shop_lead WHERE email_key = ${emailKey})`,
    ({ now }) => Prisma.sql`status = 'SUPERSEDED', ended_at = ${now}, detail = '{}'`,
  ),
  redact(
    "shop_notice",
    { detail: "jsonb", error: "text" },
    () => Prisma.sql`NOT (record.status = 'DUE' AND record.kind = 'reminder')`,
  ),
  anonymise(
    "shop_lead",
    ["email", "email_key", "name"],
    whereIs("record.email_key"),
    ({ now }) =>
      Prisma.sql`status = 'ERASED', ended_at = coalesce(ended_at, ${now}), email = NULL, email_key = NULL, name = NULL, time_zone = NULL`,
  ),
  anonymise(
    "shop_stock_subscription",
    ["email", "email_key"],
    whereIs("record.email_key"),
    ({
      now,
    }) => Prisma.sql`status = 'UNSUBSCRIBED', ended_at = coalesce(ended_at, ${now}), email = NULL, email_key = NULL,
      time_zone = NULL, confirm_token_hash = NULL`,
  ),
  anonymise(
    "shop_label",
    ["pdf", "tracking_number"],
    (person) => Prisma.sql`${hasLabel} AND ${isOfTheirOrder(person)} AND EXISTS (
      SELECT FROM shop_parcel parcel WHERE parcel.id = record.parcel_id AND parcel.status NOT IN ('PACKED', 'SHIPPED'))`,
    () => Prisma.sql`pdf = NULL, tracking_number = NULL`,
  ),
  keep(
    "shop_label",
    ["pdf", "tracking_number"],
    (person) => Prisma.sql`${hasLabel} AND ${isOfTheirOrder(person)}`,
    NOT_ARRIVED,
  ),
  redact("shop_label", { error: "text" }),
  // The carrier's page of a number shows where it went.
  anonymise(
    "shop_parcel",
    ["tracking_number", "tracking_url"],
    (person) => Prisma.sql`${hasTracking} AND ${isTheirParcel(person)} AND record.status NOT IN ('PACKED', 'SHIPPED')`,
    () => Prisma.sql`tracking_number = NULL, tracking_url = NULL`,
  ),
  keep(
    "shop_parcel",
    ["tracking_number", "tracking_url"],
    (person) => Prisma.sql`${hasTracking} AND ${isTheirParcel(person)}`,
    NOT_ARRIVED,
  ),
  redact("shop_parcel", { last_check_error: "text" }),
  keep(
    "shop_order",
    ORDER_COLUMNS,
    (person) => Prisma.sql`record.email_key = ${person.emailKey} AND ${isYoung("record.placed_at", person)}`,
    INVOICES,
  ),
  anonymise(
    "shop_order",
    ORDER_COLUMNS,
    (person) => Prisma.sql`record.email_key = ${person.emailKey} AND NOT ${isYoung("record.placed_at", person)}`,
    ({ now }) =>
      Prisma.sql`email = NULL, email_key = NULL, name = NULL, phone = NULL, ship_to = '{}', time_zone = NULL, erased_at = ${now}`,
  ),
  anonymise(
    "shop_customer",
    ["email", "email_key", "name", "phone"],
    whereIs("record.email_key"),
    ({ now }) =>
      Prisma.sql`email = NULL, email_key = NULL, name = NULL, phone = NULL, time_zone = NULL, erased_at = ${now}`,
  ),
  redact("shop_payment_observation", { detail: "jsonb" }),
  redact("shop_payment_hint", { observed: "jsonb", money_back: "jsonb" }),
  redact("shop_refund", { error: "text", note: "text" }),
  keep(
    "shop_suppression",
    ["email_hash"],
    (person) => Prisma.sql`record.email_hash = ${emailHashOf(person.emailKey)}`,
    "without the hash the address would be written to again; it leads back to nobody",
  ),
  keep(
    "shop_mail_report",
    ["email_hash"],
    (person) => Prisma.sql`record.email_hash = ${emailHashOf(person.emailKey)}`,
    "a bounce, by hash: it keeps mail from an address that takes none",
  ),
];
