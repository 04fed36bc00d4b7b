import {
  claimedFor,
  type Database,
  isClaimedBy,
  isFreeFor,
  lockedById,
  Prisma,
  type Transaction,
  unclaimed,
} from "@drumline/db";

const CLAIM_SECONDS = 120;

/** Plans not begun, or plans that wait for packages in CANCELLATION_WAITING. */
export type PlanStage = "NEW" | "WAITING_FOR_PACKAGES";

/** Of a `plan`, at that stage. */
export const isDue = (stage: PlanStage, now: Date): Prisma.Sql =>
  stage === "NEW"
    ? Prisma.sql`plan.status = 'WAITING' AND plan.next_attempt_at <= ${now}`
    : Prisma.sql`plan.status = 'PROCESSING' AND plan.next_attempt_at <= ${now}`;

/** Due plans of a stage, counted up to `most`. */
export async function countDuePlans(db: Database, stage: PlanStage, now: Date, most: number): Promise<number> {
  const [row] = await db.$queryRaw<[{ count: number }]>(Prisma.sql`
    SELECT count(*)::int AS count FROM (SELECT FROM cancellation_plan plan WHERE ${isDue(stage, now)} LIMIT ${most}) due`);
  return row.count;
}

/** Due plans of a stage, whoever works on them; for a dry run. */
export async function findDuePlans(db: Database, stage: PlanStage, now: Date, limit: number): Promise<bigint[]> {
  const rows = await db.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    SELECT id FROM cancellation_plan plan WHERE ${isDue(stage, now)} ORDER BY next_attempt_at, id LIMIT ${limit}`);
  return rows.map(({ id }) => id);
}

/** The longest due plans nobody else works on, of each order the first only: each changes what is left for the next. */
export async function claimPlans(
  db: Database,
  runId: string,
  stage: PlanStage,
  now: Date,
  limit: number,
): Promise<bigint[]> {
  const rows = await db.$queryRaw<{ id: bigint; orderNumber: string }[]>(Prisma.sql`
    WITH next AS MATERIALIZED (
      SELECT id FROM cancellation_plan plan
      WHERE ${isDue(stage, now)} AND ${isFreeFor(runId)}
      ORDER BY next_attempt_at, id LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE cancellation_plan plan
    SET ${claimedFor(runId, CLAIM_SECONDS)}
    FROM next WHERE plan.id = next.id
    RETURNING plan.id, order_number AS "orderNumber"`);
  const first = new Map<string, bigint>();
  for (const { id, orderNumber } of rows.toSorted((left, right) => Number(left.id - right.id)))
    if (!first.has(orderNumber)) first.set(orderNumber, id);
  const mine = new Set(first.values());
  await releasePlans(
    db,
    runId,
    rows.map(({ id }) => id).filter((id) => !mine.has(id)),
  );
  return [...mine];
}

/** Locks plans that are still this run's. */
export async function lockClaimedPlans(tx: Transaction, runId: string, ids: readonly bigint[]): Promise<bigint[]> {
  const rows = await tx.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    SELECT id FROM cancellation_plan
    WHERE id = ANY(${[...ids]}::bigint[]) AND ${isClaimedBy(runId)} AND status IN ('WAITING', 'PROCESSING')
    ORDER BY id FOR NO KEY UPDATE`);
  return rows.map(({ id }) => id);
}

/** Ends the run's claims on these plans, which stay due. */
export async function releasePlans(db: Database | Transaction, runId: string, ids: readonly bigint[]): Promise<void> {
  if (ids.length === 0) return;
  await db.$executeRaw(Prisma.sql`
    WITH ${lockedById("cancellation_plan", Prisma.sql`id = ANY(${[...ids]}::bigint[]) AND ${isClaimedBy(runId)}`)}
    UPDATE cancellation_plan plan SET ${unclaimed} FROM locked WHERE plan.id = locked.id`);
}

/** Plans that could not be carried out, with why; they are tried again from then on. */
export async function postponePlans(
  db: Database,
  runId: string,
  refused: readonly { readonly id: bigint; readonly error: string }[],
  { until, at }: { readonly until: Date; readonly at: Date },
): Promise<void> {
  const ids = refused.map(({ id }) => id);
  await db.$executeRaw(Prisma.sql`
    WITH ${lockedById("cancellation_plan", Prisma.sql`id = ANY(${ids}::bigint[]) AND ${isClaimedBy(runId)}`)}
    UPDATE cancellation_plan plan SET
      attempts = attempts + 1, next_attempt_at = ${until}, last_error = refused.error, updated_at = ${at},
      ${unclaimed}
    FROM locked JOIN unnest(${ids}::bigint[], ${refused.map(({ error }) => error)}::text[]) AS refused(id, error) USING (id)
    WHERE plan.id = locked.id`);
}

/** What people know plans by: Omnitron's id, or where it has none, the order. */
export async function loadPlanKeys(
  db: Database,
  ids: readonly bigint[],
): Promise<{ readonly id: bigint; readonly pk: bigint | null; readonly orderNumber: string }[]> {
  return await db.$queryRaw(Prisma.sql`
    SELECT id, omnitron_id AS pk, order_number AS "orderNumber" FROM cancellation_plan
    WHERE id = ANY(${[...ids]}::bigint[])`);
}
