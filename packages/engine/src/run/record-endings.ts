import { setTimeout as wait } from "node:timers/promises";

import { messageOf } from "@drumline/core/errors";
import type { Log } from "@drumline/core/log";
import { toStorableText } from "@drumline/core/text";
import { createGroupCommit, type Database, isDataError } from "@drumline/db";

import type { DispatchableRun } from "../dispatch/dispatch-runs.ts";
import type { ActiveRun } from "./active-runs.ts";
import { type EndedRun, releaseHeld, type SavedEndings, saveEndings } from "./endings.sql.ts";
import { withdrawHelpers } from "./helper-runs.sql.ts";
import { keepDedupeKeys } from "./keep-dedupe-keys.sql.ts";
import type { Ending } from "./plan-ending.ts";

export interface RunRecorder {
  /**
   * Writes the end of a try, puts the run back on the queue where it must go on, and lets go who waited behind it. Answers
   * the end as it was written; null where the lease had passed on and nothing was.
   */
  record(active: ActiveRun, ending: Ending): Promise<Ending | null>;
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
  const commit = async (ended: readonly EndedRun[]) => {
    const { recorded, ...others } = await saveEndings(db, ended);
    await moveOthers(others);
    return ended.map(({ id }) => recorded.has(id));
  };

  /** Never throws: the ends are written, and the repair sweep makes good what fails here. */
  const moveOthers = async ({ requeued, waitingParentIds, freedScheduleIds }: Omit<SavedEndings, "recorded">) => {
    const later = (what: string) => (error: unknown) => {
      log.warn({ error: messageOf(error) }, what);
      return [];
    };
    if (waitingParentIds.length > 0)
      await withdrawHelpers(db, waitingParentIds).catch(later("helpers of a run that waits not withdrawn"));
    const released =
      freedScheduleIds.length === 0
        ? []
        : await releaseHeld(db, freedScheduleIds).catch(later("runs that wait behind others not let go yet"));
    await keepDedupeKeys(db, requeued).catch(later("runs put back wait without their key"));
    await dispatch([...requeued, ...released]).catch(later("runs not put back on the queue yet"));
  };
  const endings = createGroupCommit(commit, { maxItems: MOST_PER_STATEMENT });

  /** Null where the lease was not ours any more. What the database refuses of an end is left out, until the end is plain enough. */
  const save = async (ended: EndedRun): Promise<Ending | null> => {
    let refusal: unknown;
    const withoutProgress = () => ({ ...ended, progress: null });
    for (const plain of [() => ended, withoutProgress, () => withoutDetails(ended, refusal), () => bare(ended)]) {
      try {
        const tried = plain();
        return (await endings.add(tried)) ? tried.ending : null;
      } catch (error) {
        if (!isDataError(error)) throw error;
        refusal = error;
        log.error({ runId: ended.id, error: messageOf(error) }, "the database refuses the end of a run as it is");
      }
    }
    throw refusal;
  };

  return {
    record: async ({ run, journal }, ending) => {
      const { progress, problems, problemCount } = journal.state;
      const lines = journal.unsavedLines();
      const ended = {
        id: run.id,
        token: run.leaseToken,
        isHelper: run.parentId !== null,
        ending,
        progress,
        problems,
        problemCount,
        lines,
      };
      const deadlineMs = performance.now() + giveUpAfterMs;
      for (;;) {
        try {
          const written = await save(ended);
          if (written === null)
            log.warn(
              { runId: run.id, ending: ending.kind },
              "the end of a try was not recorded: its lease had passed on",
            );
          return written;
        } catch (error) {
          if (performance.now() > deadlineMs) throw error;
          log.warn({ runId: run.id, error: messageOf(error) }, "the end of a run is not written yet; trying again");
          await wait(RETRY_MS);
        }
      }
    },
  };
}

const REFUSAL_CODE_POINTS = 1_000;

/** FAILED with its own error and what could not be stored: the run has ended, and trying again would meet the same refusal. */
function withoutDetails({ ending, ...ended }: EndedRun, refusal: unknown): EndedRun {
  const why = toStorableText(messageOf(refusal), REFUSAL_CODE_POINTS);
  const own = ending.error ?? `the try ended ${ending.kind}`;
  const error = `${own} (its result, problems or log lines could not be stored: ${why})`;
  return { ...ended, ending: { kind: "FAILED", error }, progress: null, problems: [], problemCount: 0, lines: [] };
}

const bare = (ended: EndedRun): EndedRun => ({
  ...ended,
  ending: {
    kind: "FAILED",
    error: "the database refused to store how this try ended; the worker's log has the reason",
  },
  progress: null,
  problems: [],
  problemCount: 0,
  lines: [],
});
