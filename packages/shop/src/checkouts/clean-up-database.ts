import { DAY_MS, MINUTE_MS } from "@drumline/core/clock";
import type { TaskContext, TaskResult } from "@drumline/core/task";
import { type Database, Prisma, type Transaction } from "@drumline/db";

import { deleteOldLeads, followLeads } from "../leads/follow-leads.ts";
import { openLeadsDatabase } from "../leads/leads-database.ts";
import { isMovable, moveLeads } from "../leads/move-leads.ts";
import type { LeadSettings } from "../leads/settings.ts";
import { applyDecisions } from "./apply-decisions.sql.ts";
import { type CartDecision, type CleanUpTimes, type DecidedCart, decideCarts } from "./cart-decision.sql.ts";
import { type CartPlace, listWaitingCarts, lockWaitingCarts, type Stage, STAGES } from "./waiting-carts.sql.ts";

const BATCH_CARTS = 2_000;

type Context = TaskContext<unknown, { readonly settings: LeadSettings }, Database>;
type Counts = Record<CartDecision, number>;

/**
 * Makes leads of carts that were left behind where somebody agreed to it, and takes from the others what names a person.
 * A dry run asks the same questions of the same rows, in the same order, and leaves out the answer's effect.
 */
export async function cleanUpDatabase(context: Context): Promise<TaskResult> {
  const { clock, gateways } = context;
  const { settings } = gateways;
  const times = toTimes(clock.now(), settings);
  const { leadsDatabaseUrl } = settings;
  const staysHere = leadsDatabaseUrl === null ? Prisma.sql`true` : Prisma.sql`NOT ${isMovable(times.now)}`;

  const followed = await followLeads(context, times.now);
  const leadsDeleted = await deleteOldLeads(context, times.oldSince, staysHere);
  const counts: Counts = { SPARED: 0, ORDERED: 0, LEAD: 0, KNOWN_LEAD: 0, ANONYMISED: 0, ERASED: 0 };
  for (const stage of STAGES) await cleanStage(context, stage, times, counts);
  return {
    leads: counts.LEAD,
    knownLeads: counts.KNOWN_LEAD,
    anonymised: counts.ANONYMISED,
    ordered: counts.ORDERED,
    erased: counts.ERASED,
    sparedByPayment: counts.SPARED,
    ...followed,
    leadsDeleted,
    ...(leadsDatabaseUrl === null ? {} : { leadsMoved: await moveElsewhere(context, leadsDatabaseUrl, times) }),
  };
}

function toTimes(now: Date, settings: LeadSettings): CleanUpTimes {
  const before = (ms: number): Date => new Date(now.getTime() - ms);
  return {
    now,
    idleSince: before(settings.checkoutIdleMinutes * MINUTE_MS),
    oldSince: before(settings.checkoutDays * DAY_MS),
    pausedSince: before(settings.leadPauseDays * DAY_MS),
  };
}

async function cleanStage(context: Context, stage: Stage, times: CleanUpTimes, counts: Counts): Promise<void> {
  const { db, signal, dryRun, limit } = context;
  let looked = Object.values(counts).reduce((sum, count) => sum + count, 0);
  for (let after: CartPlace | null = null; ;) {
    signal.throwIfAborted();
    const room = Math.min(BATCH_CARTS, (limit ?? Infinity) - looked);
    if (room <= 0) return;
    const question = { stage, times, after, limit: room };
    const batch: Batch = dryRun
      ? await decide(db, await listWaitingCarts(db, question), times)
      : await db.$transaction(async (tx) => {
          const held = await decide(tx, await lockWaitingCarts(tx, question), times);
          await applyDecisions(tx, held.decided, times.now);
          return held;
        });
    if (batch.last === null) return;
    for (const { decision } of batch.decided) counts[decision] += 1;
    looked += batch.decided.length;
    after = batch.last;
    context.progress(looked);
  }
}

interface Batch {
  readonly last: CartPlace | null;
  readonly decided: readonly DecidedCart[];
}

/** Under the lock where there is one: what came before it was taken is seen. */
async function decide(db: Database | Transaction, places: readonly CartPlace[], times: CleanUpTimes): Promise<Batch> {
  const ids = places.map(({ id }) => id);
  return { last: places.at(-1) ?? null, decided: ids.length === 0 ? [] : await decideCarts(db, ids, times) };
}

async function moveElsewhere(context: Context, url: string, { now, pausedSince }: CleanUpTimes): Promise<number> {
  const target = await openLeadsDatabase(url);
  try {
    return await moveLeads(context, pausedSince, now, target);
  } finally {
    await target.close();
  }
}
