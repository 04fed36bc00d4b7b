import { setTimeout as wait } from "node:timers/promises";

import { messageOf } from "@drumline/core/errors";
import type { Log } from "@drumline/core/log";
import type { Database } from "@drumline/db";

import type { DispatchableRun } from "../dispatch/dispatch-runs.ts";
import { createGroupCommit } from "../group-commit.ts";
import type { ActiveRun } from "./active-runs.ts";
import { type FinishedTry, finishRuns } from "./finish-runs.sql.ts";
import type { Ending } from "./plan-ending.ts";
import { releaseHeld } from "./release-held.sql.ts";
import type { LogLine } from "./run-journal.ts";
import { saveLines } from "./save-lines.sql.ts";
import { toFinishedTry } from "./to-finished-try.ts";

export interface RunRecorder {
  /** Writes the end of a try, puts the run back on the queue where it must go on, and lets go who waited behind it. */
  record(active: ActiveRun, ending: Ending): Promise<void>;
}

export interface RecorderOptions {
  readonly db: Database;
  readonly log: Log;
  /** After this the lease is lost anyway, and the run is another worker's. */
  readonly giveUpAfterMs: number;
  readonly dispatch: (runs: readonly DispatchableRun[]) => Promise<void>;
}

const MOST_PER_STATEMENT = 200;
const RETRY_MS = 500;

export function createRunRecorder({ db, log, giveUpAfterMs, dispatch }: RecorderOptions): RunRecorder {
  const commit = async (entries: readonly { ended: FinishedTry; lines: LogLine[] }[]) => {
    await saveLines(
      db,
      entries.flatMap(({ lines }) => lines),
    );
    const { recorded, requeued, freedScheduleIds } = await finishRuns(
      db,
      entries.map(({ ended }) => ended),
    );
    const released = freedScheduleIds.length === 0 ? [] : await releaseHeld(db, freedScheduleIds);
    // A dispatch that fails here is made good by the repair sweep: the ledger already says SCHEDULED.
    await dispatch([...requeued, ...released]).catch((error: unknown) =>
      log.warn({ error: messageOf(error) }, "runs not put back on the queue yet"),
    );
    return entries.map(({ ended }) => recorded.has(ended.id));
  };
  const endings = createGroupCommit(commit, { maxItems: MOST_PER_STATEMENT });

  return {
    record: async (active, ending) => {
      const entry = { ended: toFinishedTry(active, ending), lines: active.journal.takeLines() };
      const deadlineMs = performance.now() + giveUpAfterMs;
      for (;;) {
        try {
          const wasOurs = await endings.add(entry);
          if (!wasOurs)
            log.warn(
              { runId: active.run.id, ending: ending.kind },
              "the end of a try was not recorded: its lease had passed on",
            );
          return;
        } catch (error) {
          if (performance.now() > deadlineMs) throw error;
          log.warn(
            { runId: active.run.id, error: messageOf(error) },
            "the end of a run is not written yet; trying again",
          );
          await wait(RETRY_MS);
        }
      }
    },
  };
}
