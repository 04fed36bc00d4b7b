import type { TaskContext } from "@drumline/core/task";
import type { Database, Prisma } from "@drumline/db";

import { endLeads } from "./end-leads.sql.ts";
import { decideLeads, deleteLeads, type LeadPlace, type LeadStep, listLeads, lockLeads } from "./lead-step.sql.ts";
import type { LeadStop } from "./lead-stops.sql.ts";
import { saveSecondReminders } from "./reminders.sql.ts";

type Context = Pick<TaskContext<unknown, unknown, Database>, "db" | "signal" | "dryRun">;

const BATCH_LEADS = 2_000;
export const ALL_STATUSES = ["OPEN", "BOUGHT", "ENDED", "ERASED"] as const;

export interface FollowedLeads {
  secondReminders: number;
  leadsBought: number;
  leadsEnded: number;
}

/** Looks at every open lead: ends those that must not be reminded any more, and writes second reminders. */
export async function followLeads({ db, signal, dryRun }: Context, now: Date): Promise<FollowedLeads> {
  const counts: FollowedLeads = { secondReminders: 0, leadsBought: 0, leadsEnded: 0 };
  for (let after: LeadPlace | null = null; ;) {
    signal.throwIfAborted();
    const question = { statuses: ["OPEN"], madeUntil: now, after, limit: BATCH_LEADS };
    const batch: Batch = dryRun
      ? await look(await listLeads(db, question), (ids) => decideLeads(db, ids, now))
      : await db.$transaction(async (tx) => {
          const looked = await look(await lockLeads(tx, question), (ids) => decideLeads(tx, ids, now));
          const stops = looked.steps.filter((one): one is { id: bigint; step: LeadStop } => isStop(one.step));
          await endLeads(tx, new Map(stops.map(({ id, step }) => [id, step])), now);
          await saveSecondReminders(tx, idsOf(looked.steps, "REMIND"), now);
          return looked;
        });
    if (batch.last === null) return counts;
    counts.secondReminders += idsOf(batch.steps, "REMIND").length;
    counts.leadsBought += idsOf(batch.steps, "BOUGHT").length;
    counts.leadsEnded += batch.steps.filter(({ step }) => isStop(step) && step !== "BOUGHT").length;
    after = batch.last;
  }
}

interface Step {
  readonly id: bigint;
  readonly step: LeadStep;
}

interface Batch {
  readonly last: LeadPlace | null;
  readonly steps: readonly Step[];
}

async function look(places: readonly LeadPlace[], decide: (ids: readonly bigint[]) => Promise<Step[]>): Promise<Batch> {
  const steps = places.length === 0 ? [] : await decide(places.map(({ id }) => id));
  return { last: places.at(-1) ?? null, steps };
}

const isStop = (step: LeadStep): step is LeadStop => step !== "REMIND" && step !== "WAIT";
const idsOf = (steps: readonly Step[], wanted: LeadStep): bigint[] =>
  steps.filter(({ step }) => step === wanted).map(({ id }) => id);

/** Deletes the leads whose time is over, but those that are to be moved. Answers how many. */
export async function deleteOldLeads(
  { db, signal, dryRun }: Context,
  oldSince: Date,
  except: Prisma.Sql,
): Promise<number> {
  let deleted = 0;
  for (let after: LeadPlace | null = null; ;) {
    signal.throwIfAborted();
    const question = { statuses: ALL_STATUSES, madeUntil: oldSince, condition: except, after, limit: BATCH_LEADS };
    const places: LeadPlace[] = dryRun
      ? await listLeads(db, question)
      : await db.$transaction(async (tx) => {
          const locked = await lockLeads(tx, question);
          await deleteLeads(
            tx,
            locked.map(({ id }) => id),
          );
          return locked;
        });
    if (places.length === 0) return deleted;
    deleted += places.length;
    after = places.at(-1)!;
  }
}
