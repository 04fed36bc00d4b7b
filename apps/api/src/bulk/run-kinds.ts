import { createHash } from "node:crypto";

import {
  cancelRuns,
  loadRuns,
  loadRunStates,
  retryRuns,
  runCursorOf,
  type RunCursor,
  type RunRow,
} from "@drumline/engine";
import { z } from "zod";

import type { ApiParts } from "../api.ts";
import { freezeRunQuery, runFilterShape, toRunFilter } from "../runs/run-query.ts";
import { type BulkKind, pagesOf, UUID, whoDoes } from "./bulk-kind.ts";

const OPEN: ReadonlySet<string> = new Set(["SCHEDULED", "PROCESSING"]);

/** Runs that are started again, and runs that are cancelled. */
export function runKinds({ db, queues: backend, deduplicate, tasks }: ApiParts): Record<string, BulkKind> {
  const common = {
    access: "operator",
    filter: z.strictObject(runFilterShape),
    params: z.strictObject({}),
    idForm: UUID,
    freeze: freezeRunQuery,
    match: (query: Readonly<Record<string, unknown>>, askedAt: Date) => {
      const filter = toRunFilter(query, askedAt);
      return pagesOf(
        (after: RunCursor | null, limit) => loadRuns(db, filter, after && { olderThan: after }, limit, askedAt),
        (run: RunRow) => runCursorOf(filter, run),
        ({ id }) => id,
      );
    },
    batch: 500,
  } as const;

  return {
    "runs.retry": {
      ...common,
      summary: "Start what these runs were to do once more",
      judge: async (ids) => {
        const states = await loadRunStates(db, ids);
        return new Map(
          states.flatMap(({ id, status, parentId }): [string, string][] => {
            if (OPEN.has(status)) return [[id, "has not ended"]];
            if (status === "FINISHED") return [[id, "has finished"]];
            return parentId === null ? [] : [[id, "shares the work of another run; that one is started again"]];
          }),
        );
      },
      apply: async (ids, action) => {
        const states = new Map((await loadRunStates(db, ids)).map((state) => [state.id, state]));
        const finished = ids.filter((id) => states.get(id)?.status === "FINISHED");
        const rest = ids.filter((id) => !finished.includes(id));
        const databases = { db, backend, deduplicate, tasks };
        const retried = await retryRuns(databases, rest, {
          who: whoDoes(action),
          runIdOf: (id) => toRunId(action.id, id),
        });
        return [...finished.map((id) => ({ id, outcome: "SKIPPED" as const, reason: "has finished" })), ...retried];
      },
    },
    "runs.cancel": {
      ...common,
      summary: "Cancel these runs, and the runs that share their work",
      judge: async (ids) => {
        const states = await loadRunStates(db, ids);
        return new Map(
          states.filter(({ status }) => !OPEN.has(status)).map(({ id, status }) => [id, `has ended: ${status}`]),
        );
      },
      apply: async (ids, action) => {
        const told = await cancelRuns(db, ids, whoDoes(action));
        return ids.map((id) => {
          const status = told.get(id);
          if (status === undefined) return { id, outcome: "SKIPPED", reason: "has ended, or is not there" };
          return { id, outcome: "DONE", reason: status === "CANCELLED" ? null : "is under way, and was told to stop" };
        });
      },
    },
  };
}

/** The same for the same run of the same action: a second time finds the run of the first. */
function toRunId(bulkActionId: string, runId: string): string {
  const hex = createHash("sha256").update(`${bulkActionId} ${runId}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
