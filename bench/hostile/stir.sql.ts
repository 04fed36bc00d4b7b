import { type Database, Prisma } from "@drumline/db";

/** Makes everything due again that the outside is asked about, whatever the last answer was. */
export async function makeAllDue(db: Database): Promise<void> {
  for (const statement of STATEMENTS) await db.$executeRaw(statement);
}

export async function listWaitingPackages(db: Database, limit: number): Promise<bigint[]> {
  const rows = await db.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    SELECT id FROM package WHERE state = 'WAITING' ORDER BY id LIMIT ${limit}`);
  return rows.map(({ id }) => id);
}

/** What runs were put off, or are tried again much later, so that they do not hold their task up; returned once, then cancelled. */
export async function cancelPutOff(db: Database, longerThanMs: number): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>(Prisma.sql`
    UPDATE run SET status = 'CANCELLED', reason_code = 'CANCELLED', finished_at = now(),
      reason = 'put off until ' || next_attempt_at, next_attempt_at = NULL
    WHERE status = 'SCHEDULED' AND schedule_id IS NULL AND next_attempt_at > now() + ${longerThanMs} * interval '1 ms'
    RETURNING id`);
  return rows.map(({ id }) => id);
}

/** Ends what waits of a schedule, as a person would who gives it up. */
export async function cancelRunsOf(db: Database, scheduleKey: string): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE run SET status = 'CANCELLED', reason_code = 'CANCELLED', finished_at = now(), next_attempt_at = NULL
    FROM schedule WHERE schedule.id = run.schedule_id AND key = ${scheduleKey} AND run.status = 'SCHEDULED'`);
}

/** Rows that somebody works on stay as they are: this program must not be what others wait for. */
const free = (table: string, where: string, limit = 1_000) =>
  Prisma.raw(`id IN (SELECT id FROM ${table} WHERE ${where} LIMIT ${limit} FOR UPDATE SKIP LOCKED)`);

const UNCLAIMED = "(claimed_until IS NULL OR claimed_until < now())";

const STATEMENTS: readonly Prisma.Sql[] = [
  // Every other parcel is at the carrier that is hostile; some are announced anew.
  Prisma.sql`
    UPDATE shipment SET next_poll_at = now(), carrier_code = CASE WHEN id % 2 = 0 THEN 'evil' ELSE 'calm' END,
      status = CASE WHEN status IN ('DELIVERED', 'DELETED', 'EXPIRED') THEN 'SHIPPING' ELSE status END,
      tracking_number = CASE WHEN random() < 0.1 OR carrier_code NOT IN ('evil', 'calm') THEN NULL ELSE tracking_number END
    WHERE ${free("shipment", `${UNCLAIMED} AND random() < 0.5`, 60)}`,
  Prisma.sql`
    UPDATE omnitron_message SET next_attempt_at = now(), sent_at = NULL, given_up_at = NULL
    WHERE ${free("omnitron_message", `${UNCLAIMED} AND random() < 0.3`, 20)}`,
  Prisma.sql`
    INSERT INTO event_queue (id, event_type, entity_type, entity_id, payload, created_at, modified_at)
    SELECT gen_random_uuid(), 'package.created', 'package', n, '{"number": "H1P1"}', now() - interval '1 hour', now() - interval '1 hour'
    FROM generate_series(1, 10) n`,
  Prisma.sql`
    UPDATE webhook_delivery SET next_attempt_at = now()
    WHERE ${free("webhook_delivery", "status = 'PENDING_RETRY' AND leased_until IS NULL AND next_attempt_at > now()", 100)}`,
  Prisma.sql`UPDATE webhook SET is_active = true, disabled_reason = NULL WHERE NOT is_active`,
  Prisma.sql`
    WITH plan AS (
      INSERT INTO cancellation_plan (omnitron_id, order_number, order_id, type, next_attempt_at, remote_modified_at, payload)
      SELECT omnitron_id, number, id, 'CANCEL', now(), now(), '{}' FROM orders
      WHERE EXISTS (SELECT FROM package WHERE order_id = orders.id AND state IN ('WAITING', 'PACKED'))
        AND NOT EXISTS (SELECT FROM cancellation_plan WHERE order_id = orders.id)
      ORDER BY random() LIMIT 3
      ON CONFLICT DO NOTHING RETURNING id, order_id)
    INSERT INTO cancellation_plan_item (plan_id, omnitron_item_id, order_item_id, quantity)
    SELECT plan.id, item.omnitron_id, item.id, item.quantity FROM plan JOIN order_item item USING (order_id)`,
  Prisma.sql`
    UPDATE cancellation_plan SET next_attempt_at = now()
    WHERE ${free("cancellation_plan", `status IN ('WAITING', 'PROCESSING') AND ${UNCLAIMED} AND next_attempt_at > now()`)}`,
  // A payment that is paid is refunded in parts, of which none may be sent twice.
  Prisma.sql`
    UPDATE shop_payment SET next_check_at = now() WHERE ${free("shop_payment", `${UNCLAIMED} AND random() < 0.7`, 60)}`,
  Prisma.sql`
    INSERT INTO shop_refund (id, payment_id, cause, amount_minor, currency, idempotency_key, requested_by, created_at, next_check_at)
    SELECT gen_random_uuid(), id, 'hostile-' || floor(random() * 8), 10, currency, gen_random_uuid(), 'hostile bench', now(), now()
    FROM shop_payment WHERE status = 'PAID' ORDER BY random() LIMIT 2
    ON CONFLICT DO NOTHING`,
  Prisma.sql`
    UPDATE shop_refund SET next_check_at = now()
    WHERE ${free("shop_refund", `status IN ('DUE', 'UNKNOWN') AND ${UNCLAIMED}`)}`,
  // Labels are bought anew, looked up, or given back.
  Prisma.sql`
    UPDATE shop_label SET next_try_at = now(), reference = CASE WHEN status IN ('BOUGHT', 'VOIDED', 'FAILED') THEN gen_random_uuid()::text ELSE reference END,
      status = CASE WHEN status IN ('VOIDED', 'FAILED') THEN 'DUE' WHEN status = 'BOUGHT' THEN 'VOIDING' ELSE status END
    WHERE ${free("shop_label", `${UNCLAIMED} AND random() < 0.5`, 20)}`,
  Prisma.sql`
    UPDATE shop_parcel SET next_check_at = now(), status = 'SHIPPED'
    WHERE ${free("shop_parcel", `${UNCLAIMED} AND tracking_number IS NOT NULL`)}`,
  Prisma.sql`
    UPDATE package SET next_replan_at = now() WHERE ${free("package", "next_replan_at > now()")}`,
  Prisma.sql`
    UPDATE ecomnow_vendor SET feed_etag = NULL, feed_modified = NULL, category_build_id = NULL,
      accepts_shrunken_feed = true, accepts_shrunken_tree = true
    WHERE ${free("ecomnow_vendor", UNCLAIMED)}`,
  Prisma.sql`
    UPDATE ecomnow_customer_integration_endpoint SET next_run_at = NULL, paused_at = NULL, paused_reason = NULL,
      cursor = CASE WHEN random() < 0.3 THEN NULL ELSE cursor END
    WHERE ${free("ecomnow_customer_integration_endpoint", UNCLAIMED)}`,
  Prisma.sql`
    UPDATE ecomnow_refund SET version = version + 1, amount_minor = 400 + version % 100, updated_at = now()
    WHERE ${free("ecomnow_refund", "number LIKE 'H%' AND random() < 0.3", 5)}`,
  Prisma.sql`
    UPDATE ecomnow_refund_update SET next_attempt_at = now()
    WHERE ${free("ecomnow_refund_update", `status = 'PENDING' AND ${UNCLAIMED} AND next_attempt_at > now()`)}`,
  Prisma.sql`
    UPDATE user_audit SET action = (ARRAY['DISABLE_IN_AWS', 'ENABLE_IN_AWS', 'REMINDER_SENT'])[1 + id % 3]::user_audit_action,
      action_status = 'PENDING', decision_no = decision_no + 1, action_set_by = 'hostile bench', action_set_at = now()
    WHERE ${free("user_audit", "closed_at IS NULL AND action_status <> 'IN_PROGRESS' AND random() < 0.2", 4)}`,
];
