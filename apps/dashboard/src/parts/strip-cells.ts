import { toClock } from "./format-time.ts";
import { type Tone, toWord, worstOf } from "./status.ts";

/** What happened in a quarter of an hour. */
export interface StripCell {
  /** When the quarter begins, ISO 8601. */
  readonly at: string;
  /** How many runs by their status. */
  readonly counts: Readonly<Partial<Record<string, number>>>;
  /** How late the worst of them started; shown as a lighter cap. */
  readonly worstLateMs?: number | undefined;
  /** The error of one that failed. */
  readonly error?: string | null | undefined;
}

const TONES: Readonly<Record<string, Tone>> = {
  FINISHED: "finished",
  FAILED: "failed",
  TIMED_OUT: "late",
  PROCESSING: "running",
  SCHEDULED: "planned",
  SKIPPED: "skipped",
  CANCELLED: "skipped",
  MISSED: "missed",
};
const CELL_MS = 15 * 60 * 1_000;

/** The worst of a cell; null where nothing ran. */
export function toneOf({ counts }: StripCell): Tone | null {
  return worstOf(
    Object.entries(counts)
      .filter(([, count]) => (count ?? 0) > 0)
      .map(([status]) => TONES[status] ?? "planned"),
  );
}

/** `14:15-14:30 UTC · 3 runs · 1 failed: Carrier 503`. */
export function describeCell(cell: StripCell, zone: string): string {
  const startMs = Date.parse(cell.at);
  const span = `${toClock(startMs, zone)}-${toClock(startMs + CELL_MS, zone)} ${zone}`;
  const counts = Object.entries(cell.counts).filter(([, count]) => (count ?? 0) > 0);
  const total = counts.reduce((sum, [, count]) => sum + (count ?? 0), 0);
  if (total === 0) return `${span} · no runs`;
  const parts = counts
    .filter(([status]) => status !== "FINISHED")
    .map(([status, count]) => `${count} ${toWord(status).toLowerCase()}`);
  const error = cell.error ? `: ${cell.error}` : "";
  return [span, `${total} ${total === 1 ? "run" : "runs"}`, parts.join(", ") + error].filter(Boolean).join(" · ");
}

/** Of a cell's height: forms differ, so that the strip is read without colours. */
export function shapeOf(tone: Tone): { readonly height: number; readonly notch: boolean; readonly hollow: boolean } {
  if (tone === "failed" || tone === "late") return { height: 1, notch: true, hollow: false };
  if (tone === "missed") return { height: 1, notch: false, hollow: true };
  if (tone === "running") return { height: 0.85, notch: false, hollow: false };
  if (tone === "finished") return { height: 0.75, notch: false, hollow: false };
  return { height: tone === "skipped" ? 0.35 : 0.1, notch: false, hollow: false };
}
