import type { TaskContext, TaskResult } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import { countDue, findDue } from "./claim-deliveries.sql.ts";
import { deliverDue } from "./deliver-due.ts";
import type { DeliveryGateways } from "./delivery.ts";

const MOST_LISTED = 100;
/** A run asks for another beside it for every further so many deliveries. */
const DELIVERIES_PER_RUN = 5_000;
const MOST_HELPERS = 3;

/** One attempt for every delivery whose next attempt is due (OMS guide, task 10). */
export async function undeliveredEventScanner(
  context: TaskContext<object, DeliveryGateways, Database>,
): Promise<TaskResult> {
  const { db, clock, limit } = context;
  const now = clock.now();
  const due = await countDue(db, now, DELIVERIES_PER_RUN * (MOST_HELPERS + 1));
  if (context.dryRun) {
    const listed = await findDue(db, now, Math.min(MOST_LISTED, limit ?? Infinity));
    return { due, wouldAttempt: listed.map((delivery) => ({ ...delivery, id: String(delivery.id) })) };
  }
  await context.askForHelpers(Math.ceil(due / DELIVERIES_PER_RUN) - 1);
  const onProgress = (attempts: number) => context.progress(attempts, Math.max(due, attempts));
  return { ...(await deliverDue(context, { onProgress, ...(limit === null ? {} : { limit }) })) };
}
