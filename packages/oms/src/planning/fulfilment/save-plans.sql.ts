import { Prisma, type Transaction } from "@drumline/db";

import type { OrderPlan } from "../rules/plan-order.ts";
import type { PlannedPackage } from "../rules/planned-package.ts";
import type { WaitingLine } from "../rules/waiting-order.ts";
import type { PackageIds } from "./save-packages.sql.ts";

/** When an attempt was made, and by which run; null by a person's command. */
interface AttemptMade {
  readonly at: Date;
  readonly runId: string | null;
}

/** Plan ids by order id. Only a plan that is new or in START is written: a second planner of an order has no effect. */
export async function savePlanRows(
  tx: Transaction,
  plans: readonly OrderPlan[],
  { at, runId }: AttemptMade,
): Promise<ReadonlyMap<bigint, bigint>> {
  const rows = plans.map(({ order, state, scenario, attempt }) => ({
    order_id: String(order.id),
    state,
    scenario_id: scenario?.id == null ? null : String(scenario.id),
    attempts: attempt.no,
    context: { version: 1, attempts: [{ ...attempt, at, runId }] },
  }));
  const saved = await tx.$queryRaw<{ id: bigint; orderId: bigint }[]>(Prisma.sql`
    INSERT INTO order_execution_plan AS plan
      (order_id, state, scenario_id, attempts, context, context_updated_at, created_at, updated_at)
    SELECT order_id, state, scenario_id, attempts, context, ${at}, ${at}, ${at}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS planned(order_id bigint, state plan_state, scenario_id bigint, attempts int, context jsonb)
    ORDER BY order_id
    ON CONFLICT (order_id) DO UPDATE SET
      state = excluded.state, scenario_id = excluded.scenario_id, attempts = excluded.attempts,
      context = jsonb_build_object(
        'version', 1,
        'attempts', coalesce(plan.context -> 'attempts', '[]') || (excluded.context -> 'attempts')),
      context_updated_at = excluded.context_updated_at, updated_at = excluded.updated_at
      WHERE plan.state = 'START'
    RETURNING id, order_id AS "orderId"`);
  return new Map(saved.map(({ id, orderId }) => [orderId, id]));
}

/** Adds an attempt to plans that are under way, and keeps the last of them. Plan ids by order id. */
export async function saveAttempts(
  tx: Transaction,
  plans: readonly OrderPlan[],
  { at, runId }: AttemptMade,
): Promise<ReadonlyMap<bigint, bigint>> {
  const rows = plans.map(({ order, attempt }) => ({
    order_id: String(order.id),
    no: attempt.no,
    attempt: [{ ...attempt, at, runId }],
  }));
  const saved = await tx.$queryRaw<{ id: bigint; orderId: bigint }[]>(Prisma.sql`
    UPDATE order_execution_plan plan SET
      attempts = planned.no,
      context = plan.context || jsonb_build_object(
        'version', 1,
        'attempts', jsonb_path_query_array(
          coalesce(plan.context -> 'attempts', '[]') || planned.attempt,
          ${Prisma.raw(`'$[last - ${MOST_ATTEMPTS - 1} to last]'`)})),
      context_updated_at = ${at}, updated_at = ${at}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS planned(order_id bigint, no int, attempt jsonb)
    WHERE plan.order_id = planned.order_id
    RETURNING plan.id, plan.order_id AS "orderId"`);
  return new Map(saved.map(({ id, orderId }) => [orderId, id]));
}

/** Attempts a plan's context keeps; a package that waits for weeks is tried hundreds of times. */
export const MOST_ATTEMPTS = 10;

/** One row per order item. `package_item_id` is the first package that got units of it; package_item knows them all. */
export async function savePlanItems(
  tx: Transaction,
  plans: readonly OrderPlan[],
  planIds: ReadonlyMap<bigint, bigint>,
  packages: PackageIds,
): Promise<void> {
  const rows = plans.flatMap((plan) => {
    const { order, shortfalls } = plan;
    const short = new Set(shortfalls.map(({ line }) => line));
    const wanted = order.lines.filter((line) => line.wanted > 0 || order.attemptsSoFar === 0);
    const firstByLine = new Map<WaitingLine, PlannedPackage>();
    for (const one of plan.packages)
      for (const { line } of one.items) if (!firstByLine.has(line)) firstByLine.set(line, one);
    return wanted.map((line) => {
      const first = firstByLine.get(line);
      return {
        plan_id: String(planIds.get(order.id)!),
        order_item_id: String(line.orderItemId),
        package_item_id: first === undefined ? null : String(packages.item(first.number, line.orderItemId)),
        state: line.wanted === 0 ? "CANCELLED" : short.has(line) ? "PENDING" : "COMPLETED",
      };
    });
  });
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO order_execution_plan_item (plan_id, order_item_id, package_item_id, state)
    SELECT plan_id, order_item_id, package_item_id, state
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS planned(plan_id bigint, order_item_id bigint, package_item_id bigint, state plan_state)
    ON CONFLICT (plan_id, order_item_id) DO UPDATE SET
      package_item_id = excluded.package_item_id, state = excluded.state`);
}
