import { DAY_MS } from "@drumline/core/clock";
import type { TaskContext, TaskResult } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import type { InboxSettings } from "./settings.ts";
import { deleteOutdatedRequests, findOutdatedRequests, type Retention } from "./webhook-request.sql.ts";

const MOST_LISTED = 100;

/** Deletes old records of incoming webhooks (OMS guide, task 17), a bounded number per run; failed ones are kept longer. */
export async function deleteOldWebhookRequestRecords(
  context: TaskContext<object, { readonly settings: InboxSettings }, Database>,
): Promise<TaskResult> {
  const { db, clock, limit, gateways } = context;
  const { webhookRequestDays, failedWebhookRequestDays, webhookRequestBatch } = gateways.settings;
  const daysAgo = (days: number) => new Date(clock.now().getTime() - days * DAY_MS);
  const retention: Retention = {
    doneBefore: daysAgo(webhookRequestDays),
    failedBefore: daysAgo(Math.max(webhookRequestDays, failedWebhookRequestDays)),
    limit: Math.min(webhookRequestBatch, limit ?? Infinity),
  };
  if (context.dryRun) {
    const outdated = await findOutdatedRequests(db, retention);
    return {
      outdated: outdated.length,
      wouldDelete: outdated.slice(0, MOST_LISTED).map(({ id, createdAt, ...request }) => ({
        ...request,
        id: String(id),
        createdAt: createdAt.toISOString(),
      })),
    };
  }
  const deleted = await deleteOutdatedRequests(db, retention, clock.now());
  context.progress(deleted);
  return { deleted, finished: deleted < retention.limit };
}
