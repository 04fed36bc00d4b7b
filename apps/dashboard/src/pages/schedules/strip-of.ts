import type { Schemas } from "../../client/api.ts";
import { toClock } from "../../parts/format-time.ts";
import { RUN_STATUSES } from "../../parts/status.ts";
import type { StripCell } from "../../parts/strip-cells.ts";

type Strips = Pick<Schemas["ScheduleStrips"], "from" | "cellMs" | "cells">;
type StripItem = Schemas["ScheduleStrips"]["items"][number];

/** A cell of the strip with what it stands for. */
export interface OccurrenceCell extends StripCell {
  /** When it ends; a single run has no end. */
  readonly until: string | null;
  readonly runs: number;
  readonly failed: number;
  readonly status: string | null;
  readonly reason: string | null;
  /** The run of that status. */
  readonly runId: string | null;
}

/** A day in quarters of an hour, the empty ones too; of a schedule that is due less than hourly its last runs. */
export function toStripCells({ from, cellMs, cells: count }: Strips, { cells, runs }: StripItem): OccurrenceCell[] {
  if (runs !== null)
    return runs.map(({ id, status, dueAt, reason, lateMs }) => ({
      ...toCell(dueAt, null, status, 1, status === "FAILED" || status === "TIMED_OUT" ? 1 : 0, reason, lateMs),
      runId: id,
    }));
  const filled = new Map((cells ?? []).map((cell) => [cell.cell, cell]));
  const startMs = Date.parse(from);
  return Array.from({ length: count }, (_, index) => {
    const at = new Date(startMs + index * cellMs).toISOString();
    const until = new Date(startMs + (index + 1) * cellMs).toISOString();
    const found = filled.get(index);
    if (found === undefined) return { ...toCell(at, until, null, 0, 0, null, null), runId: null };
    return {
      ...toCell(at, until, found.status, found.runs, found.failed, found.reason, found.lateMs),
      runId: found.runId,
    };
  });
}

function toCell(
  at: string,
  until: string | null,
  status: string | null,
  runs: number,
  failed: number,
  reason: string | null,
  lateMs: number | null,
) {
  // The strip is drawn by the worst of a cell, which the api has chosen already.
  const counts = status === null ? {} : { [status]: runs };
  return {
    at,
    until,
    counts,
    worstLateMs: (lateMs ?? 0) >= LATE_FROM_MS ? lateMs! : 0,
    error: reason,
    runs,
    failed,
    status,
    reason,
  };
}

const LATE_FROM_MS = 1_000;

/** `14:15-14:30 UTC · 3 runs · 1 failed: Carrier 503`; of a single run `26 Nov 03:00 UTC · finished`. */
export function describeOccurrences(
  { at, until, runs, failed, status, reason, worstLateMs }: OccurrenceCell,
  zone: string,
): string {
  const word = status === null ? "" : (RUN_STATUSES[status]?.word ?? status).toLowerCase();
  const late = (worstLateMs ?? 0) > 0 ? `late by up to ${Math.round(worstLateMs! / 1_000)} s` : "";
  const why = reason === null ? "" : `: ${reason}`;
  if (until === null) {
    const day = new Intl.DateTimeFormat("en-GB", { timeZone: zone, day: "numeric", month: "short" }).format(
      Date.parse(at),
    );
    return [`${day} ${toClock(Date.parse(at), zone)} ${zone}`, word + why, late].filter(Boolean).join(" · ");
  }
  const span = `${toClock(Date.parse(at), zone)}-${toClock(Date.parse(until), zone)} ${zone}`;
  if (runs === 0) return `${span} · no runs`;
  const worst = failed > 0 ? `${failed} failed${why}` : status === "FINISHED" ? "" : `${word}${why}`;
  return [span, `${runs} ${runs === 1 ? "run" : "runs"}`, worst, late].filter(Boolean).join(" · ");
}
