import { randomUUID } from "node:crypto";

import type { QueueBackend } from "@drumline/core/queue";
import type { JsonObject, RunPolicies, TaskDefinition } from "@drumline/core/task";
import { findUnstorable, toStorableText } from "@drumline/core/text";
import type { Database } from "@drumline/db";
import { InvalidTaskArgs, parseTaskArgs } from "@drumline/tasks";

import { type DuplicateGuard, isGuarded } from "../ledger/duplicate-guard.ts";
import { insertRuns, isRun, loadScheduledTwin } from "../ledger/insert-runs.sql.ts";
import { newRunOf, toDedupeKey } from "../ledger/new-run.ts";
import type { RunOrigin } from "../ledger/run-states.ts";
import { dispatchRuns } from "./dispatch-runs.ts";

/** One start by hand: a task, its arguments, and what is to be otherwise than its definition says. */
export interface StartRequest {
  /** The run's id, given by a caller who may ask twice: the second time finds the run that is there. */
  readonly id?: string | undefined;
  readonly definition: TaskDefinition;
  readonly args: JsonObject;
  /** Ties the run to a schedule's history; its clock does not move. */
  readonly scheduleId?: string;
  readonly origin?: Exclude<RunOrigin, "SCHEDULE" | "CATCH_UP" | "CHUNK">;
  readonly dryRun?: boolean;
  readonly limit?: number;
  /** The instant the handler's clock starts at. */
  readonly clockAt?: Date;
  readonly requestedBy?: string;
  /** What a schedule says otherwise than its task. */
  readonly policies?: Partial<RunPolicies>;
}

/** `duplicate` names the run of the same configuration that is still waiting (design rule 5). */
export type StartAnswer =
  { readonly kind: "started"; readonly runId: string } | { readonly kind: "duplicate"; readonly runId: string };

/**
 * Starts runs by hand, as "run now" does; no schedule moves.
 * @throws {InvalidTaskArgs} before anything is written, when any request's arguments do not fit its task or cannot be stored
 */
export async function startRuns(
  { db, backend, deduplicate }: { db: Database; backend: QueueBackend; deduplicate: DuplicateGuard },
  requests: readonly StartRequest[],
): Promise<StartAnswer[]> {
  const runs = requests.map((request) => toNewRun(request, deduplicate));
  const inserted = await insertRuns(db, runs);
  await dispatchRuns(
    backend,
    inserted.map((run) => ({ ...run, dispatchNo: 1, delayMs: 0 })),
  );
  const started = new Set(inserted.map(({ id }) => id));
  return Promise.all(
    runs.map(async ({ id, dedupeKey }, index): Promise<StartAnswer> => {
      if (started.has(id)) return { kind: "started", runId: id };
      if (requests[index]!.id !== undefined && (await isRun(db, id))) return { kind: "started", runId: id };
      return { kind: "duplicate", runId: (await loadScheduledTwin(db, dedupeKey!)) ?? id };
    }),
  );
}

const NAME_CODE_POINTS = 200;

function toNewRun(
  { definition, args, origin = "MANUAL", dryRun = false, ...rest }: StartRequest,
  deduplicate: DuplicateGuard,
) {
  parseTaskArgs(definition, args);
  const unstorable = findUnstorable(args);
  if (unstorable !== null) throw new InvalidTaskArgs(definition.name, [unstorable]);
  return newRunOf(definition, {
    id: rest.id ?? randomUUID(),
    args,
    origin,
    dryRun,
    scheduleId: rest.scheduleId ?? null,
    clockAt: rest.clockAt ?? null,
    requestedBy: rest.requestedBy === undefined ? null : toStorableText(rest.requestedBy, NAME_CODE_POINTS),
    dedupeKey:
      isGuarded(deduplicate, definition.queue) && origin !== "WEBHOOK"
        ? toDedupeKey(definition.name, args, dryRun)
        : null,
    ...rest.policies,
    ...(rest.limit === undefined ? {} : { recordLimit: rest.limit }),
  });
}
