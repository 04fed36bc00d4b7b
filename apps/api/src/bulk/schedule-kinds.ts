import { messageOf } from "@drumline/core/errors";
import {
  type BulkAction,
  type BulkOutcome,
  type ChangeContext,
  isPaused,
  loadNamedSchedules,
  loadSchedulePage,
  NoSuchSchedule,
  pauseSchedule,
  ReadOnlySchedule,
  RefusedSchedule,
  resumeSchedule,
  type StoredSchedule,
  switchSchedule,
} from "@drumline/engine";
import { z } from "zod";

import type { ApiParts } from "../api.ts";
import { lineOfText } from "../schedules/schedule-body.ts";
import { type BulkKind, pagesOf, UUID, whoDoes } from "./bulk-kind.ts";

type Judge = (schedule: StoredSchedule, now: Date) => string | null;

const judgePause: Judge = (schedule, now) => (isPaused(schedule, now) ? "is paused already" : null);
const judgeResume: Judge = (schedule) => (schedule.pausedAt === null ? "is not paused" : null);
const judgeSwitch =
  (enabled: boolean): Judge =>
  (schedule) => {
    if (schedule.source === "ENV") return "is set by env keys, and cannot be switched here; pause it";
    if (schedule.enabled !== enabled) return null;
    return enabled ? "is on already" : "is off already";
  };

const filter = z.strictObject({
  q: z.string().max(200).optional(),
  task: z.string().max(200).optional(),
  source: z.enum(["ENV", "API"]).optional(),
  enabled: z.union([z.boolean(), z.stringbool()]).optional(),
});

/** Schedules that are paused and resumed, switched on and off. */
export function scheduleKinds({ db, clock, tasks }: ApiParts): Record<string, BulkKind> {
  const kind = (
    summary: string,
    access: BulkKind["access"],
    judge: Judge,
    change: (context: ChangeContext, id: string, action: BulkAction) => Promise<unknown>,
  ) => ({
    summary,
    access,
    filter,
    params: z.strictObject({}),
    idForm: UUID,
    match: (asked: Readonly<Record<string, unknown>>) => {
      const { q, ...rest } = asked as z.output<typeof filter>;
      return pagesOf(
        (after: string | null, limit) => loadSchedulePage(db, { ...rest, search: q }, after, limit),
        ({ key }) => key,
        ({ id }) => id,
      );
    },
    judge: async (ids: readonly string[]) => judgeAll(await loadNamedSchedules(db, ids), judge),
    apply: async (ids: readonly string[], action: BulkAction) => {
      const refusals = judgeAll(await loadNamedSchedules(db, ids), judge);
      const outcomes: BulkOutcome[] = [];
      for (const id of ids) {
        const reason = refusals.get(id);
        if (reason !== undefined) outcomes.push({ id, outcome: "SKIPPED", reason });
        else outcomes.push(await toOutcome(id, change({ db, clock, tasks, who: whoDoes(action) }, id, action)));
      }
      return outcomes;
    },
    // A transaction each, with its own row in the history of its schedule.
    batch: 50,
  });

  const judgeAll = (schedules: readonly StoredSchedule[], judge: Judge): Map<string, string> => {
    const now = clock.now();
    return new Map(
      schedules.flatMap((schedule): [string, string][] => {
        const refusal = judge(schedule, now);
        return refusal === null ? [] : [[schedule.id, refusal]];
      }),
    );
  };

  return {
    "schedules.pause": {
      ...kind("Pause these schedules", "operator", judgePause, (context, id, { params }) => {
        const { reason, until } = pauseSchema.parse(params);
        return pauseSchedule(context, id, { reason, until: until == null ? null : new Date(until) }, {});
      }),
      params: pauseSchema,
      undo: { action: "schedules.resume", params: {} },
    },
    "schedules.resume": {
      ...kind("End the pauses of these schedules", "operator", judgeResume, (context, id) =>
        resumeSchedule(context, id, {}),
      ),
      undo: { action: "schedules.pause", params: { reason: "paused again: resuming was taken back" } },
    },
    "schedules.enable": {
      ...kind("Switch these schedules on", "admin", judgeSwitch(true), (context, id) =>
        switchSchedule(context, id, true, {}),
      ),
      undo: { action: "schedules.disable", params: {} },
    },
    "schedules.disable": {
      ...kind("Switch these schedules off", "admin", judgeSwitch(false), (context, id) =>
        switchSchedule(context, id, false, {}),
      ),
      undo: { action: "schedules.enable", params: {} },
    },
  };
}

const pauseSchema = z.strictObject({
  reason: lineOfText.min(1),
  until: z.iso.datetime({ offset: true }).nullish().describe("Until somebody resumes them when left out."),
});

/** What is wrong with one schedule is its own; a fault of the database is that of the batch. */
async function toOutcome(id: string, changed: Promise<unknown>): Promise<BulkOutcome> {
  try {
    await changed;
    return { id, outcome: "DONE" };
  } catch (error) {
    if (error instanceof NoSuchSchedule || error instanceof ReadOnlySchedule)
      return { id, outcome: "SKIPPED", reason: messageOf(error) };
    if (error instanceof RefusedSchedule) return { id, outcome: "FAILED", reason: messageOf(error) };
    throw error;
  }
}
