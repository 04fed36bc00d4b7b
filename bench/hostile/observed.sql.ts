import { type Database, Prisma } from "@drumline/db";

/** A run, or a try of one, as the ledger has it. */
export interface RunSeen {
  readonly id: string;
  readonly task: string;
  readonly status: string;
  readonly attempt: number;
  readonly at: Date;
  /** Null where there is nothing to complain of. */
  readonly error: string | null;
  readonly problems: readonly string[];
  /** How long it will wait from now, where it waits. */
  readonly waitsMs: number | null;
  /** How long ago its lease ended, where it is at work. */
  readonly overdueMs: number | null;
}

const COLUMNS = Prisma.sql`
  id, task, status::text, attempt, coalesce(started_at, created_at) AS at, coalesce(error, CASE WHEN reason_code <> 'CANCELLED' THEN reason END) AS error,
  ARRAY(SELECT DISTINCT problem ->> 'error' FROM jsonb_array_elements(problems) problem LIMIT 20) AS problems,
  (extract(epoch FROM next_attempt_at - now()) * 1000)::float8 AS "waitsMs",
  CASE WHEN status = 'PROCESSING' THEN (extract(epoch FROM now() - lease_until) * 1000)::float8 END AS "overdueMs"`;

/** Runs that this program started. */
export async function loadRunsSeen(db: Database): Promise<RunSeen[]> {
  return await db.$queryRaw<RunSeen[]>(
    Prisma.sql`SELECT ${COLUMNS} FROM run WHERE schedule_id IS NULL ORDER BY created_at`,
  );
}

/** Runs of which a later look would say something else: what is tried again, and what nobody seems to work on. */
export async function loadPassingRuns(db: Database): Promise<RunSeen[]> {
  return await db.$queryRaw<RunSeen[]>(Prisma.sql`
    SELECT ${COLUMNS} FROM run
    WHERE (status = 'SCHEDULED' AND error IS NOT NULL) OR (status = 'PROCESSING' AND lease_until < now())`);
}

/** Tasks that have an open run already, or two where the first is slow. */
export async function loadOpenTasks(db: Database, slowMs: number): Promise<ReadonlySet<string>> {
  const rows = await db.$queryRaw<{ task: string }[]>(Prisma.sql`
    SELECT task FROM run WHERE status IN ('SCHEDULED', 'PROCESSING') AND parent_id IS NULL AND schedule_id IS NULL
    GROUP BY task HAVING count(*) > 1 OR bool_or(started_at IS NULL OR started_at > now() - ${slowMs} * interval '1 ms')`);
  return new Set(rows.map(({ task }) => task));
}

/** Tasks of which a run began and finished since. */
export async function loadFinishedTasks(db: Database, since: Date): Promise<ReadonlySet<string>> {
  const rows = await db.$queryRaw<{ task: string }[]>(Prisma.sql`
    SELECT DISTINCT task FROM run WHERE started_at >= ${since} AND status = 'FINISHED' AND schedule_id IS NULL`);
  return new Set(rows.map(({ task }) => task));
}

export async function countOpenRuns(db: Database): Promise<number> {
  const [row] = await db.$queryRaw<[{ count: number }]>(Prisma.sql`
    SELECT count(*)::int AS count FROM run WHERE status IN ('SCHEDULED', 'PROCESSING') AND schedule_id IS NULL`);
  return row.count;
}

/** How the schedules fared that have nothing to do with the outside. */
export interface CanarySeen {
  readonly key: string;
  readonly finished: number;
  readonly failed: number;
  /** Runs that took a second try. */
  readonly triedTwice: number;
  readonly longestGapMs: number;
  readonly p99Ms: number;
  readonly error: string | null;
}

export async function loadCanaries(db: Database, since: Date): Promise<CanarySeen[]> {
  return await db.$queryRaw<CanarySeen[]>(Prisma.sql`
    WITH canary AS (
      SELECT schedule.key, run.*, finished_at - lag(finished_at) OVER (PARTITION BY schedule.key, run.status = 'FINISHED' ORDER BY finished_at) AS gap
      FROM schedule JOIN run ON run.schedule_id = schedule.id WHERE run.due_at >= ${since} AND schedule.enabled)
    SELECT key, (count(*) FILTER (WHERE status = 'FINISHED'))::int AS finished,
      (count(*) FILTER (WHERE status IN ('FAILED', 'TIMED_OUT', 'CANCELLED')))::int AS failed,
      (count(*) FILTER (WHERE attempt > 1))::int AS "triedTwice",
      coalesce(extract(epoch FROM max(gap) FILTER (WHERE status = 'FINISHED')) * 1000, 1e9)::float8 AS "longestGapMs",
      coalesce(percentile_cont(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM finished_at - due_at) * 1000)
        FILTER (WHERE status = 'FINISHED'), 1e9)::float8 AS "p99Ms",
      max(error) AS error
    FROM canary GROUP BY key ORDER BY key`);
}

/** A text that the product keeps about the outside, and where. */
export interface TextSeen {
  readonly where: string;
  readonly text: string;
}

/** Every different error that the contexts keep with their rows. */
export async function loadTexts(db: Database): Promise<TextSeen[]> {
  return await db.$queryRaw<TextSeen[]>(Prisma.sql`
    SELECT DISTINCT * FROM (
      SELECT 'shipment.poll_error' AS where, poll_error AS text FROM shipment UNION ALL
      SELECT 'omnitron_message.last_error', last_error FROM omnitron_message UNION ALL
      SELECT 'webhook_attempt.error', error FROM webhook_attempt UNION ALL
      SELECT 'cancellation_plan.last_error', last_error FROM cancellation_plan UNION ALL
      SELECT 'ecomnow_feed_import.reason', reason FROM ecomnow_feed_import UNION ALL
      SELECT 'ecomnow_customer_integration_log.error', error FROM ecomnow_customer_integration_log UNION ALL
      SELECT 'ecomnow_refund_update.reason', reason FROM ecomnow_refund_update UNION ALL
      SELECT 'api_status_check.error', error FROM api_status_check UNION ALL
      SELECT 'user_audit.result', result FROM user_audit UNION ALL
      SELECT 'shop_payment.last_check_error', last_check_error FROM shop_payment UNION ALL
      SELECT 'shop_refund.error', error FROM shop_refund UNION ALL
      SELECT 'shop_label.error', error FROM shop_label UNION ALL
      SELECT 'shop_parcel.last_check_error', last_check_error FROM shop_parcel UNION ALL
      SELECT 'problem.reason', reason FROM problem) texts
    WHERE text IS NOT NULL`);
}

/** Partners that were well all the time and yet fared badly, in words; empty when none did. */
export async function loadHarmedPartners(db: Database): Promise<string[]> {
  const rows = await db.$queryRaw<{ harm: string }[]>(Prisma.sql`
    SELECT format('carrier calm: shipment %s was not polled: %s', id, poll_error) AS harm FROM shipment
      WHERE carrier_code = 'calm' AND poll_failures > 0 AND status NOT IN ('DELETED', 'DELIVERED', 'EXPIRED') UNION ALL
    SELECT format('webhook calm: delivery %s took %s tries: %s', delivery.id, attempts, (
        SELECT string_agg(format('%s at %s after %s ms: %s', no, at, duration_ms, coalesce(error, http_status::text)), '; ' ORDER BY no)
        FROM webhook_attempt WHERE delivery_id = delivery.id))
      FROM webhook_delivery delivery
      JOIN webhook ON webhook.id = webhook_id WHERE owner = 'calm' AND attempts > 1 UNION ALL
    SELECT format('vendor %s: import %s %s: %s', code, import.id, status, reason) FROM ecomnow_feed_import import
      JOIN ecomnow_vendor vendor ON vendor.id = vendor_id WHERE code LIKE 'calm%' AND status IN ('HELD', 'FAILED') UNION ALL
    SELECT format('client %s: exchange %s: %s', code, log.id, log.error) FROM ecomnow_customer_integration_log log
      JOIN ecomnow_customer_integration_endpoint endpoint ON endpoint.id = endpoint_id
      JOIN ecomnow_customer_integration client ON client.id = integration_id
      WHERE code IN ('globex', 'initech') AND log.error IS NOT NULL UNION ALL
    SELECT format('carrier calm: label of parcel %s is %s: %s', parcel.reference, label.status, label.error) FROM shop_label label
      JOIN shop_parcel parcel ON parcel.id = parcel_id WHERE carrier = 'calm' AND (label.error IS NOT NULL OR label.status = 'FAILED') UNION ALL
    SELECT format('carrier calm: parcel %s was not asked about: %s', reference, last_check_error) FROM shop_parcel
      WHERE carrier = 'calm' AND failed_checks > 0 UNION ALL
    SELECT format('watched API %s was down: %s', name, error) FROM api_status_check JOIN api_status ON api_status.id = api_status_id
      WHERE name <> 'shaky' AND NOT is_ok`);
  return rows.map(({ harm }) => harm);
}

/** How often each partner that was well was served: none may be left out. */
export async function loadServedPartners(db: Database): Promise<Readonly<Record<string, number>>> {
  const rows = await db.$queryRaw<{ partner: string; times: number }[]>(Prisma.sql`
    SELECT 'carrier calm' AS partner, count(*)::int AS times FROM shipment WHERE carrier_code = 'calm' AND last_polled_at IS NOT NULL UNION ALL
    SELECT 'labels calm', count(*)::int FROM shop_label JOIN shop_parcel parcel ON parcel.id = parcel_id WHERE carrier = 'calm' AND bought_at IS NOT NULL UNION ALL
    SELECT 'webhook calm', count(*)::int FROM webhook_delivery JOIN webhook ON webhook.id = webhook_id WHERE owner = 'calm' AND status = 'DELIVERED' UNION ALL
    SELECT 'vendor ' || code, count(import.id)::int FROM ecomnow_vendor vendor LEFT JOIN ecomnow_feed_import import ON import.vendor_id = vendor.id
      AND status IN ('APPLIED', 'NOT_MODIFIED') WHERE code LIKE 'calm%' GROUP BY code UNION ALL
    SELECT 'client ' || code, count(log.id)::int FROM ecomnow_customer_integration client
      JOIN ecomnow_customer_integration_endpoint endpoint ON integration_id = client.id
      LEFT JOIN ecomnow_customer_integration_log log ON endpoint_id = endpoint.id AND is_ok WHERE code IN ('globex', 'initech') GROUP BY code`);
  return Object.fromEntries(rows.map(({ partner, times }) => [partner, times]));
}
