import { type Database, Prisma } from "@drumline/db";
import { isUnsettled } from "@drumline/outbound/mail";
import type { ecomnowTasks } from "@drumline/tasks";

import { isWatched } from "./api-status/api-status.sql.ts";
import { STATUS_MAIL_PREFIX } from "./api-status/status-mail.ts";
import { hasTree } from "./categories/category.sql.ts";
import { dueFlows } from "./clients/endpoint.sql.ts";
import { isDue as isUpdateDue } from "./orders/refund-update.sql.ts";
import { isChanged } from "./orders/refund.sql.ts";
import { dueProducts } from "./products/delete-inactive-products.sql.ts";
import { hasFeed } from "./products/vendor.sql.ts";
import { isToPerform } from "./user-audit/perform/claim-actions.sql.ts";

type EcomnowTask = keyof typeof ecomnowTasks;

/** By wire name; a task that is not named has work by the calendar alone. */
export type HasWork = Readonly<Partial<Record<EcomnowTask, boolean>>>;

const some = (rows: Prisma.Sql): Prisma.Sql => Prisma.sql`EXISTS (SELECT FROM ${rows})`;

/**
 * What the tasks would take at that instant, by the very predicates of their claims. The three audits that identify users
 * are not here: only Cognito knows.
 */
const PREDICATES = {
  // What is new in a feed, a tree or an API is known when it was asked.
  UpdateProductsInventoryAndCBPVendors: () => some(Prisma.sql`ecomnow_vendor WHERE ${hasFeed}`),
  RebuildCategoriesIfNeeded: () => some(Prisma.sql`ecomnow_vendor vendor WHERE ${hasTree}`),
  ApiStatusCheck: () =>
    Prisma.sql`${some(Prisma.sql`api_status WHERE ${isWatched}`)}
      OR ${some(Prisma.sql`mail WHERE ${isUnsettled(STATUS_MAIL_PREFIX)}`)}`,
  DeleteInactiveProducts: (now) =>
    Prisma.sql`${some(dueProducts("purge", now))} OR ${some(dueProducts("delete", now))}`,
  RefundUpdates: (now) =>
    Prisma.sql`${some(Prisma.sql`ecomnow_refund refund WHERE ${isChanged}`)}
      OR ${some(Prisma.sql`ecomnow_refund_update WHERE ${isUpdateDue(now)}`)}`,
  eComNowClientsApiIntegrations: (now) => some(dueFlows("eComNowClientsApiIntegrations", now)),
  Boxout: (now) => some(dueFlows("Boxout", now)),
  PerformUserAudit: () => some(Prisma.sql`user_audit WHERE ${isToPerform(undefined, 0n)}`),
} satisfies Partial<Record<EcomnowTask, (now: Date) => Prisma.Sql>>;

/** Whether a task would find anything to do. False is certain of what is in the database, whoever has claimed it. */
export async function loadHasWork(db: Database, now: Date): Promise<HasWork> {
  const pairs = Object.entries(PREDICATES).map(([task, isThere]) => Prisma.sql`${task}::text, ${isThere(now)}`);
  const [row] = await db.$queryRaw<[{ tasks: HasWork }]>(Prisma.sql`
    SELECT jsonb_build_object(${Prisma.join(pairs)}) AS tasks`);
  return row.tasks;
}
