import type { TaskContext } from "@drumline/core/task";
import { type Database, Prisma, type Transaction } from "@drumline/db";

import { deleteLeads, type LeadPlace, listLeads, lockLeads } from "./lead-step.sql.ts";
import type { LeadsDatabase, MovedLead } from "./leads-database.ts";

type Context = Pick<TaskContext<unknown, unknown, Database>, "db" | "signal" | "dryRun">;

/** So few that their locks are held for the blink of an eye, even by a slow database of somebody else's. */
const BATCH_LEADS = 500;

/**
 * What is moved: a lead that had its reminders and came to nothing. Who bought, unsubscribed or came back is no lead any
 * more. None that this run has ended, so that a dry run counts the same.
 */
export const isMovable = (now: Date): Prisma.Sql => Prisma.sql`(
  status = 'ENDED' AND end_reason IN ('REMINDED', 'SOLD_OUT', 'TOO_LATE') AND ended_at < ${now} AND email_key IS NOT NULL
  AND NOT EXISTS (SELECT FROM shop_restore_link link WHERE link.lead_id = shop_lead.id AND link.expires_at > ${now}))`;

/**
 * Moves leads that were made before `pausedSince` to the other database: copied there, and only then deleted here. A process
 * that ends between the two copies them again, which their key makes no second lead. The rows are held meanwhile, so that
 * an erasure finds each of them here or there. Answers how many.
 */
export async function moveLeads(
  { db, signal, dryRun }: Context,
  pausedSince: Date,
  now: Date,
  target: Pick<LeadsDatabase, "copy">,
): Promise<number> {
  let moved = 0;
  for (let after: LeadPlace | null = null; ;) {
    signal.throwIfAborted();
    const condition = isMovable(now);
    const question = { statuses: ["ENDED"], madeUntil: pausedSince, condition, after, limit: BATCH_LEADS };
    const places: LeadPlace[] = dryRun
      ? await listLeads(db, question)
      : await db.$transaction(async (tx) => {
          const locked = await lockLeads(tx, question);
          const ids = locked.map(({ id }) => id);
          if (ids.length > 0) await target.copy(await loadLeads(tx, ids), now);
          await deleteLeads(tx, ids);
          return locked;
        });
    if (places.length === 0) return moved;
    moved += places.length;
    after = places.at(-1)!;
  }
}

async function loadLeads(tx: Transaction, ids: readonly bigint[]): Promise<MovedLead[]> {
  return tx.$queryRaw<MovedLead[]>(Prisma.sql`
    SELECT key, cart_reference AS "cartReference", email, email_key AS "emailKey", name, locale, time_zone AS "timeZone",
      consent_at AS "consentAt", consent_text AS "consentText", currency, lines, end_reason AS "endReason",
      abandoned_at AS "abandonedAt"
    FROM shop_lead WHERE id = ANY(${[...ids]}::bigint[]) ORDER BY id`);
}
