import { createLongStepYielder } from "@drumline/core/process";
import { type Database, Prisma } from "@drumline/db";
import { z } from "zod";

import { explainAttempt } from "../planning/explanation/explain-attempt.ts";
import { explanationSchema } from "../planning/explanation/explanation.ts";
import type { Attempt } from "../planning/rules/attempt-record.ts";
import { EXCEPTION_STATES } from "../states/package-states.ts";
import { toId, toInstantText } from "./packages.sql.ts";

const todaySchema = z.object({
  erpCode: z.string(),
  sku: z.string(),
  onHand: z.int(),
  reserved: z.int(),
  blockedSince: z.iso.datetime().nullable().describe("Of an inventory discrepancy."),
  blockedBecause: z.string().nullable(),
  free: z.int(),
});

const takenSchema = z.object({
  erpCode: z.string(),
  sku: z.string(),
  units: z.int(),
  orderNumber: z.string(),
  at: z.iso.datetime(),
});

/** An attempt to plan an order, why it came out as it did, and what is the case today. */
export const attemptDetailSchema = explanationSchema
  .extend({
    orderId: z.string(),
    orderNumber: z.string(),
    no: z.int(),
    attempts: z.array(z.int()).readonly().describe("Those that are kept."),
    at: z.iso.datetime().nullable(),
    trigger: z.string(),
    runId: z.string().nullable().describe("Null by a person's command, and where it was not recorded."),
    scenario: z.string().nullable(),
    today: z.array(todaySchema).readonly(),
    takenSince: z.array(takenSchema).readonly().describe("Reservations of other orders since; the newest of many."),
    nextTries: z
      .array(z.object({ package: z.string(), state: z.string(), at: z.iso.datetime().nullable() }))
      .readonly(),
  })
  .meta({ id: "OmsPlanAttempt" });

export type AttemptDetail = z.output<typeof attemptDetailSchema>;

interface Row {
  readonly id: bigint;
  readonly number: string;
  readonly attempt: (Attempt & { readonly at?: string; readonly runId?: string | null }) | null;
  readonly kept: readonly number[] | null;
}

/** Null where the order, or that attempt of it, is not on record. */
export async function loadAttempt(db: Database, idOrNumber: string, no: number): Promise<AttemptDetail | null> {
  const [row] = await db.$queryRaw<Row[]>(Prisma.sql`
    SELECT orders.id, orders.number, jsonb_path_query_first(plan.context, '$.attempts[*] ? (@.no == $no)',
        jsonb_build_object('no', ${no}::int)) AS attempt,
      ARRAY(SELECT (one ->> 'no')::int FROM jsonb_array_elements(plan.context -> 'attempts') one ORDER BY 1) AS kept
    FROM orders JOIN order_execution_plan plan ON plan.order_id = orders.id
    WHERE orders.number = ${idOrNumber} OR orders.id = ${toId(idOrNumber)}
    ORDER BY orders.number = ${idOrNumber} DESC LIMIT 1`);
  if (row === undefined || row.attempt === null) return null;
  const { id, number, attempt, kept } = row;
  const at = attempt.at ?? null;
  const codes = attempt.locations.map(({ erpCode }) => erpCode);
  const skus = [...new Set(attempt.items.map(({ sku }) => sku))];
  const pause = createLongStepYielder();
  const [today, takenSince, nextTries] = await Promise.all([
    loadToday(db, codes, skus),
    at === null ? [] : loadTakenSince(db, codes, skus, new Date(at), id),
    loadNextTries(db, id),
  ]);
  await pause();
  return {
    ...explainAttempt(attempt),
    orderId: String(id),
    orderNumber: number,
    no,
    attempts: kept ?? [],
    at,
    trigger: attempt.trigger,
    runId: attempt.runId ?? null,
    scenario: attempt.scenario,
    today,
    takenSince,
    nextTries,
  };
}

const loadToday = (db: Database, codes: readonly string[], skus: readonly string[]): Promise<AttemptDetail["today"]> =>
  db.$queryRaw(Prisma.sql`
    SELECT location.erp_code AS "erpCode", product.sku, stock.on_hand AS "onHand", held.units AS reserved,
      ${toInstantText(Prisma.sql`held.since`)} AS "blockedSince", held.reason AS "blockedBecause",
      CASE WHEN held.since IS NOT NULL THEN 0
        ELSE greatest(0, stock.on_hand - held.units - location.safety_stock) END::int AS free
    FROM stock_location location
    JOIN product ON product.sku = ANY(${[...skus]}::text[])
    JOIN stock ON stock.location_id = location.id AND stock.product_id = product.id
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(quantity) FILTER (WHERE type <> 'INVENTORY_DISCREPANCY'), 0)::int AS units,
        min(created_at) FILTER (WHERE type = 'INVENTORY_DISCREPANCY') AS since,
        min(reason) FILTER (WHERE type = 'INVENTORY_DISCREPANCY') AS reason
      FROM reservation
      WHERE reservation.location_id = location.id AND reservation.product_id = product.id AND status = 'ACTIVE') held
    WHERE location.erp_code = ANY(${[...codes]}::text[])
    ORDER BY location.erp_code, product.sku`);

const MOST_TAKEN = 50;

const loadTakenSince = (
  db: Database,
  codes: readonly string[],
  skus: readonly string[],
  since: Date,
  orderId: bigint,
): Promise<AttemptDetail["takenSince"]> =>
  db.$queryRaw(Prisma.sql`
    SELECT location.erp_code AS "erpCode", product.sku, reservation.quantity AS units, orders.number AS "orderNumber",
      ${toInstantText(Prisma.sql`reservation.created_at`)} AS at
    FROM stock_location location
    JOIN product ON product.sku = ANY(${[...skus]}::text[])
    JOIN reservation ON reservation.location_id = location.id AND reservation.product_id = product.id
      AND reservation.status = 'ACTIVE' AND reservation.created_at >= ${since}
    LEFT JOIN transfer_item ON transfer_item.id = reservation.transfer_item_id
    JOIN package_item ON package_item.id = coalesce(reservation.package_item_id, transfer_item.package_item_id)
    JOIN package ON package.id = package_item.package_id
    JOIN orders ON orders.id = package.order_id
    WHERE location.erp_code = ANY(${[...codes]}::text[]) AND orders.id <> ${orderId}
    ORDER BY reservation.created_at DESC LIMIT ${MOST_TAKEN}`);

const loadNextTries = (db: Database, orderId: bigint): Promise<AttemptDetail["nextTries"]> =>
  db.$queryRaw(Prisma.sql`
    SELECT number AS package, state::text AS state, ${toInstantText(Prisma.sql`next_replan_at`)} AS at
    FROM package WHERE order_id = ${orderId} AND state::text = ANY(${[...EXCEPTION_STATES]}::text[]) ORDER BY id`);
