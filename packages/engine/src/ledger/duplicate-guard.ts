import { toggle, type ValuesOf } from "@drumline/core/config";

/** The switches of the duplicate guard, read by every process that adds runs. */
export const duplicateSettings = {
  deduplicateScheduledRuns: toggle("DEDUPLICATE_SCHEDULED_RUNS", {
    fallback: true,
    about:
      "Do not add a run while one with the same task and arguments still waits. Runs from webhooks are exempt; the queue integration has a switch of its own.",
  }),
  skipDuplicateIntegrationRuns: toggle("INTEGRATION_SKIP_DUPLICATE_RUNS", {
    fallback: true,
    about:
      "The same for the queue integration: a job is not added while one of the same configuration is Scheduled, by whichever schedule; a running one does not count.",
  }),
} as const;

/** Whether runs of the same task and arguments are kept from waiting twice (design rule 5); for all queues, or by queue. */
export type DuplicateGuard = boolean | ((queue: string) => boolean);

export function toDuplicateGuard(settings: ValuesOf<typeof duplicateSettings>): DuplicateGuard {
  const { deduplicateScheduledRuns, skipDuplicateIntegrationRuns } = settings;
  return (queue) => (queue === "integration" ? skipDuplicateIntegrationRuns : deduplicateScheduledRuns);
}

export const isGuarded = (guard: DuplicateGuard, queue: string): boolean =>
  typeof guard === "boolean" ? guard : guard(queue);
